import { forEachTenant, outcomeOf, type Stage } from '@caas/messaging-kafka';
import { AppError } from '@caas/runtime';
import { type ConversationDirectory } from '../../conversations/conversation-directory.js';
import { requireAllowed, requireMember, requireSender } from '../../conversations/conversation-rules.js';
import { type AcceptedMessage } from '../message-outcome.js';
import { type MessageItem } from './message-item.js';
import { type SendRate } from './send-rate.js';

/** Whether who acts may: decided by the cached members of the conversation, denied by default. One read for all that are not cached. */
export function authorizeStage(options: { conversations: ConversationDirectory; rate: SendRate }): Stage<MessageItem> {
  const { conversations, rate } = options;
  return {
    name: 'authorize',
    process: (items) =>
      forEachTenant(items, async (tenant, group) => {
        const users = usersOf(group);
        const facts = await conversations.getMany(tenant, [...users.keys()], users);
        for (const item of group) {
          item.conversation = facts.get(item.conversationId);
          try {
            const now = item.record.envelope.timestamp; // a silence ends by the time at which the message was accepted
            if (item.work.kind === 'changed') item.member = requireMember(item.conversation, item.actorId, { now });
            else if (isSystem(item.work.message)) requireAllowed(item.conversation, undefined, { action: 'send', now });
            else {
              item.member = requireSender(item.conversation, item.actorId, now);
              rate.take(tenant, item.work.message);
            }
          } catch (error) {
            item.settle(outcomeOf(error));
          }
        }
      }),
  };
}

/** Whether CAAS itself says it. Throws `MSG_TYPE_DISABLED` for somebody who writes system messages, and for a message of nobody. */
function isSystem({ senderId, content }: AcceptedMessage): boolean {
  if ((senderId === null) !== (content.type === 'system')) {
    throw new AppError('MSG_TYPE_DISABLED', 'System messages are written by CAAS only.');
  }
  return senderId === null;
}

/** Who acts in each conversation of a batch, and whom they mention. */
function usersOf(items: readonly MessageItem[]): Map<string, Set<string>> {
  const users = new Map<string, Set<string>>();
  for (const { conversationId, actorId, content } of items) {
    let asked = users.get(conversationId);
    if (asked === undefined) users.set(conversationId, (asked = new Set()));
    if (actorId !== undefined) asked.add(actorId);
    if (content?.type === 'text') for (const { user_id } of content.mentions ?? []) asked.add(user_id);
  }
  return users;
}
