import { defineModule } from '@caas/composition';
import { conversations } from './conversations/conversations.collection.js';
import { messages } from './messages/messages.collection.js';
import { chatEvents, chatMessages } from './messages/messages.events.js';

/** Conversations and messages. */
export const chatModule = defineModule({
  name: 'chat',
  collections: [conversations, messages],
  topics: [chatMessages, chatEvents],
  routes: () => import('./chat.routes.js'),
  consumers: () => import('./chat.consumers.js'),
});
