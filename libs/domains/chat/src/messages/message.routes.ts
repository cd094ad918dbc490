import { type Services } from '@caas/composition';
import { type RouteDefinition } from '@caas/gateway-middleware';
import { type UserReader } from '@caas/identity';
import { type FileReader } from '@caas/media';
import { type SettingsService } from '@caas/tenancy';
import { type ConversationChanges } from '../conversations/conversation-changes.js';
import { type ConversationAccess } from '../conversations/conversation-access.js';
import { messageChangesRoutes } from './message-changes.routes.js';
import { MessageChangesService } from './message-changes.service.js';
import { ReactionsService } from '../reactions/reactions.service.js';
import { reactionsRoutes } from '../reactions/reactions.routes.js';
import { type ReadStatesService } from '../receipts/read-states.service.js';
import { ReceiptLists } from '../receipts/receipt-list.js';
import { receiptsRoutes } from '../receipts/receipts.routes.js';
import { ReceiptsService } from '../receipts/receipts.service.js';
import { messageForwardRoutes } from './message-forward.routes.js';
import { MessageForwardService } from './message-forward.service.js';
import { MessageHistory } from './message-history.js';
import { messageHistoryRoutes } from './message-history.routes.js';
import { messagePinsRoutes } from './message-pins.routes.js';
import { MessagePinsService } from './message-pins.service.js';
import { messageThreadsRoutes } from './message-threads.routes.js';
import { MessageThreadsService } from './message-threads.service.js';
import { MessageComposer } from './message-composer.js';
import { type MessageLists } from './message-lists.js';
import { MessageReader } from './message-reader.js';
import { MessageSender } from './message-sender.js';
import { type MessageViews } from './message-views.js';
import { chatMessages } from './messages.events.js';
import { messagesRoutes } from './messages.routes.js';
import { MessagesService } from './messages.service.js';
import { RecentMessages } from './recent-messages.js';

/** What messages need of others. */
export interface MessageNeighbours {
  readonly access: ConversationAccess;
  readonly changes: ConversationChanges;
  readonly users: UserReader;
  readonly settings: SettingsService;
  readonly files: FileReader;
  readonly views: MessageViews;
  readonly lists: MessageLists;
  readonly states: ReadStatesService;
}

/** Everything that is done with messages over HTTP, with the services behind it. */
export function messageRoutes(
  services: Services,
  { access, changes: conversationChanges, users, settings, files, views, lists, states }: MessageNeighbours,
): RouteDefinition[] {
  const { mongo, redis, kafka, replies, quotas, outbox, clock } = services;
  const producer = kafka.producer(chatMessages);
  const recent = new RecentMessages({ redis });
  const reader = new MessageReader({ mongo, access, recent, clock });
  const composer = new MessageComposer({ files, users });
  const sender = new MessageSender({ mongo, redis, producer, replies, quotas, recent, clock });
  const messages = new MessagesService({ access, settings, composer, sender, reader, views });
  const changes = new MessageChangesService({ reader, views, recent, settings, producer, replies, clock });
  const threads = new MessageThreadsService({ mongo, users, reader, lists, views });
  const forwards = new MessageForwardService({ reader, access, settings, sender });
  const pins = new MessagePinsService({ reader, changes: conversationChanges });
  const reactions = new ReactionsService({ mongo, outbox, clock });
  const receipts = new ReceiptsService({ mongo, access, states, users });
  return [
    ...messagesRoutes({ messages, lists }),
    ...messageChangesRoutes({ changes }),
    ...messageHistoryRoutes({ history: new MessageHistory({ reader, clock }) }),
    ...messageThreadsRoutes({ threads, messages }),
    ...messageForwardRoutes({ forwards }),
    ...messagePinsRoutes({ pins }),
    ...reactionsRoutes({ reactions, reader, users, settings }),
    ...receiptsRoutes({ receipts, lists: new ReceiptLists({ mongo, users, reader }), clock }),
  ];
}
