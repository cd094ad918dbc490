import { text, type z } from '@caas/schema';

/** Distinct reactions that one message can have. */
export const EMOJI_PER_MESSAGE_MAX = 50;
/** Distinct reactions of one user to one message. */
export const EMOJI_PER_USER_MAX = 20;

/** Everything that shows, except for `$` and dots, which have a meaning in paths. */
const VISIBLE = '!-#%-\\-\\/-~\u00a1-\ud7ff\ue000-\u{10ffff}';
const EMOJI_KEY = new RegExp(`^(?!(?:__proto__|constructor)$)[${VISIBLE}]{1,64}$`, 'u');

/** An emoji in NFC, or the id of a custom one: a key of stored data, so without `$`, dots and the names of prototypes. */
export const emojiKey = (): z.ZodString =>
  text({ min: 1, max: 64 }).regex(EMOJI_KEY, 'must be 1 to 64 visible characters without $ and dots');

/** A picture, a flag of two letters, or a key cap. */
const PICTURE = /\p{Extended_Pictographic}|\p{Regional_Indicator}{2}|^[0-9#*]\ufe0f?\u20e3$/u;
const CUSTOM_ID = /^[A-Za-z0-9_-]{1,64}$/u;
const segmenter = new Intl.Segmenter('en', { granularity: 'grapheme' });

/** What a reaction is, in the form in which it is kept; `undefined` for what is neither one emoji (one grapheme cluster) nor the id of a custom one. */
export function reactionOf(said: string): { readonly emoji: string; readonly type: 'unicode' | 'custom' } | undefined {
  const emoji = said.normalize('NFC');
  if (!EMOJI_KEY.test(emoji)) return undefined;
  if (PICTURE.test(emoji)) return isOneCluster(emoji) ? { emoji, type: 'unicode' } : undefined;
  return CUSTOM_ID.test(emoji) ? { emoji, type: 'custom' } : undefined;
}

function isOneCluster(text: string): boolean {
  const clusters = segmenter.segment(text)[Symbol.iterator]();
  clusters.next();
  return clusters.next().done === true;
}
