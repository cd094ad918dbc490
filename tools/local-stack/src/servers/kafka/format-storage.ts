import { execFile } from 'node:child_process';
import { existsSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { ServerError } from '../../errors.js';
import { QUICK_START } from '../server.js';

const run = promisify(execFile);

/** Options of {@link formatStorage}. */
export interface FormatOptions {
  readonly classPath: string;
  readonly clusterId: string;
  readonly properties: string;
  readonly dataFolder: string;
  /** Password by user name; these users exist from the first start on. */
  readonly users: Readonly<Record<string, string>>;
  readonly signal: AbortSignal;
  readonly env: NodeJS.ProcessEnv;
}

/** Prepares a node's data folder with the cluster's id and SCRAM users, once. Throws {@link ServerError} with the tool's output. */
export async function formatStorage({ classPath, clusterId, properties, dataFolder, users, signal, env }: FormatOptions): Promise<void> {
  if (existsSync(join(dataFolder, 'meta.properties'))) return;
  rmSync(dataFolder, { recursive: true, force: true }); // of a format that was interrupted
  const scram = Object.entries(users).flatMap(([name, password]) => ['--add-scram', `SCRAM-SHA-512=[name=${name},password=${password}]`]);
  // In a file, one argument a line, since everybody can read the arguments of a process.
  const argumentFile = `${properties}.format`;
  writeFileSync(argumentFile, ['format', '-t', clusterId, '-c', properties, ...scram, ''].join('\n'), { mode: 0o600 });
  try {
    await run('java', [...QUICK_START, '-XX:+UseSerialGC', '-cp', classPath, 'kafka.tools.StorageTool', `@${argumentFile}`], {
      signal,
      env,
    });
  } catch (cause) {
    signal.throwIfAborted();
    const { stdout = '', stderr = '' } = cause as { stdout?: string; stderr?: string };
    const lines = (stdout + stderr).split('\n').filter((line) => line !== '');
    throw new ServerError('kafka', 'its data folder cannot be formatted', { logTail: lines.slice(-10), logFile: properties, cause });
  } finally {
    rmSync(argumentFile, { force: true });
  }
}
