/** Marks that letters carry; `é` counts as `e`. */
const MARKS = /\p{M}+/gu;
const WORD_PART = /[\p{L}\p{N}\p{M}_]/u;

/** A text without case and diacritics, which still knows where its characters are in the original. */
export class FoldedText {
  readonly text: string;
  /** Where each UTF-16 unit of `text` comes from. */
  readonly #origins: readonly number[];

  constructor(original: string) {
    const parts: string[] = [];
    const origins: number[] = [];
    let at = 0;
    for (const character of original) {
      const folded = fold(character);
      for (let unit = 0; unit < folded.length; unit += 1) origins.push(at);
      parts.push(folded);
      at += character.length;
    }
    origins.push(at);
    this.text = parts.join('');
    this.#origins = origins;
  }

  /** Where a folded word stands in the original, by its ends: as a whole word, so that `cat` is not found in `category`. */
  placesOf(word: string): [start: number, end: number][] {
    const places: [number, number][] = [];
    for (let at = this.text.indexOf(word); at !== -1; at = this.text.indexOf(word, at + word.length)) {
      if (this.#isWhole(at, at + word.length)) places.push([this.#originOf(at), this.#originOf(at + word.length)]);
    }
    return places;
  }

  has(word: string): boolean {
    return this.placesOf(word).length > 0;
  }

  #isWhole(start: number, end: number): boolean {
    return !WORD_PART.test(lastCharacter(this.text, start)) && !WORD_PART.test(String.fromCodePoint(this.text.codePointAt(end) ?? 0x20));
  }

  #originOf(at: number): number {
    return this.#origins[at] ?? 0;
  }
}

/** A text as it is compared: in lower case, without diacritics. */
export function fold(text: string): string {
  return text.normalize('NFKD').replace(MARKS, '').toLowerCase();
}

function lastCharacter(text: string, end: number): string {
  return end === 0 ? ' ' : ([...text.slice(Math.max(0, end - 2), end)].at(-1) ?? ' ');
}
