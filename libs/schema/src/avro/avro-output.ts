/** Values lie one after the other in blocks of this size; one that does not fit begins in a new block. */
const BLOCK_BYTES = 64 * 1024;
/** Shorter texts are written character by character, which is cheaper than the call that writes any text. */
const SHORT_TEXT = 48;
const VARINT_BYTES_MAX = 10;
const DOUBLE_BYTES = 8;

/**
 * Takes the primitives of Avro's binary encoding (https://avro.apache.org/docs/1.11.1/specification/#binary-encoding). Between {@link begin} and
 * {@link end} lies one value; the buffer that `end` hands out is never written again.
 */
export class AvroOutput {
  #block = Buffer.allocUnsafeSlow(BLOCK_BYTES);
  #start = 0;
  #at = 0;

  /** Drops what was begun and not ended. Leaves `headroom` bytes free in front of the value, for a frame. */
  begin(headroom: number): void {
    this.#at = this.#start;
    this.#reserve(headroom);
    this.#at += headroom;
  }

  /** The bytes since {@link begin}, headroom first. */
  end(): Buffer {
    const bytes = this.#block.subarray(this.#start, this.#at);
    this.#start = this.#at;
    return bytes;
  }

  boolean(value: boolean): void {
    this.#reserve(1);
    this.#block[this.#at++] = value ? 1 : 0;
  }

  /** A safe integer, as `int` or `long`: zigzag, then 7 bits a byte. */
  integer(value: number): void {
    this.#reserve(VARINT_BYTES_MAX);
    if (value >= 0 && value < 64) {
      this.#block[this.#at++] = value * 2;
      return;
    }
    if (value >= -0x40000000 && value < 0x40000000) {
      this.#at = writeVarint(this.#block, ((value << 1) ^ (value >> 31)) >>> 0, this.#at);
      return;
    }
    const isNegative = value < 0;
    let rest = isNegative ? -value - 1 : value; // exact up to 2^53; doubled, it would not be
    this.#block[this.#at] = (rest % 64) * 2 + (isNegative ? 1 : 0);
    for (rest = Math.floor(rest / 64); rest > 0; rest = Math.floor(rest / 128)) {
      this.#block[this.#at] = (this.#block[this.#at] ?? 0) | 0x80;
      this.#block[++this.#at] = rest % 128;
    }
    this.#at += 1;
  }

  double(value: number): void {
    this.#reserve(DOUBLE_BYTES);
    this.#at = this.#block.writeDoubleLE(value, this.#at);
  }

  bytes(value: Uint8Array): void {
    this.integer(value.length);
    this.#reserve(value.length);
    this.#block.set(value, this.#at);
    this.#at += value.length;
  }

  text(value: string): void {
    if (value.length <= SHORT_TEXT && this.#shortAscii(value)) return;
    this.#reserve(VARINT_BYTES_MAX + 3 * value.length);
    const expected = sizeOfLength(value.length);
    const length = this.#block.write(value, this.#at + expected, 'utf8');
    const needed = sizeOfLength(length);
    if (needed !== expected) this.#block.copyWithin(this.#at + needed, this.#at + expected, this.#at + expected + length);
    this.#at = writeVarint(this.#block, length * 2, this.#at) + length;
  }

  /** Whether the text was all ASCII and is written; else nothing counts as written. */
  #shortAscii(value: string): boolean {
    const { length } = value;
    this.#reserve(1 + SHORT_TEXT);
    const block = this.#block;
    let at = this.#at;
    block[at++] = length * 2;
    for (let index = 0; index < length; index += 1) {
      const code = value.charCodeAt(index);
      if (code > 0x7f) return false;
      block[at++] = code;
    }
    this.#at = at;
    return true;
  }

  /** Makes room; what was begun moves to a new block when this one is full. */
  #reserve(bytes: number): void {
    if (this.#at + bytes <= this.#block.length) return;
    const begun = this.#block.subarray(this.#start, this.#at);
    const block = Buffer.allocUnsafeSlow(Math.max(BLOCK_BYTES, 2 * (begun.length + bytes)));
    block.set(begun);
    this.#block = block;
    this.#start = 0;
    this.#at = begun.length;
  }
}

function writeVarint(block: Uint8Array, value: number, start: number): number {
  let at = start;
  let rest = value;
  while (rest > 0x7f) {
    block[at++] = (rest & 0x7f) | 0x80;
    rest >>>= 7;
  }
  block[at++] = rest;
  return at;
}

/** Bytes of a length, which is written doubled. */
const sizeOfLength = (length: number): number => (length < 0x40 ? 1 : length < 0x2000 ? 2 : length < 0x100000 ? 3 : 4);
