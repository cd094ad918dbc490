import { type AnyBulkWriteOperation, MongoBulkWriteError, type WriteError } from 'mongodb';
import { InternalError } from '@caas/runtime';
import { type TenantId } from '@caas/schema';
import { WRITE_PRESETS } from '../client/write-presets.js';
import { type StoredDocument } from '../definition/document-codec.js';
import { DUPLICATE_KEY } from '../repository/driver-errors.js';
import { type CollectionAccess } from '../repository/operation-runner.js';
import { documentOf, type RawRow } from './raw-rows.js';

/** What the target needs in order to equal the source. */
export interface RowChanges {
  /** Rows that the target does not have. */
  readonly insert: readonly RawRow[];
  /** Rows to write as they are, in place of what the target has. */
  readonly replace: readonly RawRow[];
  /** Ids of rows that the source does not have. */
  readonly remove: readonly string[];
}

/**
 * Makes the changes in one bulk write, removals first, and answers the rows that could not be written because another row of the target still has a
 * unique key of theirs: it changes later in the same pass. Rejects with the driver's error for anything else.
 */
export async function applyRows(
  access: CollectionAccess,
  tenantId: TenantId,
  { insert, replace, remove }: RowChanges,
): Promise<readonly RawRow[]> {
  // Before the rest, because unordered writes have no order among them, and a key that is freed is needed at once.
  if (remove.length > 0) {
    const filter = { tenant_id: tenantId, _id: { $in: [...remove] } };
    await access((collection) => collection.deleteMany(filter, { writeConcern: WRITE_PRESETS.SAFE }));
  }
  const rows = [...insert, ...replace];
  if (rows.length === 0) return [];
  const operations = rows.map((row, index) => operationOf(tenantId, row, { isNew: index < insert.length }));
  try {
    await access((collection) => collection.bulkWrite(operations, { ordered: false, writeConcern: WRITE_PRESETS.SAFE }));
    return [];
  } catch (error) {
    return refusedRows(error, rows);
  }
}

/** Writes rows that were refused, after their own old forms are gone: two rows that swapped a key stand in each other's way otherwise. */
export async function applyRefused(access: CollectionAccess, tenantId: TenantId, rows: readonly RawRow[]): Promise<void> {
  if (rows.length === 0) return;
  const refused = await applyRows(access, tenantId, { insert: rows, replace: [], remove: rows.map(({ id }) => id) });
  if (refused.length > 0) throw new KeyTakenError(refused.length);
}

/** Rows whose unique keys other rows of the target have: they changed in the source during the pass, and the next pass finds them. */
export class KeyTakenError extends InternalError {
  constructor(rows: number) {
    super(`${rows} rows have unique keys that other rows of the target still have.`);
  }
}

function operationOf(tenantId: TenantId, row: RawRow, { isNew }: { isNew: boolean }): AnyBulkWriteOperation<StoredDocument> {
  const document = documentOf(row);
  if (document['tenant_id'] !== tenantId) throw new InternalError('A row of another tenant was about to be moved.');
  if (isNew) return { insertOne: { document } };
  return { replaceOne: { filter: { _id: document._id, tenant_id: tenantId }, replacement: document } };
}

function refusedRows(error: unknown, rows: readonly RawRow[]): RawRow[] {
  if (!(error instanceof MongoBulkWriteError) || error.result.getWriteConcernError() !== undefined) throw error;
  const failures: readonly WriteError[] = Array.isArray(error.writeErrors) ? error.writeErrors : [error.writeErrors];
  if (failures.length === 0 || failures.some(({ code }) => code !== DUPLICATE_KEY)) throw error;
  return failures.flatMap(({ index }) => rows[index] ?? []);
}
