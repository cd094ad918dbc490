import { InternalError } from '@caas/runtime';
import { type JsonObject } from '@caas/schema';
import { clearOf, type SaidContent } from './encrypted-content.js';
import { type MessageContent } from './message-content.js';
import { type TextFacts } from './text-facts.js';
import { type Refusal } from './message-reply.js';
import { type Forwarded } from './messages.events.js';
import { type StoredMessage } from './messages.collection.js';
import { plainContentOf } from './stored-content.js';

/** An accepted message on its way into the store. What is not read-only is made ready for storing on the way. */
export interface AcceptedMessage {
  readonly eventId: string;
  readonly messageId: string;
  readonly conversationId: string;
  /** Null for what CAAS itself says. */
  readonly senderId: string | null;
  content: SaidContent;
  /** What its text was found to hold; null before it was looked at. */
  text: TextFacts | null;
  /** Epoch milliseconds; null for ever. */
  expiresAt: number | null;
  readonly clientMessageId: string | null;
  /** A reply to a reply is made one to the root of its thread. */
  rootMessageId: string | null;
  readonly parentMessageId: string | null;
  readonly custom: JsonObject | null;
  readonly forwarded: Forwarded | null;
  /** Nobody is notified of it. */
  readonly silent: boolean;
  /** Epoch milliseconds at which the gateway accepted it. */
  readonly acceptedAt: number;
}

/** The message of an id is in the store. */
export interface StoredOutcome {
  readonly kind: 'stored';
  readonly sequence: number;
  /** It was there before: this message came again, in a replay or a resend. */
  readonly duplicate: boolean;
  /** The event that brought the stored message. Differs from the message's own when a sender sent again. */
  readonly storedEventId: string;
  /** What is stored, which a resend cannot change; null when that is not in clear, or not any more. */
  readonly content: MessageContent | null;
}

/** What became of one accepted message. */
export type PersistOutcome = StoredOutcome | ({ readonly kind: 'rejected' } & Refusal);

/** By the message itself, since a batch may hold one id twice. */
export type Outcomes = Map<AcceptedMessage, PersistOutcome>;

/** What is read of a message that is stored already. */
export const EXISTING_FIELDS = ['conversation_id', 'sequence', 'sender', 'content', 'metadata'] as const;
export type Existing = Pick<StoredMessage, (typeof EXISTING_FIELDS)[number]>;

/** The insert met another message with the same sender and client id. */
export const CLIENT_ID_TAKEN: PersistOutcome = {
  kind: 'rejected',
  code: 'MSG_DUPLICATE_CLIENT_ID',
  reason: 'The sender used this client_message_id for another message.',
};

/** A message with a known id: the same one again, unless it was sent into another conversation. */
export function outcomeOf(message: AcceptedMessage, stored: Existing): PersistOutcome {
  if (stored.conversation_id !== message.conversationId) return OTHER_CONVERSATION;
  return {
    kind: 'stored',
    sequence: stored.sequence,
    duplicate: true,
    storedEventId: stored.metadata.event_id,
    content: plainContentOf(stored.content),
  };
}

const OTHER_CONVERSATION: PersistOutcome = {
  kind: 'rejected',
  code: 'MSG_DUPLICATE_CLIENT_ID',
  reason: 'The sender used this client_message_id in another conversation.',
};

/** A repeat inside one batch shares what became of the first message with its id in its conversation. */
export function repeatOf(message: AcceptedMessage, first: AcceptedMessage | undefined, outcomes: Outcomes): PersistOutcome {
  const outcome = first === undefined ? undefined : outcomes.get(first);
  if (outcome === undefined) throw new InternalError(`The message ${message.messageId} was neither stored nor rejected.`);
  return outcome.kind === 'rejected' ? outcome : { ...outcome, duplicate: true };
}

/** What this batch stored. */
export function storedNow(message: AcceptedMessage, sequence: number): StoredOutcome {
  return { kind: 'stored', sequence, duplicate: false, storedEventId: message.eventId, content: clearOf(message.content) };
}
