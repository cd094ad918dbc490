import { FoldedText } from './folded-text.js';
import { type SearchWords } from './search-words.js';

export const HIGHLIGHTS_MAX = 3;
/** Characters of the text in one highlight, not counting what marks and escapes add. */
export const HIGHLIGHT_LENGTH_MAX = 100;
/** Characters shown before the first word of a highlight. */
const LEAD = 30;

const ESCAPES: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' };

type Place = readonly [start: number, end: number];

/** The parts of a text in which words were found, as HTML: what the text says is escaped, the words stand in `<mark>`. */
export function highlightsOf(text: string, words: SearchWords): string[] {
  const places = merged(placesOf(text, words));
  const highlights: string[] = [];
  let from = 0;
  while (from < places.length && highlights.length < HIGHLIGHTS_MAX) {
    const [start, end] = windowAround(text, places[from] ?? [0, 0]);
    let to = from;
    while (to < places.length && (places[to]?.[0] ?? end) < end) to += 1;
    highlights.push(marked(text, { start, end, places: places.slice(from, to) }));
    from = Math.max(to, from + 1);
  }
  return highlights;
}

function placesOf(text: string, words: SearchWords): Place[] {
  const folded = new FoldedText(text);
  return words.folded.flatMap((word) => folded.placesOf(word)).sort(([one], [other]) => one - other);
}

/** Places of different words may overlap, as those of `new` and `new york`. */
function merged(places: readonly Place[]): Place[] {
  const result: Place[] = [];
  for (const [start, end] of places) {
    const last = result.at(-1);
    if (last !== undefined && start < last[1]) result[result.length - 1] = [last[0], Math.max(last[1], end)];
    else result.push([start, end]);
  }
  return result;
}

/** At most so many UTF-16 units around a place, cut between characters and, where there is a blank nearby, between words. */
function windowAround(text: string, [start]: Place): Place {
  const lead = Math.max(0, start - LEAD);
  const blank = lead === 0 ? -1 : text.slice(lead, start).search(/\s/u);
  const from = onCharacter(text, blank === -1 ? lead : lead + blank + 1);
  return [from, onCharacter(text, Math.min(text.length, from + HIGHLIGHT_LENGTH_MAX))];
}

/** Not between the halves of a surrogate pair. */
function onCharacter(text: string, at: number): number {
  const unit = text.charCodeAt(at);
  return unit >= 0xdc00 && unit <= 0xdfff ? at - 1 : at;
}

function marked(text: string, { start, end, places }: { start: number; end: number; places: readonly Place[] }): string {
  let html = '';
  let at = start;
  for (const [from, to] of places) {
    html += `${escaped(text.slice(at, from))}<mark>${escaped(text.slice(from, Math.min(to, end)))}</mark>`;
    at = Math.min(to, end);
  }
  return html + escaped(text.slice(at, end));
}

function escaped(text: string): string {
  return text.replace(/[&<>"']/gu, (character) => ESCAPES[character] ?? character);
}
