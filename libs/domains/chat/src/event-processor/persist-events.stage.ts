import { type Mongo } from '@caas/data-access-mongo';
import { type UserReader } from '@caas/identity';
import { allSettled, forEachTenant, type Stage } from '@caas/messaging-kafka';
import { type TenantContext } from '@caas/runtime';
import { type SettingsService } from '@caas/tenancy';
import { type ConversationDirectory, type ConversationFacts } from '../conversations/conversation-directory.js';
import { isCopied, refreshCopiedNames } from '../conversations/copied-names.js';
import { recountReactions } from '../reactions/reaction-summaries.js';
import { MarkSet, writeMarks } from '../receipts/read-marks.js';
import { showsReceipts } from '../receipts/receipt-privacy.js';
import { type Receipt, writeReceipts } from '../receipts/receipt-rows.js';
import { bringBack } from './awaited-conversations.js';
import { type DeletedUsersParts, takeOutDeletedUsers } from './deleted-users.js';
import { type EventItem, receiptsOf, recordsOf } from './event-item.js';
import { mentionedMembers } from './mentioned-members.js';

export interface PersistEventsParts extends DeletedUsersParts {
  readonly mongo: Mongo;
  readonly conversations: ConversationDirectory;
  readonly users: Pick<UserReader, 'findMany'>;
  readonly settings: Pick<SettingsService, 'get'>;
}

/** Facts after which what processes keep of a conversation is old. */
const CHANGING = [
  'conversation.created',
  'conversation.updated',
  'conversation.deleted',
  'participant.added',
  'participant.removed',
  'participant.role_changed',
] as const;

const DAY_MS = 86_400_000;
/** Beyond, receipts are counted by watermarks only. */
const DETAILED_MEMBERS_MAX = 100;

/** Applies what facts mean for the store and the caches. Each step may be repeated in whole or in part, and changes nothing then. */
export function persistEventsStage(parts: PersistEventsParts): Stage<EventItem> {
  return {
    name: 'persist',
    needs: ['process'],
    timeoutMs: 30_000,
    process: (items) =>
      forEachTenant(items, (tenant, group) =>
        allSettled([
          dropCaches(parts, tenant, group),
          bringBack(parts, tenant, group),
          writeMarks(parts.mongo, tenant, marksOf(group)),
          storeReceipts(parts, tenant, group),
          recountReactions(parts.mongo, tenant, reactedMessages(group)),
          refreshCopiedNames(parts, tenant, renamedUsers(group)),
          takeOutDeletedUsers(parts, tenant, group),
        ]),
      ),
  };
}

async function dropCaches({ conversations }: PersistEventsParts, tenant: TenantContext, items: readonly EventItem[]): Promise<void> {
  const ids = new Set(CHANGING.flatMap((type) => recordsOf(items, type).map(({ record }) => record.payload.conversation_id)));
  await allSettled([...ids].map((id) => conversations.invalidate(tenant, id)));
}

/** Watermarks: of readers, of whose devices got something, of senders, who have read what they wrote; and the mentions. */
function marksOf(items: readonly EventItem[]): MarkSet {
  const marks = new MarkSet();
  for (const { item, record } of recordsOf(items, 'message.persisted')) {
    const { operation, conversation_id: id, message_id: messageId, sequence, sender_id: sender, content } = record.payload;
    if (operation !== 'sent' || item.conversation === undefined) continue;
    if (sender !== null && Object.hasOwn(item.conversation.members, sender))
      marks.read(id, sender, { sequence, messageId, at: record.envelope.timestamp });
    for (const userId of mentionedMembers(item.conversation, content)) if (userId !== sender) marks.mention(id, userId, sequence);
  }
  for (const { item, record, userId } of receiptsOf(items)) {
    const { payload } = record;
    const sequence = item.sequence ?? 0;
    if ('delivered_at' in payload) marks.delivered(payload.conversation_id, userId, { sequence, at: payload.delivered_at });
    else if (payload.up_to) marks.read(payload.conversation_id, userId, { sequence, messageId: payload.message_id, at: payload.read_at });
  }
  return marks;
}

async function storeReceipts(
  { mongo, users, settings }: PersistEventsParts,
  tenant: TenantContext,
  items: readonly EventItem[],
): Promise<void> {
  const receipts = receiptsOf(items);
  if (receipts.length === 0) return;
  const { chat } = (await settings.get(tenant)).settings;
  const detailed = receipts.filter(({ item }) => isDetailed(item.conversation, chat.receipt_detail));
  if (detailed.length === 0) return;
  const ids = [...new Set(detailed.map(({ userId }) => userId))];
  const people = new Map((await users.findMany(tenant, ids)).map((user) => [user.user_id, user]));
  const rows = detailed.map(({ record: { payload }, userId }): Receipt => {
    const isRead = 'read_at' in payload;
    const at = isRead ? payload.read_at : payload.delivered_at;
    return {
      messageId: payload.message_id,
      conversationId: payload.conversation_id,
      userId,
      deviceId: isRead ? null : (payload.device_id ?? null),
      deliveredAt: isRead ? null : at,
      readAt: isRead ? at : null,
      isVisible: showsReceipts(people.get(userId)),
      expiresAt: at + chat.receipt_retention_days * DAY_MS,
    };
  });
  await writeReceipts(mongo, tenant, rows);
}

function isDetailed(conversation: ConversationFacts | undefined, detail: 'off' | 'direct' | 'small_groups'): boolean {
  if (conversation === undefined || detail === 'off') return false;
  return conversation.type === 'direct' || (detail === 'small_groups' && Object.keys(conversation.members).length <= DETAILED_MEMBERS_MAX);
}

function reactedMessages(items: readonly EventItem[]): string[] {
  const records = [...recordsOf(items, 'reaction.added'), ...recordsOf(items, 'reaction.removed')];
  return [...new Set(records.map(({ record }) => record.payload.message_id))];
}

function renamedUsers(items: readonly EventItem[]): string[] {
  const renamed = recordsOf(items, 'user.updated').filter(({ record }) => record.payload.changes.some(({ field }) => isCopied(field)));
  return [...new Set(renamed.map(({ record }) => record.payload.user_id))];
}
