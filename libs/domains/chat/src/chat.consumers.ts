import { type Services } from '@caas/composition';
import { UsersService } from '@caas/identity';
import { type ConsumerDefinition } from '@caas/messaging-kafka';
import { SettingsService } from '@caas/tenancy';
import { ConversationDirectory } from './conversations/conversation-directory.js';
import { messageProcessor } from './messages/messages.consumer.js';
import { chatEvents } from './messages/messages.events.js';

/** What the worker takes from the chat module. */
export default function chatConsumers(services: Services): ConsumerDefinition[] {
  const { mongo, redis, kafka, tenants, quotas, replies, clock, metrics, faults, logger, secrets } = services;
  const conversations = new ConversationDirectory({ mongo, redis });
  const users = new UsersService({ mongo, quotas });
  const settings = new SettingsService({ mongo, redis, logger, box: secrets.box });
  const events = kafka.producer(chatEvents);
  return [messageProcessor({ mongo, tenants, conversations, users, settings, quotas, events, replies, clock, metrics, faults })];
}
