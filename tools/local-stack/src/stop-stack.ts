import { existsSync, rmSync } from 'node:fs';
import type { StackListener } from './events.js';
import { stopProcess } from './processes/stop-process.js';
import { withLock } from './state/lock.js';
import { forgetProcess, processRecords, type ProcessRecord } from './state/process-records.js';
import { stackFolder, type StackFolder } from './state/stack-folder.js';

/** Options of {@link stopStack}. */
export interface StopStackOptions {
  readonly onProgress?: StackListener;
  /** Also removes the stack's folder: data, logs, ports, passwords. Default false. */
  readonly deleteData?: boolean;
  readonly env?: NodeJS.ProcessEnv;
}

/** What was stopped. */
export interface StoppedStack {
  readonly processes: readonly string[];
}

/** Ends every process of the stack and resolves when none is left. A stack that is not up is fine. External servers are left alone. */
export async function stopStack(name: string, options: StopStackOptions = {}): Promise<StoppedStack> {
  const { onProgress: listener = () => {}, deleteData = false, env = process.env } = options;
  const folder = stackFolder(name, env);
  if (!existsSync(folder.path)) return { processes: [] };
  const stopped = await withLock(
    folder.locks,
    async () => {
      rmSync(folder.stackFile, { force: true });
      const processes = await stopRecords(folder, processRecords(folder.processes), { listener });
      if (deleteData)
        for (const path of [folder.data, folder.logs, folder.logins, folder.settingsFile]) rmSync(path, { recursive: true, force: true });
      return processes;
    },
    { onWaiting: (pid) => listener({ type: 'waiting', pid }) },
  );
  if (deleteData) rmSync(folder.path, { recursive: true, force: true });
  return { processes: stopped };
}

/** Ends these processes at the same time and forgets them. Answers the names of those that still ran. */
export async function stopRecords(
  folder: StackFolder,
  records: readonly ProcessRecord[],
  { listener = () => {} }: { readonly listener?: StackListener },
): Promise<string[]> {
  const outcomes = await Promise.all(
    records.map(async (record) => {
      const how = await stopProcess(record);
      forgetProcess(folder.processes, record.name);
      if (how !== 'gone') listener({ type: 'stopped', process: record.name, how });
      return how === 'gone' ? [] : [record.name];
    }),
  );
  return outcomes.flat();
}
