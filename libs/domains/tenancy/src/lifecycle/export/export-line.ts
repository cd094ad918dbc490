/**
 * One document as one line of JSON that loses nothing: dates as `{"$date": "…Z"}`, bytes as `{"$binary": "base64"}`, 64-bit integers beyond 2^53 as
 * `{"$long": "…"}`. Stored data has no keys that start with `$`, so these stand for themselves and nothing else.
 */
export function toLine(document: Readonly<Record<string, unknown>>): string {
  return `${JSON.stringify(outside(document))}\n`;
}

/** The document of a line. Throws `SyntaxError` for anything but JSON. */
export function fromLine(line: string): Record<string, unknown> {
  return inside(JSON.parse(line)) as Record<string, unknown>;
}

function outside(value: unknown): unknown {
  if (typeof value === 'bigint') return { $long: value.toString() };
  if (typeof value !== 'object' || value === null) return value;
  if (value instanceof Date) return { $date: value.toISOString() };
  if (value instanceof Uint8Array) return { $binary: Buffer.from(value).toString('base64') };
  if (Array.isArray(value)) return value.map(outside);
  const tagged = value as { readonly _bsontype?: string; readonly buffer?: Uint8Array; toString?(): string };
  if (tagged._bsontype === 'Binary' && tagged.buffer !== undefined) return { $binary: Buffer.from(tagged.buffer).toString('base64') };
  if (tagged._bsontype === 'Long' && tagged.toString !== undefined) return { $long: tagged.toString() };
  return Object.fromEntries(Object.entries(value).map(([name, field]) => [name, outside(field)]));
}

function inside(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.map(inside);
  const { $date: date, $binary: binary, $long: long } = value as Record<string, unknown>;
  if (typeof date === 'string') return new Date(date);
  if (typeof binary === 'string') return Buffer.from(binary, 'base64');
  if (typeof long === 'string') return BigInt(long);
  return Object.fromEntries(Object.entries(value).map(([name, field]) => [name, inside(field)]));
}
