import { type RouteDefinition } from '@caas/gateway-middleware';
import { type Services } from '@caas/composition';
import { UserReader } from '@caas/identity';
import { SettingsService } from '@caas/tenancy';
import { ConversationAccess } from './conversations/conversation-access.js';
import { ConversationDirectory } from './conversations/conversation-directory.js';
import { conversationsRoutes } from './conversations/conversations.routes.js';
import { ConversationsService } from './conversations/conversations.service.js';
import { chatMessages } from './messages/messages.events.js';
import { messageChangesRoutes } from './messages/message-changes.routes.js';
import { MessageChangesService } from './messages/message-changes.service.js';
import { messagesRoutes } from './messages/messages.routes.js';
import { MessagesService } from './messages/messages.service.js';

/** What the gateway takes from the chat module. */
export default function chatRoutes(services: Services): RouteDefinition[] {
  const { mongo, redis, kafka, replies, clock, quotas, outbox } = services;
  const directory = new ConversationDirectory({ mongo, redis });
  const access = new ConversationAccess({ directory, clock });
  const conversations = new ConversationsService({ mongo, users: new UserReader({ mongo }), directory, outbox, clock });
  const parts = { mongo, access, producer: kafka.producer(chatMessages), replies, clock };
  const messages = new MessagesService({ ...parts, quotas });
  const settings = new SettingsService({ ...services, box: services.secrets.box });
  const changes = new MessageChangesService({ ...parts, settings });
  return [...conversationsRoutes({ conversations }), ...messagesRoutes({ messages }), ...messageChangesRoutes({ changes })];
}
