import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { StackError } from '../errors.js';

/** The folder of the workspace that this tool is part of. */
export const WORKSPACE_ROOT = findRoot(dirname(fileURLToPath(import.meta.url)));

function findRoot(folder: string): string {
  if (existsSync(join(folder, 'nx.json'))) return folder;
  const parent = dirname(folder);
  if (parent === folder) throw new StackError('caas-stack start works inside the workspace only: there is no nx.json above this tool.');
  return findRoot(parent);
}

export interface RunOptions {
  readonly env?: Readonly<Record<string, string>>;
  readonly signal?: AbortSignal;
}

/** Runs a program of the workspace and resolves with its standard output. Rejects with {@link StackError} showing what it printed when it fails. */
export async function run(title: string, command: readonly [string, ...string[]], { env, signal }: RunOptions = {}): Promise<string> {
  const [program, ...args] = command;
  const child = spawn(program, args, { cwd: WORKSPACE_ROOT, env: { ...process.env, ...env }, stdio: ['ignore', 'pipe', 'pipe'], signal });
  let stdout = '';
  let all = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    stdout += text;
    all += text;
  });
  child.stderr.setEncoding('utf8').on('data', (text: string) => (all += text));
  const code = await new Promise<number | null>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', resolve);
  });
  if (code !== 0) throw new StackError(`${title} failed (exit code ${code}):\n${all.trim().split('\n').slice(-40).join('\n')}`);
  return stdout;
}

/** Builds the apps; unchanged ones come from Nx's cache. */
export async function buildApps(signal?: AbortSignal): Promise<void> {
  const nx = join(WORKSPACE_ROOT, 'node_modules', 'nx', 'dist', 'bin', 'nx.js');
  const apps = ['gateway', 'worker', 'mongo-admin'].join(',');
  await run('Building the apps', [process.execPath, nx, 'run-many', '-t', 'build', '-p', apps, '--output-style=static'], {
    env: { NX_DAEMON: 'false', NX_TUI: 'false' },
    ...(signal === undefined ? {} : { signal }),
  });
}

/** Runs `caas-admin … --json` and resolves with its result. */
export async function admin(args: readonly string[], options: RunOptions): Promise<unknown> {
  const main = join(WORKSPACE_ROOT, 'apps', 'mongo-admin', 'dist', 'main.js');
  return JSON.parse(await run(`caas-admin ${args.slice(0, 2).join(' ')}`, [process.execPath, main, ...args, '--json'], options)) as unknown;
}
