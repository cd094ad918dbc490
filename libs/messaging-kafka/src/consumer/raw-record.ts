/** A record as fetched, before anything is known about it. */
export interface RawRecord {
  readonly topic: string;
  readonly partition: number;
  /** 64-bit, hence text. */
  readonly offset: string;
  readonly key: Buffer | null;
  readonly value: Buffer | null;
  readonly headers: RawHeaders;
  /** Epoch milliseconds of the producer's send. */
  readonly producedAt: number;
}

/** Headers as the client library gives them; a repeated name has a list. */
export type RawHeaders = Readonly<Record<string, Buffer | string | (Buffer | string)[] | undefined>>;

/** One header as text; the last one where the name is repeated, as Java's `lastHeader` reads them. */
export function headerText(headers: RawHeaders, name: string): string | undefined {
  const value = headers[name];
  if (value === undefined || typeof value === 'string') return value;
  const last = Buffer.isBuffer(value) ? value : value.at(-1);
  return last === undefined ? undefined : last.toString();
}

/** All headers as text. */
export function headerTexts(headers: RawHeaders): Record<string, string> {
  const texts: Record<string, string> = {};
  for (const name of Object.keys(headers)) {
    const text = headerText(headers, name);
    if (text !== undefined) texts[name] = text;
  }
  return texts;
}
