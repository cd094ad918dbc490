import { execFile } from 'node:child_process';
import { createHash, randomUUID } from 'node:crypto';
import { existsSync, mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { ServerError } from '../../errors.js';
import type { ServerContext } from '../server.js';
import { STAND_IN_CLASS, STAND_IN_SOURCE } from './stand-in-source.js';

const run = promisify(execFile);

/** Where the compiled stand-in is inside its artifact's folder; another source is another folder. */
export function standInClasses(artifactFolder: string): string {
  return join(artifactFolder, `classes-${createHash('sha256').update(STAND_IN_SOURCE).digest('hex').slice(0, 8)}`);
}

/** Compiles the stand-in's main class once; running the source file itself would compile it at each start. */
export async function compileStandIn(artifactFolder: string, { signal, env }: Pick<ServerContext, 'signal' | 'env'>): Promise<void> {
  const classes = standInClasses(artifactFolder);
  if (existsSync(classes)) return;
  const partial = `${classes}.${randomUUID()}`;
  mkdirSync(partial);
  const source = join(partial, `${STAND_IN_CLASS}.java`);
  writeFileSync(source, STAND_IN_SOURCE);
  try {
    await run('javac', ['-cp', join(artifactFolder, 'lib', '*'), '-d', partial, source], { signal, env });
    if (!existsSync(classes)) renameSync(partial, classes);
  } catch (cause) {
    signal.throwIfAborted();
    const missing = (cause as NodeJS.ErrnoException).code === 'ENOENT';
    throw new ServerError(
      'mongodb',
      missing ? 'the stand-in needs a JDK: `javac` is not on PATH. Install a JDK or set MONGODB_URI' : 'the stand-in does not compile',
      { cause },
    );
  } finally {
    rmSync(partial, { recursive: true, force: true });
  }
}
