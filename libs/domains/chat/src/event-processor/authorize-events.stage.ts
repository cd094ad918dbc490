import { forEachTenant, type Stage } from '@caas/messaging-kafka';
import { type ConversationDirectory } from '../conversations/conversation-directory.js';
import { type EventItem, receiptsOf, recordsOf } from './event-item.js';

/** Knows the conversations that facts are about. What somebody who is no member got or read counts for nothing. */
export function authorizeEventsStage({ conversations }: { conversations: ConversationDirectory }): Stage<EventItem> {
  return {
    name: 'authorize',
    process: (items) =>
      forEachTenant(items, async (tenant, group) => {
        const receipts = receiptsOf(group);
        const asking = [...receipts.map(({ item }) => item), ...recordsOf(group, 'message.persisted').map(({ item }) => item)];
        const ids = [...new Set(asking.flatMap(({ conversationId }) => conversationId ?? []))];
        const facts = await conversations.getMany(tenant, ids);
        for (const item of asking) item.conversation = facts.get(item.conversationId ?? '');
        for (const { item, userId } of receipts) {
          if (item.conversation === undefined || !Object.hasOwn(item.conversation.members, userId)) {
            item.settle({ kind: 'skip', reason: 'the user is no member' });
          }
        }
      }),
  };
}
