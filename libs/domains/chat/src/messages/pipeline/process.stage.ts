import { type Mongo } from '@caas/data-access-mongo';
import { forEachTenant, outcomeOf, type Stage } from '@caas/messaging-kafka';
import { AppError, type Clock, ValidationError } from '@caas/runtime';
import { type SettingsDocument, type SettingsService } from '@caas/tenancy';
import { isAllowed } from '../../conversations/conversation-rules.js';
import { type AcceptedMessage } from '../message-outcome.js';
import { requireChangeable } from '../change-rules.js';
import { requireContent, requireSayable, rulesIn } from '../content-rules.js';
import { expiryOf } from '../message-expiry.js';
import { type MessageItem, type MessageWork } from './message-item.js';
import { SlowMode } from './slow-mode.js';
import { storedTargets, type Target, targetOf } from './targets.js';

/** What the rules of a batch of one tenant look at. */
interface Facts {
  readonly settings: SettingsDocument;
  /** Absent when nothing of the batch refers to another message. */
  readonly targets: Map<string, Target> | undefined;
  readonly slowMode: SlowMode;
  readonly now: number;
}

/**
 * The rules of the business, in the order of the log: length, slow mode, what a message answers to, when it disappears, and whether a message may still
 * be edited or deleted. A message counts for what comes after it in the batch as soon as it has passed.
 */
export function processStage(options: { mongo: Mongo; settings: Pick<SettingsService, 'get'>; clock: Clock }): Stage<MessageItem> {
  const { mongo, settings, clock } = options;
  return {
    name: 'process',
    needs: ['authorize'],
    process: (items) =>
      forEachTenant(items, async (tenant, group) => {
        const [{ settings: chosen }, targets, slowMode] = await Promise.all([
          settings.get(tenant),
          storedTargets(mongo, tenant, group),
          SlowMode.of(mongo, tenant, group),
        ]);
        const facts: Facts = { settings: chosen, targets, slowMode, now: clock.now() };
        for (const item of group) judge(item, facts);
      }),
  };
}

function judge(item: MessageItem, facts: Facts): void {
  try {
    if (item.content !== undefined) item.say(requireContent(item.content, rulesIn(item.conversation, facts.settings)));
    if (item.work.kind === 'sent') judgeSend(item, item.work, facts);
    else
      requireChangeable(item.work.change, {
        target: facts.targets?.get(item.messageId),
        mayDeleteOthers: mayDeleteOthers(item),
        chat: facts.settings.chat,
      });
  } catch (error) {
    item.settle(outcomeOf(error));
  }
}

function mayDeleteOthers({ conversation, member, record }: MessageItem): boolean {
  if (conversation === undefined || member === undefined) return false;
  return isAllowed(member, { conversation, action: 'delete_messages', now: record.envelope.timestamp });
}

function judgeSend(
  item: MessageItem,
  { message }: Extract<MessageWork, { kind: 'sent' }>,
  { settings, targets, slowMode, now }: Facts,
): void {
  if (message.senderId !== null) requireSayable(message.content, item.conversation, settings);
  if (targets !== undefined) requireReferences(message, targets);
  message.expiresAt = expiryOf(message, item.conversation, settings.chat);
  if (message.expiresAt !== null && message.expiresAt <= now)
    throw new AppError('MSG_EXPIRED', 'The message disappeared before it was stored.');
  slowMode.take(item);
  if (targets === undefined || targets.has(item.messageId)) return;
  const target = targetOf(item);
  if (target !== undefined) targets.set(item.messageId, target);
}

/** What a message answers to lies in its conversation: stored, or before it in the log. A reply to a reply belongs to the root of its thread. */
function requireReferences(message: AcceptedMessage, targets: ReadonlyMap<string, Target>): void {
  for (const [name, id] of [
    ['root_message_id', message.rootMessageId],
    ['parent_message_id', message.parentMessageId],
  ] as const) {
    if (id === null || targets.get(id)?.conversationId === message.conversationId) continue;
    const issue = { field: `/body/${name}`, code: 'reference', message: `${name} names no message of this conversation.` };
    throw new ValidationError([issue], { code: 'VAL_REFERENCE', message: issue.message });
  }
  if (message.rootMessageId !== null) message.rootMessageId = targets.get(message.rootMessageId)?.rootMessageId ?? message.rootMessageId;
}
