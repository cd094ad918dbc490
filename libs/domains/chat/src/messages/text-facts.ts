/** What a text holds besides words. */
export interface TextFacts {
  readonly links: readonly string[];
  /** In lower case, without `#`. */
  readonly hashtags: readonly string[];
  readonly wordCount: number;
}

export const LINKS_MAX = 10;
export const LINK_LENGTH_MAX = 2_048;
export const HASHTAGS_MAX = 30;
export const HASHTAG_LENGTH_MAX = 50;

const LINK = /https?:\/\/[^\s<>"']+/giu;
/** What ends a sentence rather than an address. */
const TRAILING = /[.,;:!?)\]}]+$/u;
const HASHTAG = /(?<![\p{L}\p{N}_&/#])#([\p{L}\p{N}_]{1,50})(?![\p{L}\p{N}_])/gu;
const USERNAME = /(?<![\w@.])@([A-Za-z0-9_]{3,32})(?![\w@])/gu;

/** Links, hashtags and words of a text. The cheap look first: most texts hold neither links nor hashtags. */
export function factsOfText(text: string): TextFacts {
  return {
    links: text.includes('://') ? linksOf(text) : [],
    hashtags: text.includes('#')
      ? unique(
          [...text.matchAll(HASHTAG)].map(([, tag = '']) => tag.toLowerCase()),
          HASHTAGS_MAX,
        )
      : [],
    wordCount: wordsOf(text),
  };
}

/** Names after an `@`, with their place: `{ name: 'ada', offset: 3, length: 4 }` for `hi @ada`. */
export function usernamesOf(text: string): { readonly name: string; readonly offset: number; readonly length: number }[] {
  if (!text.includes('@')) return [];
  return [...text.matchAll(USERNAME)].map(({ 0: match, 1: name = '', index }) => ({ name, offset: index, length: match.length }));
}

/** Runs of characters between white space, counted without making a list of them: this runs for every message. */
function wordsOf(text: string): number {
  let [count, isInside] = [0, false];
  for (let index = 0; index < text.length; index++) {
    const code = text.charCodeAt(index);
    const isSpace = code <= 0x20 ? code === 0x20 || (code >= 0x09 && code <= 0x0d) : code >= 0xa0 && SPACE.test(text.charAt(index));
    if (!isSpace && !isInside) count += 1;
    isInside = !isSpace;
  }
  return count;
}

const SPACE = /\s/u;

function linksOf(text: string): string[] {
  const found = [...text.matchAll(LINK)].map(([link]) => link.replace(TRAILING, ''));
  return unique(
    found.filter((link) => link.length <= LINK_LENGTH_MAX && URL.canParse(link)),
    LINKS_MAX,
  );
}

const unique = (values: readonly string[], max: number): string[] => [...new Set(values)].slice(0, max);
