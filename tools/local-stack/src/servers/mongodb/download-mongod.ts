import { existsSync, readFileSync, rmSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { MongoBinaryDownload as Download } from 'mongodb-memory-server-core/lib/util/MongoBinaryDownload.js';
import type { StackListener } from '../../events.js';
import { writePrivateFile } from '../../state/write-file.js';
import { MONGOD_VERSION } from '../../versions.js';
import { mongodFolder, type Mongod } from './locate-mongod.js';

/** A start must not wait for a server that is out of reach. */
const SILENCE_MS = 4_000;
const RETRY_AFTER_MS = 24 * 60 * 60 * 1000;

/** Either a `mongod`, or why there is none. */
export type DownloadResult = { readonly mongod: Mongod } | { readonly reason: string };

/** Options of {@link downloadMongod}. */
export interface DownloadOptions {
  readonly listener: StackListener;
  /** Try also when a try failed less than a day ago. */
  readonly force: boolean;
  /** A server that says nothing for that long counts as out of reach; default 4 s. */
  readonly silenceMs?: number;
}

/**
 * Downloads `mongod` with mongodb-memory-server (its environment variables `MONGOMS_…` for mirrors work). Where the download is out
 * of reach this is known within seconds and remembered for a day; never throws for that.
 */
export async function downloadMongod(
  artifacts: string,
  { listener, force, silenceMs = SILENCE_MS }: DownloadOptions,
): Promise<DownloadResult> {
  const note = join(artifacts, 'mongod-unavailable.json');
  const known = force ? undefined : recentFailure(note);
  if (known !== undefined) return { reason: known };
  await mkdir(mongodFolder(artifacts), { recursive: true });
  let receivedBytes = 0;
  try {
    const { MongoBinaryDownload } = await import('mongodb-memory-server-core/lib/util/MongoBinaryDownload.js');
    class ReportedDownload extends MongoBinaryDownload {
      /** Certificates are checked, which the original leaves off; one attempt, since the day's note decides about another. */
      override httpDownload(...[url, options, target, partial]: Parameters<Download['httpDownload']>): Promise<string> {
        return super.httpDownload(url, { ...options, rejectUnauthorized: true }, target, partial, 1, 0, silenceMs);
      }

      override printDownloadProgress({ length }: { length: number }): void {
        receivedBytes += length;
        this.dlProgress.current += length; // the original does this here too, and later compares it with the whole
        listener({
          type: 'download',
          title: `mongod ${MONGOD_VERSION}`,
          receivedBytes: this.dlProgress.current,
          totalBytes: this.dlProgress.length,
        });
      }
    }
    const started = performance.now();
    const { DryMongoBinary } = await import('mongodb-memory-server-core/lib/util/DryMongoBinary.js');
    const binary = await DryMongoBinary.generateOptions({ version: MONGOD_VERSION, downloadDir: mongodFolder(artifacts) });
    const path = await new ReportedDownload({ ...binary, checkMD5: true }).getMongodPath();
    listener({ type: 'downloaded', title: `mongod ${MONGOD_VERSION}`, receivedBytes, ms: performance.now() - started });
    rmSync(note, { force: true });
    return { mongod: { path, version: MONGOD_VERSION, origin: 'downloaded' } };
  } catch (error) {
    const reason = oneLine(error);
    if (receivedBytes === 0) writePrivateFile(note, JSON.stringify({ reason, at: Date.now() })); // one that broke off midway may work the next time
    return { reason };
  }
}

function recentFailure(note: string): string | undefined {
  if (!existsSync(note)) return undefined;
  const { reason, at } = JSON.parse(readFileSync(note, 'utf8')) as { reason: string; at: number };
  return Date.now() - at < RETRY_AFTER_MS ? reason : undefined;
}

function oneLine(error: unknown): string {
  return (error instanceof Error ? error.message : String(error)).replace(/\s+/g, ' ').slice(0, 240);
}
