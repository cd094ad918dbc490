import { describe, expect, it } from '@jest/globals';
import { dimensionKey, dimensionKeyOf } from './dimension-key.js';

describe('dimensionKeyOf', () => {
  it('is empty without dimensions', () => {
    expect(dimensionKeyOf({})).toBe('');
    expect(dimensionKeyOf({ platform: null, country: undefined })).toBe('');
  });

  it('does not depend on the order of the names, nor on absent ones', () => {
    expect(dimensionKeyOf({ b: '2', a: '1', c: null })).toBe(dimensionKeyOf({ a: '1', b: '2' }));
  });

  it('differs for other names and values, also where they read the same when joined', () => {
    const keys = [{ a: '1' }, { a: '2' }, { b: '1' }, { a: '1', b: '' }, { ab: '1' }, { a: 'b1' }].map(dimensionKeyOf);

    expect(new Set(keys).size).toBe(keys.length);
  });

  it('is a value of its field', () => {
    for (const key of [dimensionKeyOf({}), dimensionKeyOf({ a: '1' })]) expect(dimensionKey().safeParse(key).success).toBe(true);
    expect(dimensionKey().safeParse('abc').success).toBe(false);
  });
});
