import { type AppError } from '@caas/runtime';
import { toContentResource } from './content.resource.js';
import { typeOf } from './encrypted-content.js';
import { type AcceptedMessage } from './message-outcome.js';
import { mentionsOf, type MessageResource, NO_REACTIONS, NOT_DELETED, NOT_EDITED, problemOf } from './messages.resource.js';

/** Longest reason that is told. */
export const REASON_LENGTH_MAX = 500;

/** A message that was refused, as its sender sees it. Whoever is no member has no name here. */
export function rejectedResource(message: AcceptedMessage, { code, message: reason }: AppError): MessageResource {
  const time = new Date(message.acceptedAt).toISOString();
  return {
    message_id: message.messageId,
    conversation_id: message.conversationId,
    sequence: null,
    sender: { user_id: message.senderId, external_id: null, display_name: null, avatar_url: null },
    type: typeOf(message.content),
    content: toContentResource(message.content),
    mentions: mentionsOf(message.content),
    root_message_id: message.rootMessageId,
    parent_message_id: message.parentMessageId,
    reply_count: 0,
    forwarded: null,
    reactions: NO_REACTIONS,
    status: 'rejected',
    problem: problemOf({ code, reason: reason.slice(0, REASON_LENGTH_MAX) }),
    edited: NOT_EDITED,
    deleted: NOT_DELETED,
    pinned: false,
    client_message_id: message.clientMessageId,
    metadata: message.custom,
    created_at: time,
    updated_at: time,
    expires_at: null,
  };
}
