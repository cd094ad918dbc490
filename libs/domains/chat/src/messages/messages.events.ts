import { DEVICE_EVENTS, USER_EVENTS } from '@caas/identity';
import { defineEvent, defineTopic } from '@caas/messaging-kafka';
import { freeForm, idOf, int64, text, timestampMs, z } from '@caas/schema';
import { CONVERSATION_EVENTS } from '../conversations/conversations.events.js';
import { TYPING_EVENTS } from '../conversations/typing.events.js';
import { GROUP_EVENTS } from '../groups/groups.events.js';
import { REACTION_EVENTS } from '../reactions/reactions.events.js';
import { RECEIPT_EVENTS } from '../receipts/receipts.events.js';
import { saidContent } from './encrypted-content.js';
import { messageContent } from './message-content.js';

const MONTH_MS = 30 * 86_400_000;
const WEEK_MS = 7 * 86_400_000;

/** Where a message was said first. */
const forwardedFrom = z.strictObject({
  message_id: idOf('msg'),
  conversation_id: idOf('conv'),
  /** Absent where whoever forwards hides it. */
  sender_name: text({ max: 100 }).optional(),
});
export type Forwarded = z.output<typeof forwardedFrom>;

/** A message that the gateway accepted; the worker stores it or rejects it. */
export const messageSent = defineEvent({
  type: 'message.sent',
  version: '1.0.0',
  key: 'conversation_id',
  description: 'A send was accepted for processing',
  payload: z.strictObject({
    message_id: idOf('msg'),
    conversation_id: idOf('conv'),
    /** Absent for what CAAS itself says; then the content is a system message, and only then. */
    sender_id: idOf('usr').optional(),
    content: saidContent,
    client_message_id: text({ min: 1, max: 64 }).optional(),
    root_message_id: idOf('msg').optional(),
    parent_message_id: idOf('msg').optional(),
    custom: freeForm().optional(),
    /** When it disappears by itself. */
    expires_at: timestampMs().optional(),
    forwarded_from: forwardedFrom.optional(),
    /** Nobody is notified of it. */
    silent: z.boolean().optional(),
  }),
});

/** The sender changed what a message says. */
export const messageEdited = defineEvent({
  type: 'message.edited',
  version: '1.0.0',
  key: 'conversation_id',
  description: 'An edit was accepted for processing',
  payload: z.strictObject({
    message_id: idOf('msg'),
    conversation_id: idOf('conv'),
    sender_id: idOf('usr'),
    old_content: messageContent.optional(),
    new_content: messageContent,
    /** What the caller keeps with it; absent when that stays as it is. */
    custom: freeForm().optional(),
    edited_at: timestampMs(),
  }),
});

/** Somebody deleted a message, for everyone or for themselves. `sender_id` sent it, `deleted_by` deletes it. */
export const messageDeleted = defineEvent({
  type: 'message.deleted',
  version: '1.0.0',
  key: 'conversation_id',
  description: 'A deletion was accepted for processing',
  payload: z.strictObject({
    message_id: idOf('msg'),
    conversation_id: idOf('conv'),
    sender_id: idOf('usr'),
    deleted_by: idOf('usr'),
    deleted_at: timestampMs(),
    soft_delete: z.boolean(),
    deleted_for: z.enum(['everyone', 'self']),
  }),
});

/** The public fact "message accepted": what sockets, search, webhooks and notifications use. */
export const messagePersisted = defineEvent({
  type: 'message.persisted',
  version: '1.0.0',
  key: 'conversation_id',
  description: 'A message is stored',
  payload: z.strictObject({
    message_id: idOf('msg'),
    conversation_id: idOf('conv'),
    operation: z.enum(['sent', 'edited', 'deleted']),
    sequence: int64({ min: 1 }),
    sender_id: idOf('usr').nullable(),
    /** Null when it is end-to-end encrypted, or was erased. */
    content: messageContent.nullable(),
    client_message_id: text({ min: 1, max: 64 }).optional(),
    /** Nobody is notified of it. */
    silent: z.boolean().optional(),
    persisted_at: timestampMs(),
  }),
});

/** The pipeline refused a message for a reason its sender can understand. */
export const messageRejected = defineEvent({
  type: 'message.rejected',
  version: '1.0.0',
  key: 'conversation_id',
  description: 'A message was refused by a business rule',
  payload: z.strictObject({
    message_id: idOf('msg'),
    conversation_id: idOf('conv'),
    sender_id: idOf('usr'),
    client_message_id: text({ min: 1, max: 64 }).optional(),
    operation: z.enum(['sent', 'edited', 'deleted']),
    code: text({ min: 1, max: 50 }),
    reason: text({ max: 500 }),
    rejected_at: timestampMs(),
  }),
});

/** Commands on messages, in the order of each conversation. The log of record. */
export const chatMessages = defineTopic({
  family: 'chat.messages',
  scope: 'tenant',
  format: 'avro',
  partitions: 16,
  retentionMs: MONTH_MS,
  segmentMs: WEEK_MS,
  cleanup: 'delete',
  description: 'Commands on messages: the log of record',
  events: [messageSent, messageEdited, messageDeleted],
});

/** Facts about conversations and their messages. */
export const chatEvents = defineTopic({
  family: 'chat.events',
  scope: 'tenant',
  format: 'avro',
  partitions: 8,
  retentionMs: WEEK_MS,
  cleanup: 'delete',
  description: 'Facts about conversations, messages and users',
  events: [
    messagePersisted,
    messageRejected,
    ...RECEIPT_EVENTS,
    ...REACTION_EVENTS,
    ...TYPING_EVENTS,
    ...CONVERSATION_EVENTS,
    ...GROUP_EVENTS,
    ...USER_EVENTS,
    ...DEVICE_EVENTS,
  ],
});
