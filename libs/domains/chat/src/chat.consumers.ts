import { type Services } from '@caas/composition';
import { UserReader } from '@caas/identity';
import { analytics } from '@caas/insight';
import { type ConsumerDefinition } from '@caas/messaging-kafka';
import { notificationEvents } from '@caas/notifications';
import { SettingsService } from '@caas/tenancy';
import { ConversationChanges } from './conversations/conversation-changes.js';
import { ConversationDirectory } from './conversations/conversation-directory.js';
import { eventProcessor } from './event-processor/event-processor.js';
import { MembersService } from './members/members.service.js';
import { messageProcessor } from './messages/messages.consumer.js';
import { RecentMessages } from './messages/recent-messages.js';
import { chatEvents } from './messages/messages.events.js';

/** What the worker takes from the chat module. */
export default function chatConsumers(services: Services): ConsumerDefinition[] {
  const { mongo, redis, kafka, tenants, quotas, replies, outbox, clock, metrics, faults } = services;
  const conversations = new ConversationDirectory({ mongo, redis });
  const users = new UserReader({ mongo });
  const settings = new SettingsService({ ...services, box: services.secrets.box });
  const events = kafka.producer(chatEvents);
  const changes = new ConversationChanges({ mongo, directory: conversations, outbox, clock });
  const members = new MembersService({ mongo, changes, users, settings });
  const common = { mongo, tenants, conversations, users, settings, clock, metrics };
  return [
    messageProcessor({ ...common, quotas, events, replies, recent: new RecentMessages({ redis }), faults }),
    eventProcessor({ ...common, members, notifications: kafka.producer(notificationEvents), analytics: kafka.producer(analytics) }),
  ];
}
