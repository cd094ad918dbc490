import { spawn } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { StackError } from '../errors.js';
import { MAVEN_DEPENDENCY_PLUGIN, type MavenArtifact } from '../versions.js';
import { renderPom } from './pom.js';
import { transferReader, type Transfer } from './transfer-output.js';

const ERROR_LINES = 12;

/** Options of {@link runMaven}. */
export interface MavenOptions {
  readonly signal: AbortSignal;
  readonly env: NodeJS.ProcessEnv;
  readonly onTransfer: (transfer: Transfer) => void;
}

/**
 * Fetches an artifact into `folder` (which exists and is empty) with `mvn`, through the user's own Maven settings: mirrors,
 * proxies and the local repository. Throws {@link StackError} with what Maven said.
 */
export async function runMaven(artifact: MavenArtifact, folder: string, { signal, env, onTransfer }: MavenOptions): Promise<void> {
  const child = spawn('mvn', [...goal(artifact, folder), '-Dstyle.color=never'], {
    cwd: folder,
    stdio: ['ignore', 'pipe', 'pipe'],
    signal,
    env,
  });
  let failure: Error | undefined; // also an abort, which is told before the process has ended
  child.once('error', (error) => (failure = error));
  const output: string[] = [];
  const read = transferReader(onTransfer);
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (chunk: string) => {
      output.push(chunk);
      read(chunk);
    });
  }
  const code = await new Promise<number | null>((resolve) => child.once('close', resolve));
  signal.throwIfAborted();
  if (failure !== undefined) throw new StackError(`Maven could not be run: ${failure.message}`, { cause: failure });
  if (code === 0) return;
  const lines = output.join('').split(/[\r\n]+/);
  const errors = lines.filter((line) => line.startsWith('[ERROR]') && line.length > 8);
  const shown = (errors.length > 0 ? errors : lines).slice(0, ERROR_LINES).map((line) => `\n  | ${line}`);
  throw new StackError(`Maven could not fetch ${artifact.title} (exit code ${code}):${shown.join('')}`);
}

function goal({ fetch }: MavenArtifact, folder: string): string[] {
  if (fetch.goal === 'copy-dependencies') {
    writeFileSync(join(folder, 'pom.xml'), renderPom(fetch.dependencies));
    return [`${MAVEN_DEPENDENCY_PLUGIN}:copy-dependencies`, '-DincludeScope=runtime', `-DoutputDirectory=${join(folder, 'lib')}`];
  }
  const includes = fetch.includes === undefined ? [] : [`-Dmdep.unpack.includes=${fetch.includes}`];
  return [`${MAVEN_DEPENDENCY_PLUGIN}:unpack`, `-Dartifact=${fetch.artifact}`, `-DoutputDirectory=${folder}`, ...includes];
}
