/** A pattern with one meaning for ECMAScript (`u` flag), PCRE2 and Java. */
export interface PortablePattern {
  /** For ECMAScript with the `u` flag, and so for JSON Schema. */
  ecma: string;
  /** For PCRE2 in UTF mode (MongoDB) and Java. */
  pcre: string;
}

/** The rule that a pattern breaks. */
export class PatternError extends Error {
  override readonly name = 'PatternError';
}

const PERMITTED_ESCAPES = new Set([...'dDwWtnr^$\\.*+?()[]{}|/-']);
const NEGATED_OR_WILD = /[DW]/u;
const END = '(?![\\s\\S])';

interface Scan {
  source: string;
  at: number;
  /** Whether the `u` flag is set: without it, a class that can match half of a surrogate pair has another meaning. */
  unicode: boolean;
  inClass: boolean;
  pcre: string;
}

const needsUnicode = (scan: Scan, what: string): void => {
  if (!scan.unicode) throw new PatternError(`give the pattern the u flag: without it ${what} matches halves of a character`);
};

const scanEscape = (scan: Scan): void => {
  const unit = /^\\(?:u([0-9a-fA-F]{4})|u\{([0-9a-fA-F]{1,6})\}|x([0-9a-fA-F]{2}))/u.exec(scan.source.slice(scan.at));
  if (unit) {
    if (unit[2] !== undefined && !scan.unicode)
      throw new PatternError('give the pattern the u flag: without it \\u{…} means something else');
    const code = Number.parseInt(unit[1] ?? unit[2] ?? unit[3] ?? '', 16);
    if (code >= 0xd800 && code <= 0xdfff) throw new PatternError('halves of surrogate pairs exist in UTF-16 only');
    scan.pcre += `\\x{${code.toString(16)}}`;
    scan.at += unit[0].length;
    return;
  }
  const letter = scan.source.charAt(scan.at + 1);
  if (!PERMITTED_ESCAPES.has(letter)) throw new PatternError(`\\${letter} differs between dialects; write the characters out as a class`);
  if (NEGATED_OR_WILD.test(letter)) needsUnicode(scan, `\\${letter}`);
  scan.pcre += `\\${letter}`;
  scan.at += 2;
};

const scanGroup = (scan: Scan): void => {
  const opening = /^\((?:\?(?::|=|!))?(?!\?)/u.exec(scan.source.slice(scan.at));
  if (!opening) throw new PatternError('only plain, (?:), (?=) and (?!) groups exist in every dialect');
  scan.pcre += opening[0];
  scan.at += opening[0].length;
};

const scanClassOpening = (scan: Scan): void => {
  // `[\s\S]`, any character, is the one place where \s is safe: together they are everything
  if (scan.source.startsWith('[\\s\\S]', scan.at)) {
    needsUnicode(scan, '[\\s\\S]');
    scan.pcre += '[\\s\\S]';
    scan.at += 6;
    return;
  }
  const opening = scan.source.startsWith('[^', scan.at) ? '[^' : '[';
  if (opening === '[^') needsUnicode(scan, 'a negated class');
  if (scan.source.charAt(scan.at + opening.length) === ']') throw new PatternError('an empty class differs between dialects');
  scan.inClass = true;
  scan.pcre += opening;
  scan.at += opening.length;
};

const scanClassMember = (scan: Scan, character: string): void => {
  if (character === ']') scan.inClass = false;
  else if (character === '[') throw new PatternError('write [ inside a class as \\[');
  else if (scan.source.startsWith('&&', scan.at)) throw new PatternError('&& inside a class differs between dialects');
  scan.pcre += character;
  scan.at += character.length;
};

const scanPlain = (scan: Scan, character: string): void => {
  if (character === '.') {
    needsUnicode(scan, '.');
    scan.pcre += '[^\\n\\r\\x{2028}\\x{2029}]';
  } else scan.pcre += character === '$' ? END : character; // `$` of PCRE also matches before a final line break
  scan.at += character.length;
};

const scanOne = (scan: Scan): void => {
  const character = String.fromCodePoint(scan.source.codePointAt(scan.at) ?? 0);
  if (character.length > 1) needsUnicode(scan, character);
  if (character === '\\') scanEscape(scan);
  else if (scan.inClass) scanClassMember(scan, character);
  else if (character === '(') scanGroup(scan);
  else if (character === '[') scanClassOpening(scan);
  else if (/[*+?}]/u.test(character) && /^[*+?}][+]/u.test(scan.source.slice(scan.at)))
    throw new PatternError('possessive quantifiers are no ECMAScript');
  else scanPlain(scan, character);
};

const translate = (pattern: RegExp): PortablePattern => {
  if (/[^u]/u.test(pattern.flags))
    throw new PatternError(`the flag ${pattern.flags.replace('u', '')} cannot be said elsewhere; write it out`);
  const scan: Scan = { source: pattern.source, at: 0, unicode: pattern.unicode, inClass: false, pcre: '' };
  while (scan.at < scan.source.length) scanOne(scan);
  try {
    new RegExp(pattern.source, 'u');
  } catch (cause) {
    throw new PatternError('the pattern must also be one with the u flag', { cause });
  }
  return { ecma: pattern.source, pcre: scan.pcre };
};

/** Few patterns are used by many fields. */
const translated = new Map<string, PortablePattern>();

/**
 * The pattern in both spellings. Throws {@link PatternError} with the rule for what has another meaning elsewhere: flags other than `u`,
 * `\s` (Unicode spaces here, ASCII there), `\b`, `\p`, back references, look-behind, named groups.
 */
export const portablePattern = (pattern: RegExp): PortablePattern => {
  const literal = String(pattern);
  const known = translated.get(literal);
  if (known !== undefined) return known;
  const portable = translate(pattern);
  translated.set(literal, portable);
  return portable;
};
