import { text, type z } from '@caas/schema';

/** Distinct reactions that one message can have. */
export const EMOJI_PER_MESSAGE_MAX = 50;

/** Everything that shows, except for `$` and dots, which have a meaning in paths. */
const VISIBLE = '!-#%-\\-\\/-~\u00a1-\ud7ff\ue000-\u{10ffff}';
const EMOJI_KEY = new RegExp(`^(?!(?:__proto__|constructor)$)[${VISIBLE}]{1,64}$`, 'u');

/** An emoji in NFC, or the id of a custom one: a key of stored data, so without `$`, dots and the names of prototypes. */
export const emojiKey = (): z.ZodString =>
  text({ min: 1, max: 64 }).regex(EMOJI_KEY, 'must be 1 to 64 visible characters without $ and dots');
