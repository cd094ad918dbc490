import { defineEvent } from '@caas/messaging-kafka';
import { idOf, timestampMs, z } from '@caas/schema';

const about = { conversation_id: idOf('conv'), user_id: idOf('usr') };

/** Somebody writes. Best effort: never stored, never tried again, worth nothing after `expires_at`. */
export const typingStarted = defineEvent({
  type: 'typing.started',
  version: '1.0.0',
  key: 'user_id',
  description: 'A user began to write',
  payload: z.strictObject({ ...about, started_at: timestampMs(), expires_at: timestampMs() }),
});

/** They stopped, sent, left, or went away. */
export const typingStopped = defineEvent({
  type: 'typing.stopped',
  version: '1.0.0',
  key: 'user_id',
  description: 'A user stopped writing',
  payload: z.strictObject({ ...about, stopped_at: timestampMs() }),
});

/** Who is writing, in the order of each user. */
export const TYPING_EVENTS = [typingStarted, typingStopped] as const;
