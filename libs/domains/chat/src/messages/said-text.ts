/** Characters that no text of a person holds: control characters but tab and line feed. */
const CONTROL = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f]/gu;

/** A text as it is kept: trimmed, in NFC, without control characters. The usual text comes back as it is. */
export function saidText(text: string): string {
  return text.replace(CONTROL, '').normalize('NFC').trim();
}

interface Span {
  readonly offset: number;
  readonly length: number;
}

/** The spans of a text in another form of it: each moves to where its words are now, and goes when they are gone. */
export function refitted<Fitting extends Span>(spans: readonly Fitting[], before: string, after: string): Fitting[] {
  if (before === after) return [...spans];
  return spans.flatMap((span) => {
    const at = after.indexOf(before.slice(span.offset, span.offset + span.length));
    return at === -1 ? [] : [{ ...span, offset: at }];
  });
}

/** Whether spans lie inside the text that they are about. */
export function fit(spans: readonly Span[], text: string): boolean {
  return spans.every(({ offset, length }) => offset + length <= text.length);
}
