import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { StackEvent } from './events.js';
import type { ServerContext } from './servers/server.js';
import { loadSettings } from './state/settings.js';
import { createStackFolder, stackFolder } from './state/stack-folder.js';

const folders: string[] = [];

/** An empty temporary folder; {@link removeFolders} removes it. */
export function aFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'caas-stack-'));
  folders.push(folder);
  return folder;
}

/** For `afterEach`. */
export function removeFolders(): void {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true });
}

/** What servers are built from, in a home of its own, with nothing on PATH; `events` gathers what the listener is told. */
export function aContext(env: NodeJS.ProcessEnv = {}): ServerContext & { readonly events: StackEvent[] } {
  const events: StackEvent[] = [];
  const folder = stackFolder('spec', { CAAS_HOME: aFolder() });
  createStackFolder(folder);
  const settings = loadSettings(folder.settingsFile);
  const listener = (event: StackEvent): void => void events.push(event);
  return { folder, settings, env: { PATH: '', ...env }, listener, signal: new AbortController().signal, runningKind: undefined, events };
}
