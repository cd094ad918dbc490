import { randomFillSync } from 'node:crypto';
import { encode20Bits, encode48Bits } from './base32.js';

const VERSION_7 = 0b0111 << 16;
const VARIANT = 0b10 << 2;
const COUNTER_LOW_MAX = 0xfffff; // 20 bits
const COUNTER_HIGH_MAX = 0x3fff; // 14 bits

/** Random words of 32 bits, drawn in blocks: one system call per 1 024 words. */
const createRandomWords = (): (() => number) => {
  const block = new Uint32Array(1024);
  let next = block.length;
  return () => {
    if (next === block.length) {
      randomFillSync(block);
      next = 0;
    }
    const word = block[next] ?? 0;
    next += 1;
    return word;
  };
};

/** Where the generator takes time and randomness from; tests inject both. */
export interface UuidV7Sources {
  /** Epoch milliseconds. */
  now?: () => number;
  /** An unsigned random number of 32 bits. */
  randomWord?: () => number;
}

/**
 * A generator of UUIDv7 as 26 characters of base32, each greater than the one before.
 *
 * RFC 9562 §6.2, method 1 with a counter of 34 bits (`rand_a` and the first 22 bits of `rand_b`), started at random with its
 * highest bit clear in every new millisecond, so that there is room to count; 40 random bits follow it, fresh for every id.
 * A clock that goes back does not move the ids back: the last millisecond is kept and counted on.
 * A counter that runs over takes the next millisecond in advance.
 */
export const createUuidV7 = ({ now = Date.now, randomWord = createRandomWords() }: UuidV7Sources = {}): (() => string) => {
  let millisecond = -1;
  let timestamp = '';
  let counterHigh = 0;
  let counterLow = 0;

  const startMillisecond = (value: number): void => {
    millisecond = value;
    timestamp = encode48Bits(value);
    counterHigh = randomWord() & (COUNTER_HIGH_MAX >>> 1);
    counterLow = randomWord() & COUNTER_LOW_MAX;
  };
  const count = (): void => {
    if (counterLow < COUNTER_LOW_MAX) counterLow += 1;
    else if (counterHigh < COUNTER_HIGH_MAX) {
      counterHigh += 1;
      counterLow = 0;
    } else startMillisecond(millisecond + 1);
  };

  return () => {
    const current = now();
    if (current > millisecond) startMillisecond(current);
    else count();
    // version (4 bits), 12 bits of the counter, variant (2 bits), 2 bits of the counter
    const head = VERSION_7 | ((counterHigh >>> 2) << 4) | VARIANT | (counterHigh & 3);
    const random = randomWord();
    return timestamp + encode20Bits(head) + encode20Bits(counterLow) + encode20Bits(random >>> 12) + encode20Bits(randomWord() & 0xfffff);
  };
};
