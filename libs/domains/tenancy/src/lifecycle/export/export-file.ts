import { createHash } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import { rename } from 'node:fs/promises';
import { Readable, Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGzip } from 'node:zlib';
import { type ReadRepository, type CollectionDefinition, op } from '@caas/data-access-mongo';
import { toLine } from './export-line.js';
import { withoutSecrets } from './without-secrets.js';

const BATCH = 1_000;

/** One file of an export, as the manifest names it. */
export interface ExportedFile {
  readonly name: string;
  readonly rows: number;
  /** Of the compressed file. */
  readonly bytes: number;
  /** Of the compressed file, in hex. */
  readonly sha256: string;
}

/** The rows of one collection to export. */
export interface ExportSource {
  readonly definition: CollectionDefinition;
  readonly repository: Pick<ReadRepository<CollectionDefinition>, 'findMany'>;
  /** Beyond what the repository is confined to. */
  readonly filter: Readonly<Record<string, unknown>>;
}

/**
 * Writes all rows of a collection, deleted ones included, as gzipped JSON Lines in the order of their ids. The file appears under its name when it is
 * complete; a run that is killed leaves a `.part`, which the next one overwrites. Rows that are inserted meanwhile may or may not be in it.
 */
export async function writeExportFile(
  { definition, repository, filter }: ExportSource,
  { path, name, signal, onRows }: { path: string; name: string; signal: AbortSignal; onRows: (rows: number) => Promise<void> },
): Promise<ExportedFile> {
  const digest = createHash('sha256');
  let [rows, bytes] = [0, 0];
  const strip = withoutSecrets(definition);
  const idField = definition.id.field;
  async function* lines(): AsyncGenerator<string> {
    for (let last: unknown; ;) {
      signal.throwIfAborted();
      const position = last === undefined ? {} : { [idField]: op.gt(last as string) };
      const options = { sort: { [idField]: 1 }, limit: BATCH, includeDeleted: true } as const;
      const batch = (await repository.findMany({ ...filter, ...position } as never, options)) as Readonly<Record<string, unknown>>[];
      for (const row of batch) yield toLine(strip(row));
      rows += batch.length;
      await onRows(rows);
      if (batch.length < BATCH) return;
      last = batch.at(-1)?.[idField];
    }
  }
  const measure = new Transform({
    transform: (chunk: Buffer, _, done) => {
      digest.update(chunk);
      bytes += chunk.length;
      done(null, chunk);
    },
  });
  await pipeline(Readable.from(lines()), createGzip(), measure, createWriteStream(`${path}.part`, { mode: 0o600 }));
  await rename(`${path}.part`, path);
  return { name, rows, bytes, sha256: digest.digest('hex') };
}
