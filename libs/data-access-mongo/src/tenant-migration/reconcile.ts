import { createHash, type Hash } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import { type TenantId } from '@caas/schema';
import { type CollectionAccess } from '../repository/operation-runner.js';
import { applyRefused, applyRows } from './apply-rows.js';
import { compareIds, findRows, type RawRow, readRows } from './raw-rows.js';

/** The two places of one collection. */
export interface RowPlaces {
  readonly tenantId: TenantId;
  readonly source: CollectionAccess;
  readonly target: CollectionAccess;
}

export interface ReconcileOptions {
  /** Goes on behind this id; from the first row unless given. */
  readonly after?: string | undefined;
  /** Rows of one answer and of one bulk write, 1–1 000; 1 000 unless given. */
  readonly batchRows?: number;
  /** Milliseconds between two batches, so that others' work finds its turn; 0 unless given. */
  readonly pauseMs?: number;
  /** Stops between two batches. What is written stays, and another pass goes on. */
  readonly signal?: AbortSignal;
  /** Told after each batch: rows of the source that were seen in this pass, and the id behind which a later one may go on. */
  readonly onBatch?: (progress: { readonly seen: number; readonly after: string }) => Promise<void> | void;
  /** Told the ids of rows that were written or removed in the target. */
  readonly onChanged?: (ids: readonly string[]) => void;
}

/** What a pass found. After it the target had every row of the source byte by byte, as each was when the pass came to it. */
export interface Reconciled {
  /** Rows of the source. */
  readonly rows: number;
  /** Rows that were missing in the target or different there. */
  readonly written: number;
  /** Rows of the target that the source does not have. */
  readonly removed: number;
  /** SHA-256 over the rows of the source in the order of their ids, as base64url. */
  readonly digest: string;
}

/** See {@link ReconcileOptions.batchRows}. */
export const BATCH_ROWS = 1_000;

/**
 * Makes the target equal to the source: walks both in the order of ids, writes what is missing or differs by a single byte and removes what is too much.
 * So one pass is the copy into an empty place, the catching up with whatever happened since (deletions, counters, and changes that leave
 * `updated_at` alone as well) and the comparison. Can be repeated and interrupted anywhere. While nobody writes to the source, the result is equality.
 */
export async function reconcile(places: RowPlaces, options: ReconcileOptions = {}): Promise<Reconciled> {
  const { tenantId, source, target } = places;
  const { after, batchRows = BATCH_ROWS } = options;
  const range = { tenantId, after, batchRows };
  const pass = new Pass(places, options);
  await readRows(source, range, (ofSource) =>
    readRows(target, range, async (ofTarget) => {
      let theirs = await ofTarget.next();
      for (let ours = await ofSource.next(); ours.done !== true; ours = await ofSource.next()) {
        const row = ours.value;
        while (theirs.done !== true && compareIds(theirs.value.id, row.id) < 0) {
          pass.extra(theirs.value);
          theirs = await ofTarget.next();
        }
        const twin = theirs.done !== true && theirs.value.id === row.id ? theirs.value : undefined;
        pass.row(row, twin);
        if (twin !== undefined) theirs = await ofTarget.next();
        if (pass.isFull) await pass.flush(row.id);
      }
      for (; theirs.done !== true; theirs = await ofTarget.next()) {
        pass.extra(theirs.value);
        if (pass.isFull) await pass.flush(undefined);
      }
    }),
  );
  return pass.end();
}

class Pass {
  readonly #places: RowPlaces;
  readonly #options: ReconcileOptions;
  readonly #hash: Hash = createHash('sha256');
  #insert: RawRow[] = [];
  #replace: RawRow[] = [];
  #remove: string[] = [];
  #refused: RawRow[] = [];
  #rows = 0;
  #written = 0;
  #removed = 0;
  #sinceFlush = 0;

  constructor(places: RowPlaces, options: ReconcileOptions) {
    this.#places = places;
    this.#options = options;
  }

  get isFull(): boolean {
    return this.#sinceFlush >= (this.#options.batchRows ?? BATCH_ROWS);
  }

  row(row: RawRow, twin: RawRow | undefined): void {
    this.#rows += 1;
    this.#sinceFlush += 1;
    this.#hash.update(row.bytes);
    if (twin === undefined) this.#insert.push(row);
    else if (!twin.bytes.equals(row.bytes)) this.#replace.push(row);
  }

  extra({ id }: RawRow): void {
    this.#sinceFlush += 1;
    this.#remove.push(id);
  }

  async flush(after: string | undefined): Promise<void> {
    const { pauseMs = 0, signal, onBatch, onChanged } = this.#options;
    const { target, tenantId } = this.#places;
    const [insert, replace, remove] = [this.#insert, this.#replace, this.#remove];
    [this.#insert, this.#replace, this.#remove, this.#sinceFlush] = [[], [], [], 0];
    const changed = [...insert, ...replace].map(({ id }) => id);
    this.#refused.push(...(await applyRows(target, tenantId, { insert, replace, remove })));
    this.#written += changed.length;
    this.#removed += remove.length;
    onChanged?.([...changed, ...remove]);
    // A position is told only when everything before it is in place.
    if (after !== undefined && this.#refused.length === 0) await onBatch?.({ seen: this.#rows, after });
    signal?.throwIfAborted();
    if (pauseMs > 0) await pause(pauseMs, undefined, signal === undefined ? {} : { signal });
  }

  async end(): Promise<Reconciled> {
    await this.flush(undefined);
    const refused = this.#refused.splice(0);
    await applyRefused(this.#places.target, this.#places.tenantId, refused);
    return { rows: this.#rows, written: this.#written, removed: this.#removed, digest: this.#hash.digest('base64url') };
  }
}

/** What the source has of these rows that the target has not, or the other way round; empty when both are equal there. */
export async function differingRows({ tenantId, source, target }: RowPlaces, ids: readonly string[]): Promise<string[]> {
  const [ours, theirs] = await Promise.all([findRows(source, { tenantId, ids }), findRows(target, { tenantId, ids })]);
  return ids.filter((id) => {
    const [row, twin] = [ours.get(id), theirs.get(id)];
    return row === undefined || twin === undefined ? row !== twin : !row.bytes.equals(twin.bytes);
  });
}
