import { describe, expect, it } from '@jest/globals';
import { createUuidV7 } from './uuid-v7.js';

const ALL_BITS = 0xffff_ffff;

/** A generator on a clock that shows the given times, one a call, and then stays. */
const generatorAt = (times: number[], randomWord = (): number => 0): (() => string) => {
  const left = [...times];
  return createUuidV7({ now: () => (left.length > 1 ? left.shift() : left[0]) ?? 0, randomWord });
};
const take = (count: number, next: () => string): string[] => Array.from({ length: count }, next);

describe('createUuidV7', () => {
  it('counts within a millisecond', () => {
    const ids = take(1000, generatorAt([5]));

    expect([...ids].sort()).toEqual(ids);
    expect(new Set(ids).size).toBe(1000);
  });

  it('goes on counting when the clock goes back', () => {
    const ids = take(4, generatorAt([10, 9, 1, 11]));

    expect([...ids].sort()).toEqual(ids);
    expect(ids.map((id) => id.slice(0, 10))).toEqual(['000000000a', '000000000a', '000000000a', '000000000b']);
  });

  it('leaves room to count at the highest random start', () => {
    const ids = take(
      100_000,
      generatorAt([7], () => ALL_BITS),
    );

    expect([...ids].sort()).toEqual(ids);
    expect(ids.at(-1)?.slice(0, 10)).toBe('0000000007');
  });

  it('starts a millisecond at random, so that ids of two processes differ', () => {
    let word = 0;
    const one = generatorAt([3], () => (word += 0x1234_5677))();
    const other = generatorAt([3], () => (word += 0x1234_5677))();

    expect(one).not.toBe(other);
  });
});
