import { UnavailableError } from '@caas/runtime';

/** Looks at rows that somebody else keeps changing before the batch is given back. */
const ROUNDS_MAX = 5;

/** How rows of one natural key each are brought to what they should be. */
export interface RowIo<Row, Wanted> {
  /** The rows that there are, by key. */
  read(keys: readonly string[]): Promise<ReadonlyMap<string, Row>>;
  /** Inserts rows for keys without one; those that somebody inserted meanwhile are left out. Resolves with the number inserted. */
  insert(missing: readonly Wanted[]): Promise<number>;
  /** Changes rows, each guarded by what was read, and passes over those that need no change. Resolves with whether every guard held. */
  update(present: readonly { readonly row: Row; readonly wanted: Wanted }[]): Promise<boolean>;
}

/**
 * Brings many rows up to date in bulk: one read, one insert, one update, and again when somebody else was faster. The change is computed from the row that
 * was read, so that doing it again finds nothing to do.
 */
export async function settleRows<Row, Wanted>(wanted: ReadonlyMap<string, Wanted>, io: RowIo<Row, Wanted>): Promise<void> {
  if (wanted.size === 0) return;
  for (let round = 1; round <= ROUNDS_MAX; round++) {
    const rows = await io.read([...wanted.keys()]);
    const missing = [...wanted].flatMap(([key, one]) => (rows.has(key) ? [] : [one]));
    const present = [...wanted].flatMap(([key, one]) => {
      const row = rows.get(key);
      return row === undefined ? [] : [{ row, wanted: one }];
    });
    const allInserted = missing.length === 0 || (await io.insert(missing)) === missing.length;
    const allHeld = present.length === 0 || (await io.update(present));
    if (allInserted && allHeld) return;
  }
  throw new UnavailableError('The rows keep changing under this batch.');
}
