import { AppError } from '@caas/runtime';
import { type SettingsDocument } from '@caas/tenancy';

interface Moderation extends Pick<SettingsDocument['moderation'], 'profanity_filter_enabled' | 'blocked_words_action'> {
  readonly custom_blocked_words: readonly string[];
}

/** Expressions by the list that they were made of; lists come from a cache, so that one is compiled once in a while. */
const compiled = new WeakMap<readonly string[], RegExp>();

const escaped = (word: string): string => word.replace(/[\\^$.*+?()[\]{}|/\-]/gu, '\\$&');

/**
 * The words as one expression: whole words in any case, the longest first, so that `foobar` is not taken for `foo`. A word ends where no letter, digit or
 * underscore goes on, in every script.
 */
function expressionOf(words: readonly string[]): RegExp {
  const known = compiled.get(words);
  if (known !== undefined) return known;
  const alternatives = [...words].sort((left, right) => right.length - left.length).map((word) => escaped(word.normalize('NFC').trim()));
  const expression = new RegExp(
    `(?<![\\p{L}\\p{N}_])(?:${alternatives.filter((word) => word !== '').join('|')})(?![\\p{L}\\p{N}_])`,
    'giu',
  );
  compiled.set(words, expression);
  return expression;
}

/**
 * The text as the tenant lets it stand: its blocked words are masked, character by character, so that places in the text stay where they are. Throws
 * `MSG_BLOCKED_CONTENT` where the tenant refuses such texts; the word is not told.
 */
export function moderated(
  text: string,
  { profanity_filter_enabled: isOn, custom_blocked_words: words, blocked_words_action }: Moderation,
): string {
  if (!isOn || words.length === 0) return text;
  const masked = text.replace(expressionOf(words), (word) => '*'.repeat(word.length));
  if (masked === text || blocked_words_action === 'mask') return masked;
  throw new AppError('MSG_BLOCKED_CONTENT', 'The text holds words that are not allowed here.');
}
