import { spawn } from 'node:child_process';
import { closeSync, existsSync, openSync, renameSync } from 'node:fs';
import { join } from 'node:path';
import { identityOf } from '@caas/testing/stack';
import { ServerError, type ServerName } from '../errors.js';
import { recordProcess, type ProcessRecord } from '../state/process-records.js';
import type { StackFolder } from '../state/stack-folder.js';

/** A server process to spawn. */
export interface SpawnRequest {
  readonly server: ServerName;
  readonly name: string;
  readonly kind: string;
  readonly command: string;
  readonly args: readonly string[];
  /** Added to what it inherits. */
  readonly env?: Readonly<Record<string, string>>;
  /** Default `process.env`. */
  readonly inheritedEnv?: NodeJS.ProcessEnv;
}

/** A process that runs on its own; `exited` is fulfilled with how it ended, should it end while this process lives. */
export interface SpawnedServer {
  readonly record: ProcessRecord;
  readonly exited: Promise<string>;
}

/**
 * Spawns a server that outlives this process, in a process group of its own (a terminal's Ctrl-C does not reach it), with its
 * output in `logs/<name>.log` (the one before is kept as `<name>.previous.log`), and writes it into the journal.
 */
export async function spawnServer(folder: StackFolder, request: SpawnRequest): Promise<SpawnedServer> {
  const { server, name, kind, command, args, env, inheritedEnv = process.env } = request;
  const log = join(folder.logs, `${name}.log`);
  if (existsSync(log)) renameSync(log, join(folder.logs, `${name}.previous.log`));
  const output = openSync(log, 'w', 0o600);
  const child = spawn(command, args, {
    cwd: folder.data,
    detached: true,
    stdio: ['ignore', output, output],
    env: { ...inheritedEnv, ...env },
  });
  closeSync(output);
  const exited = new Promise<string>((resolve) => {
    child.once('exit', (code, signal) => resolve(signal === null ? `exit code ${code}` : `signal ${signal}`));
  });
  const refused = new Promise<never>((_, reject) => {
    child.once('error', (cause) => reject(new ServerError(server, `cannot run ${command}: ${cause.message}`, { cause })));
  });
  if (child.pid === undefined) return refused;
  // Before anything else, since this process may be killed any time. One that ended at once has no identity; the empty one matches nothing.
  const record: ProcessRecord = { name, server, kind, pid: child.pid, identity: identityOf(child.pid) ?? '', log };
  recordProcess(folder.processes, record);
  child.unref();
  return { record, exited };
}
