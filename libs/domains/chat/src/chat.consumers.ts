import { type Services } from '@caas/composition';
import { type ConsumerDefinition } from '@caas/messaging-kafka';
import { ConversationDirectory } from './conversations/conversation-directory.js';
import { messageProcessor } from './messages/messages.consumer.js';
import { chatEvents } from './messages/messages.events.js';
import { MessagePersistence } from './messages/messages.persistence.js';

/** What the worker takes from the chat module. */
export default function chatConsumers({
  mongo,
  redis,
  kafka,
  tenants,
  quotas,
  replies,
  clock,
  metrics,
  faults,
}: Services): ConsumerDefinition[] {
  const persistence = new MessagePersistence({ mongo, conversations: new ConversationDirectory({ mongo, redis }) });
  return [messageProcessor({ persistence, tenants, quotas, events: kafka.producer(chatEvents), replies, clock, metrics, faults })];
}
