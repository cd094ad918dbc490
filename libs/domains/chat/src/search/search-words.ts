import { ValidationError } from '@caas/runtime';
import { fold, type FoldedText } from './folded-text.js';

/** Quotes and backslashes mean something to the text index; nothing that callers write does. */
const SYNTAX = /["\\]/gu;

/** What somebody searches for: words, all of which have to occur, in any case, with diacritics or without. */
export class SearchWords {
  /** As texts are compared. */
  readonly folded: readonly string[];
  readonly #words: readonly string[];

  /** Throws `VAL_FAILED` for a text without a letter or digit. */
  constructor(q: string) {
    const words = q.normalize('NFC').replace(SYNTAX, ' ').split(/\s+/u).map(trimmed);
    this.#words = [...new Set(words)].filter((word) => word !== '');
    this.folded = this.#words.map(fold).filter((word) => word !== '');
    if (this.folded.length > 0) return;
    throw new ValidationError([{ field: '/query/q', code: 'words', message: 'holds no word to search for' }]);
  }

  /** As the text index is asked: each word a phrase of its own, because it finds any of several words but all of several phrases. */
  get phrases(): string {
    return this.#words.map((word) => `"${word}"`).join(' ');
  }

  /** Whether a text holds all of them. */
  areIn(text: FoldedText): boolean {
    return this.folded.every((word) => text.has(word));
  }
}

/** Without what stands around a word: `(hello)!` looks for `hello`. */
function trimmed(word: string): string {
  return word.replace(/^[^\p{L}\p{N}]+|[^\p{L}\p{N}\p{M}]+$/gu, '');
}
