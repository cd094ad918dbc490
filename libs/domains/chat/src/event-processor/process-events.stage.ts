import { type Mongo } from '@caas/data-access-mongo';
import { forEachTenant, type Stage } from '@caas/messaging-kafka';
import { type Clock, UnavailableError } from '@caas/runtime';
import { messages } from '../messages/messages.collection.js';
import { type EventItem, receiptsOf, recordsOf } from './event-item.js';

/** Reactions to a message that is not stored after so long are to one that was rejected. */
const ACCEPTED_MS = 300_000;

/**
 * Finds the place of the messages that receipts are about. Those of a message that is gone, or of another conversation, count for nothing. A reaction to a message that
 * is not stored yet waits for it.
 */
export function processEventsStage({ mongo, clock }: { mongo: Mongo; clock: Clock }): Stage<EventItem> {
  return {
    name: 'process',
    needs: ['authorize'],
    process: (items) =>
      forEachTenant(items, async (tenant, group) => {
        const receipts = receiptsOf(group);
        const added = recordsOf(group, 'reaction.added');
        const ids = [...new Set([...receipts, ...added].map(({ record }) => record.payload.message_id))];
        const found = await mongo.forTenant(tenant).repository(messages).findExisting(ids, ['conversation_id', 'sequence']);
        for (const { item, record } of receipts) {
          const message = found.get(record.payload.message_id);
          if (message?.conversation_id === record.payload.conversation_id) item.sequence = message.sequence;
          else item.settle({ kind: 'skip', reason: 'there is no such message in the conversation' });
        }
        for (const { item, record } of added) {
          if (found.has(record.payload.message_id)) continue;
          const isLate = clock.now() - record.envelope.timestamp > ACCEPTED_MS;
          item.settle(isLate ? { kind: 'skip', reason: 'there is no such message' } : { kind: 'retry', error: notStored() });
        }
      }),
  };
}

const notStored = (): UnavailableError => new UnavailableError('The message is not stored yet.');
