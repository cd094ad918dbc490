import { defineModule } from '@caas/composition';
import { conversations } from './conversations/conversations.collection.js';
import { groupAnnouncements } from './groups/group-announcements.collection.js';
import { groupEventAttendees } from './groups/group-event-attendees.collection.js';
import { groupEvents } from './groups/group-events.collection.js';
import { groupMembers } from './groups/group-members.collection.js';
import { groupModerationLog } from './groups/group-moderation-log.collection.js';
import { groups } from './groups/groups.collection.js';
import { joinRequests } from './join-requests/join-requests.collection.js';
import { messageHides } from './messages/message-hides.collection.js';
import { messages } from './messages/messages.collection.js';
import { chatEvents, chatMessages } from './messages/messages.events.js';
import { reactions } from './reactions/reactions.collection.js';
import { readReceipts } from './receipts/read-receipts.collection.js';
import { readStates } from './receipts/read-states.collection.js';

/** Conversations and messages, with what belongs to them: reactions, receipts, groups. */
export const chatModule = defineModule({
  name: 'chat',
  collections: [
    conversations,
    messages,
    messageHides,
    reactions,
    readReceipts,
    readStates,
    joinRequests,
    groups,
    groupMembers,
    groupAnnouncements,
    groupEvents,
    groupEventAttendees,
    groupModerationLog,
  ],
  topics: [chatMessages, chatEvents],
  retryGroups: ['message-processor', 'event-processor'],
  routes: () => import('./chat.routes.js'),
  guards: () => import('./chat.guards.js'),
  userData: () => import('./chat.user-data.js'),
  consumers: () => import('./chat.consumers.js'),
  streams: () => import('./chat.streams.js'),
  usage: () => import('./chat.usage.js'),
  seeds: () => import('./seeds/index.js'),
});
