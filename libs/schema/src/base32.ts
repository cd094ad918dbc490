/** Lower-case Crockford base32: no i, l, o, u, so that an id can be read aloud. */
const ALPHABET = '0123456789abcdefghjkmnpqrstvwxyz';

/** Two characters for every 10-bit number: the encoders work on groups of 10 and 20 bits. */
const PAIRS: readonly string[] = Array.from({ length: 1024 }, (_, n) => ALPHABET.charAt(n >> 5) + ALPHABET.charAt(n & 31));
const VALUES = new Map<string, bigint>([...ALPHABET].map((character, value) => [character, BigInt(value)]));

const pair = (tenBits: number): string => PAIRS[tenBits] ?? '';

/** Four characters for an unsigned number of 20 bits. */
export const encode20Bits = (value: number): string => pair(value >>> 10) + pair(value & 1023);

/** Ten characters for an unsigned number of 48 bits; the first is at most `7`. */
export const encode48Bits = (value: number): string => {
  const high = Math.floor(value / 0x40000000); // the 20 bits above the lowest 30
  const low = value % 0x40000000;
  return encode20Bits(high) + pair(low >>> 20) + encode20Bits(low & 0xfffff);
};

/** 26 characters for 16 bytes: two zero bits in front, then 128 bits (the TypeID form). */
export const encode128Bits = (bytes: Uint8Array): string => {
  let bits = BigInt(`0x${Buffer.from(bytes.buffer, bytes.byteOffset, 16).toString('hex')}`);
  let text = '';
  for (let character = 0; character < 26; character += 1) {
    text = ALPHABET.charAt(Number(bits & 31n)) + text;
    bits >>= 5n;
  }
  return text;
};

/** The reverse of {@link encode128Bits}. The caller has checked the text with {@link BASE32_128_SOURCE}. */
export const decode128Bits = (text: string): Buffer => {
  let bits = 0n;
  for (const character of text) bits = (bits << 5n) | (VALUES.get(character) ?? 0n);
  return Buffer.from(bits.toString(16).padStart(32, '0'), 'hex');
};

/** Source of a pattern for 26 characters that hold 128 bits: a larger first character would overflow. */
export const BASE32_128_SOURCE = '[0-7][0-9a-hjkmnp-tv-z]{25}';
