import { forEachTenant, outcomeOf, type Stage } from '@caas/messaging-kafka';
import { type ConversationDirectory } from '../../conversations/conversation-directory.js';
import { requireMember, requireSender } from '../message-rules.js';
import { type MessageItem } from './message-item.js';
import { type SendRate } from './send-rate.js';

/** Whether who acts may: decided by the cached members of the conversation, denied by default. One read for all that are not cached. */
export function authorizeStage(options: { conversations: ConversationDirectory; rate: SendRate }): Stage<MessageItem> {
  const { conversations, rate } = options;
  return {
    name: 'authorize',
    process: (items) =>
      forEachTenant(items, async (tenant, group) => {
        const facts = await conversations.getMany(tenant, [...new Set(group.map(({ conversationId }) => conversationId))]);
        for (const item of group) {
          item.conversation = facts.get(item.conversationId);
          try {
            item.member = (item.work.kind === 'sent' ? requireSender : requireMember)(item.conversation, item.actorId);
            if (item.work.kind === 'sent') rate.take(tenant, item.work.message);
          } catch (error) {
            item.settle(outcomeOf(error));
          }
        }
      }),
  };
}
