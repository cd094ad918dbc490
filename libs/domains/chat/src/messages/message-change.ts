import { type JsonObject } from '@caas/schema';
import { type MessageContent } from './message-content.js';
import { type TextFacts } from './text-facts.js';

interface ChangeOf<Kind extends string> {
  readonly kind: Kind;
  readonly eventId: string;
  readonly messageId: string;
  readonly conversationId: string;
  readonly actorId: string;
  /** Epoch milliseconds at which it was accepted. */
  readonly at: number;
}

/** An accepted edit on its way into the store. */
export interface MessageEdit extends ChangeOf<'edited'> {
  content: MessageContent;
  /** What the caller keeps with it; undefined when that stays as it is. */
  readonly custom?: JsonObject | undefined;
  /** What its text was found to hold; null before it was looked at. */
  text: TextFacts | null;
}

/** An accepted deletion: for everyone, or for the one who asks. */
export interface MessageDeletion extends ChangeOf<'deleted'> {
  readonly scope: 'everyone' | 'self';
}

export type MessageChange = MessageEdit | MessageDeletion;

/** A change that is in the store. */
export interface StoredChange {
  readonly sequence: number;
  readonly clientMessageId: string | null;
  /** What the message says now, in clear; null when nothing. */
  readonly content: MessageContent | null;
}
