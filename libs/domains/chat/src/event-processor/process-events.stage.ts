import { type Mongo } from '@caas/data-access-mongo';
import { forEachTenant, type Stage } from '@caas/messaging-kafka';
import { messages } from '../messages/messages.collection.js';
import { type EventItem, receiptsOf } from './event-item.js';

/** Finds the place of the messages that receipts are about. Those of a message that is gone, or of another conversation, count for nothing. */
export function processEventsStage({ mongo }: { mongo: Mongo }): Stage<EventItem> {
  return {
    name: 'process',
    needs: ['authorize'],
    process: (items) =>
      forEachTenant(items, async (tenant, group) => {
        const receipts = receiptsOf(group);
        const ids = [...new Set(receipts.map(({ record }) => record.payload.message_id))];
        const found = await mongo.forTenant(tenant).repository(messages).findExisting(ids, ['conversation_id', 'sequence']);
        for (const { item, record } of receipts) {
          const message = found.get(record.payload.message_id);
          if (message?.conversation_id === record.payload.conversation_id) item.sequence = message.sequence;
          else item.settle({ kind: 'skip', reason: 'there is no such message in the conversation' });
        }
      }),
  };
}
