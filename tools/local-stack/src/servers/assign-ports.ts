import { isRunning } from '@caas/testing/stack';
import { freePort, isFree } from '../machine/ports.js';
import { processRecords } from '../state/process-records.js';
import { saveSettings } from '../state/settings.js';
import type { Server, ServerContext } from './server.js';

/**
 * Gives every process and extra port of the servers a port: the one it had before, so that saved connections go on working, unless
 * somebody else listens there now. Writes the settings when they changed.
 */
export async function assignPorts(
  servers: readonly Server[],
  { folder, settings }: Pick<ServerContext, 'folder' | 'settings'>,
): Promise<void> {
  const running = new Set(
    processRecords(folder.processes)
      .filter(isRunning)
      .map((record) => record.server),
  );
  const taken = new Set(Object.values(settings.ports));
  let changed = false;
  for (const server of servers) {
    for (const name of [...server.processes, ...server.extraPorts]) {
      const before = settings.ports[name];
      if (before !== undefined && (running.has(server.name) || (await isFree(before)))) continue;
      const port = await freePort(taken);
      settings.ports[name] = port;
      taken.add(port);
      changed = true;
    }
  }
  if (changed) saveSettings(folder.settingsFile, settings);
}
