import sanitizeHtml from 'sanitize-html';

/** How HTML begins a tag, a comment or a declaration; a `<` before anything else is a character like any other. */
const MARKUP = /<[a-z/!?]/iu;
/** Rounds until nothing changes any more; removing a tag can put another one together. */
const ROUNDS_MAX = 4;

/** The allow-list is empty: how a text looks is said beside it, in `formatting`. The content of scripts and styles goes with them. */
const NO_TAGS: sanitizeHtml.IOptions = {
  allowedTags: [],
  allowedAttributes: {},
  parser: { decodeEntities: false },
};
const ESCAPED: Readonly<Record<string, string>> = { '&lt;': '<', '&gt;': '>', '&amp;': '&', '&quot;': '"' };

/**
 * The text without markup. Texts are what people say, not HTML: a text without tags comes back as it is, character for character, also with `a < b`, `R&D`
 * or `&lt;`. Whatever an HTML parser could take for a tag is gone afterwards.
 */
export function withoutMarkup(text: string): string {
  if (!text.includes('<')) return text; // the usual one, and the search for a character is the cheapest
  let clean = text;
  for (let round = 0; round < ROUNDS_MAX && MARKUP.test(clean); round++) clean = unescaped(sanitizeHtml(shielded(clean), NO_TAGS));
  return MARKUP.test(clean) ? clean.replaceAll('<', '') : clean;
}

/** The ampersands of the text itself, so that only those that the sanitizer made are taken back. */
const SHIELD = '\u{f8ff}';
const shielded = (text: string): string => text.replaceAll(SHIELD, '').replaceAll('&', SHIELD);
const unescaped = (text: string): string =>
  text.replace(/&(?:lt|gt|amp|quot);/gu, (entity) => ESCAPED[entity] ?? entity).replaceAll(SHIELD, '&');
