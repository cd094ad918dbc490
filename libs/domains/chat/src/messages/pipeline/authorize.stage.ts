import { forEachTenant, outcomeOf, type Stage } from '@caas/messaging-kafka';
import { type ConversationDirectory } from '../../conversations/conversation-directory.js';
import { requireMember, requireSender } from '../../conversations/conversation-rules.js';
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

/** Who acts in each conversation of a batch, and whom they mention. */
function usersOf(items: readonly MessageItem[]): Map<string, Set<string>> {
  const users = new Map<string, Set<string>>();
  for (const { conversationId, actorId, content } of items) {
    let asked = users.get(conversationId);
    if (asked === undefined) users.set(conversationId, (asked = new Set()));
    asked.add(actorId);
    if (content?.type === 'text') for (const { user_id } of content.mentions ?? []) asked.add(user_id);
  }
  return users;
}
