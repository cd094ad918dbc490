import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { findOnPath } from '../../machine/find-on-path.js';
import { MONGOD_SERIES, MONGOD_VERSION } from '../../versions.js';

const run = promisify(execFile);

/** A `mongod` on this machine. */
export interface Mongod {
  readonly path: string;
  readonly version: string;
  readonly origin: 'on PATH' | 'downloaded';
}

/** Where a downloaded `mongod` is kept. */
export function mongodFolder(artifacts: string): string {
  return join(artifacts, 'mongod');
}

/** A `mongod` of the right series on PATH, else one that has been downloaded before (also by other projects). No network. */
export async function locateMongod(artifacts: string, env: NodeJS.ProcessEnv): Promise<Mongod | undefined> {
  const path = findOnPath('mongod', env);
  const version = path === undefined ? undefined : mongodVersion((await run(path, ['--version'])).stdout);
  if (path !== undefined && version?.startsWith(MONGOD_SERIES) === true) return { path, version, origin: 'on PATH' };
  const { DryMongoBinary } = await import('mongodb-memory-server-core/lib/util/DryMongoBinary.js');
  const downloaded = await DryMongoBinary.locateBinary({ version: MONGOD_VERSION, downloadDir: mongodFolder(artifacts) });
  return downloaded === undefined ? undefined : { path: downloaded, version: MONGOD_VERSION, origin: 'downloaded' };
}

/** `db version v7.0.24` → 7.0.24. */
export function mongodVersion(output: string): string | undefined {
  return /db version v([\d.]+)/.exec(output)?.[1];
}
