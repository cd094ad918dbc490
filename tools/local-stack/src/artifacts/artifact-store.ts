import { randomUUID } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import type { StackListener } from '../events.js';
import { withLock } from '../state/lock.js';
import type { MavenArtifact } from '../versions.js';
import { requireMaven } from '../machine/java-tools.js';
import { runMaven } from './maven.js';

/** Options of {@link ensureArtifact}. */
export interface ArtifactOptions {
  readonly signal: AbortSignal;
  readonly listener: StackListener;
  readonly env: NodeJS.ProcessEnv;
}

/**
 * The folder of an artifact, fetched when it is not there yet. A folder under its final name is complete: it is filled under
 * another one first. Fetches one at a time on the whole machine, since Maven's local repository is not made for several.
 */
export async function ensureArtifact(store: string, artifact: MavenArtifact, options: ArtifactOptions): Promise<string> {
  const folder = join(store, artifact.folder);
  if (existsSync(folder)) return folder;
  await requireMaven(options.env);
  await withLock(join(store, '.locks'), () => fetchInto(store, artifact, options), { signal: options.signal });
  return folder;
}

async function fetchInto(store: string, artifact: MavenArtifact, { signal, listener, env }: ArtifactOptions): Promise<void> {
  const folder = join(store, artifact.folder);
  if (existsSync(folder)) return; // another process was faster
  for (const file of readdirSync(store)) if (file.startsWith('.fetching-')) rmSync(join(store, file), { recursive: true }); // of one that was killed
  const partial = join(store, `.fetching-${randomUUID()}`);
  mkdirSync(partial, { recursive: true });
  const started = performance.now();
  let received = 0;
  listener({ type: 'download', title: artifact.title, receivedBytes: 0, totalBytes: artifact.sizeBytes });
  try {
    await runMaven(artifact, partial, {
      signal,
      env,
      onTransfer: ({ receivedBytes, file }) => {
        received = receivedBytes;
        listener({
          type: 'download',
          title: artifact.title,
          receivedBytes,
          totalBytes: artifact.sizeBytes,
          ...(file === undefined ? {} : { file }),
        });
      },
    });
    renameSync(partial, folder);
  } catch (error) {
    rmSync(partial, { recursive: true, force: true });
    throw error;
  }
  listener({ type: 'downloaded', title: artifact.title, receivedBytes: received, ms: performance.now() - started });
}
