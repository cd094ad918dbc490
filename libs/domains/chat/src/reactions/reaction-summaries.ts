import { type Mongo, op } from '@caas/data-access-mongo';
import { type TenantContext } from '@caas/runtime';
import { messages, type StoredMessage } from '../messages/messages.collection.js';
import { reactions } from './reactions.collection.js';

type Summary = StoredMessage['reactions_summary'];

/** Distinct reactions of a batch of messages at most; 500 messages with 20 each. */
const GROUPS_MAX = 10_000;

/**
 * Makes the summaries of messages say what their rows say. Reactions are stored before they are announced, so the rows are the truth, and counting them
 * anew is right however often and in whatever order it is done. A summary that somebody changes meanwhile is left to the event of that change.
 */
export async function recountReactions(mongo: Mongo, tenant: TenantContext, messageIds: readonly string[]): Promise<void> {
  if (messageIds.length === 0) return;
  const scope = mongo.forTenant(tenant);
  const present = await scope.repository(messages).findExisting(messageIds, ['reactions_summary', 'deletion']);
  const counted = await countedReactions(mongo, tenant, messageIds);
  const updates = [...present].flatMap(([id, { reactions_summary: before, deletion }]) => {
    const after = toSummary(counted.get(id) ?? []);
    if (deletion !== null || isSame(before, after)) return [];
    return [{ id, where: { 'reactions_summary.total_count': before.total_count } as const, set: { reactions_summary: after } }];
  });
  if (updates.length > 0) await scope.repository(messages).updateManyById(updates);
}

/** What the rows of a message come to: its summary, also while the message itself is not stored yet. */
export async function summaryOf(mongo: Mongo, tenant: TenantContext, messageId: string): Promise<Summary> {
  return toSummary((await countedReactions(mongo, tenant, [messageId])).get(messageId) ?? []);
}

type Counts = [emoji: string, count: number][];

async function countedReactions(mongo: Mongo, tenant: TenantContext, messageIds: readonly string[]): Promise<Map<string, Counts>> {
  const rows = await mongo
    .forTenant(tenant)
    .repository(reactions)
    .aggregate<{ _id: { message: string; emoji: string }; count: number }>(
      [{ $group: { _id: { message: '$message_id', emoji: '$emoji' }, count: { $sum: 1 } } }],
      { where: { message_id: op.in(messageIds) }, limit: GROUPS_MAX, readFrom: 'primary' },
    );
  const counted = new Map<string, Counts>();
  for (const { _id, count } of rows) counted.set(_id.message, [...(counted.get(_id.message) ?? []), [_id.emoji, count]]);
  return counted;
}

function toSummary(counts: readonly [emoji: string, count: number][]): Summary {
  return { total_count: counts.reduce((sum, [, count]) => sum + count, 0), by_emoji: Object.fromEntries(counts) };
}

function isSame(left: Summary, right: Summary): boolean {
  const emojis = Object.entries(left.by_emoji);
  if (left.total_count !== right.total_count || emojis.length !== Object.keys(right.by_emoji).length) return false;
  return emojis.every(([emoji, count]) => right.by_emoji[emoji] === count);
}
