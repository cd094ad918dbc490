import avsc from 'avsc';

/**
 * A `long` that is right for every safe integer: avsc's own one writes negative numbers below −2^52 as other numbers.
 * Works on the raw bytes: a zigzag varint, sign in the lowest bit, 7 bits a byte.
 */
const encode = (value: number): Buffer => {
  const magnitude = value < 0 ? -value - 1 : value;
  const bytes = [(magnitude % 64) * 2 + (value < 0 ? 1 : 0)];
  for (let rest = Math.floor(magnitude / 64); rest > 0; rest = Math.floor(rest / 128)) {
    bytes.push((bytes.pop() ?? 0) | 0x80, rest % 128);
  }
  return Buffer.from(bytes);
};

const decode = (bytes: Uint8Array): number => {
  const first = bytes[0] ?? 0;
  let magnitude = (first & 0x7f) >> 1;
  let weight = 64;
  for (let index = 1; index < bytes.length; index += 1) {
    magnitude += ((bytes[index] ?? 0) & 0x7f) * weight;
    weight *= 128;
  }
  const value = first & 1 ? -magnitude - 1 : magnitude;
  if (!Number.isSafeInteger(value)) throw new RangeError('an integer beyond 2^53 − 1');
  return value;
};

/** The type that stands for `long` wherever a schema says so. */
export const safeLong = avsc.types.LongType.__with(
  {
    fromBuffer: decode,
    toBuffer: encode,
    fromJSON: (value: unknown) => value,
    toJSON: (value: unknown) => value,
    isValid: (value: unknown) => Number.isSafeInteger(value),
    compare: (left: number, right: number) => Math.sign(left - right),
  },
  true,
);
