/** HTML that is safe to send: made by {@link html} alone. */
class Html {
  readonly text: string;

  constructor(text: string) {
    this.text = text;
  }

  toString(): string {
    return this.text;
  }
}
export type { Html };

/** What may stand in a template. Text is escaped, `null`, `undefined` and `false` are nothing, lists stand one after the other. */
export type Fragment = Html | string | number | false | null | undefined | readonly Fragment[];

const ESCAPES: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' };

/**
 * Markup with values in it: as text, or inside of a quoted attribute. Every value is escaped that was not made by this function, so that nobody can forget it. Do
 * not put values into unquoted attributes, scripts or styles, and none but our own paths into `href` and `action`.
 */
export function html(strings: TemplateStringsArray, ...values: readonly Fragment[]): Html {
  return new Html(strings.reduce((text, part, index) => text + rendered(values[index - 1]) + part));
}

function rendered(value: Fragment): string {
  if (value === null || value === undefined || value === false) return '';
  if (value instanceof Html) return value.text;
  if (typeof value === 'object') return value.map(rendered).join('');
  return String(value).replace(/[&<>"']/g, (character) => ESCAPES[character] ?? character);
}
