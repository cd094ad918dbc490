/** The only key of an object that stands for a value which JSON cannot say: `{ "$caas": [kind, content] }`. */
const TAG = '$caas';

/**
 * The value as JSON that keeps what JSON loses: dates, integers beyond 2^53, binary, infinities. `undefined` fields go, instances of classes become
 * plain objects. Throws TypeError for what is circular, and for maps and sets.
 */
export function serialise(value: unknown): string {
  return JSON.stringify(value, replace);
}

/** The value of a text that {@link serialise} made. Throws SyntaxError for what is no JSON. */
export function deserialise(text: string): unknown {
  // without a tag there is nothing to restore, and the plain parser is several times as fast
  return text.includes(`"${TAG}"`) ? JSON.parse(text, restore) : JSON.parse(text);
}

/** Looks at the holder: by the time the value is shown here, JSON has turned dates and buffers into something else. */
function replace(this: unknown, key: string, shown: unknown): unknown {
  const value = (this as Record<string, unknown>)[key];
  if (typeof value === 'bigint') return tagged('int', value.toString());
  if (typeof value === 'number') return Number.isFinite(value) && !Object.is(value, -0) ? value : tagged('number', numberText(value));
  if (typeof value !== 'object' || value === null) return shown;
  if (value instanceof Date) return tagged('date', value.getTime());
  if (Buffer.isBuffer(value)) return tagged('buffer', value.toString('base64'));
  if (value instanceof Uint8Array) return tagged('bytes', Buffer.from(value.buffer, value.byteOffset, value.byteLength).toString('base64'));
  if (value instanceof Map || value instanceof Set) throw new TypeError('Maps and sets cannot be cached; use objects and arrays.');
  return Object.hasOwn(value, TAG) ? tagged('object', Object.entries(value)) : shown;
}

function tagged(kind: string, content: unknown): object {
  return { [TAG]: [kind, content] };
}

function numberText(value: number): string {
  return Object.is(value, -0) ? '-0' : String(value);
}

function restore(_: string, value: unknown): unknown {
  if (typeof value !== 'object' || value === null || !Object.hasOwn(value, TAG)) return value;
  const [kind, content] = (value as { readonly [TAG]: readonly [string, unknown] })[TAG];
  switch (kind) {
    case 'date':
      return new Date(content as number);
    case 'int':
      return BigInt(content as string);
    case 'number':
      return Number(content);
    case 'buffer':
      return Buffer.from(content as string, 'base64');
    case 'bytes':
      return new Uint8Array(Buffer.from(content as string, 'base64'));
    default:
      return Object.fromEntries(content as [string, unknown][]);
  }
}
