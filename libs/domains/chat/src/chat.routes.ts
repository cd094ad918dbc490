import { type RouteDefinition } from '@caas/gateway-middleware';
import { type Services } from '@caas/composition';
import { UserReader } from '@caas/identity';
import { ConversationDirectory } from './conversations/conversation-directory.js';
import { conversationsRoutes } from './conversations/conversations.routes.js';
import { ConversationsService } from './conversations/conversations.service.js';
import { chatMessages } from './messages/messages.events.js';
import { messagesRoutes } from './messages/messages.routes.js';
import { MessagesService } from './messages/messages.service.js';

/** What the gateway takes from the chat module. */
export default function chatRoutes({ mongo, redis, kafka, replies, quotas, clock }: Services): RouteDefinition[] {
  const directory = new ConversationDirectory({ mongo, redis });
  const conversations = new ConversationsService({ mongo, users: new UserReader({ mongo }), directory, clock });
  const messages = new MessagesService({
    mongo,
    conversations: directory,
    producer: kafka.producer(chatMessages),
    replies,
    quotas,
    clock,
  });
  return [...conversationsRoutes({ conversations }), ...messagesRoutes({ messages })];
}
