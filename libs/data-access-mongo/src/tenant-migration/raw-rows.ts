import { BSON } from 'mongodb';
import { InternalError } from '@caas/runtime';
import { type TenantId } from '@caas/schema';
import { type StoredDocument } from '../definition/document-codec.js';
import { type CollectionAccess } from '../repository/operation-runner.js';

/** A row as its bytes, so that two of them are compared without being understood. */
export interface RawRow {
  readonly id: string;
  readonly bytes: Buffer;
}

/** What a walk over the rows of one tenant in one collection looks at. */
export interface RowRange {
  readonly tenantId: TenantId;
  /** Rows with greater ids only. */
  readonly after?: string | undefined;
  /** Rows of one answer of the server. */
  readonly batchRows: number;
}

const STRING = 0x02;
const FIRST_KEY = Buffer.from('\x02_id\0');
const LENGTH_AT = 4 + FIRST_KEY.length;
const TEXT_AT = LENGTH_AT + 4;

/**
 * The id of a row without decoding the rest: the server stores `_id` first, as a string. Throws `InternalError` for a row with another kind of id, which
 * no definition makes.
 */
export function rowOf(bytes: Buffer): RawRow {
  if (bytes[4] !== STRING || !bytes.subarray(4, LENGTH_AT).equals(FIRST_KEY)) {
    const { _id: id } = BSON.deserialize(bytes) as { _id?: unknown };
    if (typeof id !== 'string') throw new InternalError('A row without a text for an id cannot be moved.');
    return { id, bytes };
  }
  const length = bytes.readInt32LE(LENGTH_AT) - 1;
  return { id: bytes.toString('utf8', TEXT_AT, TEXT_AT + length), bytes };
}

/** The document of a row with every type kept as it is stored: no 64-bit integer becomes a double. */
export function documentOf({ bytes }: RawRow): StoredDocument {
  return BSON.deserialize(bytes, { promoteValues: false, promoteBuffers: false, bsonRegExp: true }) as StoredDocument;
}

/** The order of ids in the server: by their UTF-8 bytes. */
export function compareIds(left: string, right: string): number {
  return left === right ? 0 : Buffer.compare(Buffer.from(left), Buffer.from(right));
}

/** Hands the rows of a tenant to `take` in the order of their ids, deleted ones included. Reads from the primary. */
export async function readRows<Result>(
  access: CollectionAccess,
  { tenantId, after, batchRows }: RowRange,
  take: (rows: AsyncIterator<RawRow>) => Promise<Result>,
): Promise<Result> {
  const filter = { tenant_id: tenantId, ...(after === undefined ? {} : { _id: { $gt: after } }) };
  return access(async (collection) => {
    const cursor = collection.find(filter, { raw: true, sort: { _id: 1 }, batchSize: batchRows, readPreference: 'primary' });
    cursor.allowDiskUse(true);
    async function* rows(): AsyncGenerator<RawRow> {
      for await (const bytes of cursor) yield rowOf(bytes as unknown as Buffer);
    }
    try {
      return await take(rows());
    } finally {
      await cursor.close();
    }
  });
}

/** Some rows by their ids; those that are not there are missing in the answer. */
export async function findRows(
  access: CollectionAccess,
  { tenantId, ids }: { tenantId: TenantId; ids: readonly string[] },
): Promise<ReadonlyMap<string, RawRow>> {
  const found = await access((collection) =>
    collection.find({ tenant_id: tenantId, _id: { $in: [...ids] } }, { raw: true, readPreference: 'primary' }).toArray(),
  );
  return new Map(found.map((bytes) => rowOf(bytes as unknown as Buffer)).map((row) => [row.id, row]));
}
