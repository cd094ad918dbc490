import { type Mongo, op } from '@caas/data-access-mongo';
import { type TenantContext } from '@caas/runtime';
import { settleRows } from '../settle-rows.js';
import { type ReadReceipt, readReceipts } from './read-receipts.collection.js';

/** What a batch says of one user and one message. */
export interface Receipt {
  readonly messageId: string;
  readonly conversationId: string;
  readonly userId: string;
  readonly deviceId: string | null;
  readonly deliveredAt: number | null;
  readonly readAt: number | null;
  readonly isVisible: boolean;
  readonly expiresAt: number;
}

type Times = Pick<ReadReceipt, 'status' | 'delivered_at' | 'read_at'>;

const keyOf = (messageId: string, userId: string): string => `${messageId}:${userId}`;

/** Two receipts of one user and message as one: what is read stays read, and the first time counts. */
export function joined(receipts: readonly Receipt[]): Map<string, Receipt> {
  const byKey = new Map<string, Receipt>();
  for (const receipt of receipts) {
    const key = keyOf(receipt.messageId, receipt.userId);
    const before = byKey.get(key);
    const one = before === undefined ? receipt : { ...before, ...first(before, receipt), deviceId: before.deviceId ?? receipt.deviceId };
    byKey.set(key, one);
  }
  return byKey;
}

const first = (left: Receipt, right: Receipt) => ({
  deliveredAt: earliest(left.deliveredAt, right.deliveredAt),
  readAt: earliest(left.readAt, right.readAt),
});

const earliest = (left: number | null, right: number | null): number | null =>
  left === null || right === null ? (left ?? right) : Math.min(left, right);

/** Writes the receipts of a batch: never back from read to delivered. Doing it again changes nothing. */
export async function writeReceipts(mongo: Mongo, tenant: TenantContext, receipts: readonly Receipt[]): Promise<void> {
  const repository = mongo.forTenant(tenant).repository(readReceipts);
  const wanted = joined(receipts);
  await settleRows(wanted, {
    async read(keys) {
      const pairs = keys.flatMap((key) => wanted.get(key) ?? []);
      const rows = await repository.findMany(
        op.or<ReadReceipt>(...pairs.map(({ messageId, userId }) => ({ message_id: messageId, user_id: userId }))),
        { limit: pairs.length, readFrom: 'primary' },
      );
      return new Map(rows.map((row) => [keyOf(row.message_id, row.user_id), row]));
    },
    async insert(missing) {
      const { inserted } = await repository.insertMany(
        missing.map((one) => ({
          message_id: one.messageId,
          conversation_id: one.conversationId,
          user_id: one.userId,
          device_id: one.deviceId,
          ...timesAfter(undefined, one),
          is_visible: one.isVisible,
          expires_at: new Date(one.expiresAt),
        })),
      );
      return inserted.length;
    },
    async update(present) {
      const changes = present.flatMap(({ row, wanted: one }) => {
        const after = timesAfter(row, one);
        const isSame = after.status === row.status && same(after.delivered_at, row.delivered_at) && same(after.read_at, row.read_at);
        return isSame ? [] : [{ id: row.receipt_id, where: { status: row.status, delivered_at: row.delivered_at }, set: after }];
      });
      const { matched } = await repository.updateManyById(changes);
      return matched === changes.length;
    },
  });
}

const same = (left: Date | null, right: Date | null): boolean => left?.getTime() === right?.getTime();

/** Reading implies that it was delivered, at the latest then. */
function timesAfter(before: Times | undefined, { deliveredAt, readAt }: Receipt): Times {
  const read = earliest(before?.read_at?.getTime() ?? null, readAt);
  const delivered = before?.delivered_at?.getTime() ?? deliveredAt ?? read;
  return {
    status: read === null ? 'delivered' : 'read',
    delivered_at: delivered === null ? null : new Date(delivered),
    read_at: read === null ? null : new Date(read),
  };
}
