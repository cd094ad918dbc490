import { describe, expect, it } from '@jest/globals';
import { compareOrder, isExact } from './compare-order.js';

const exact = { missing: 0, doubles: 0, inversions: 0, moved: 0 };

describe('compareOrder', () => {
  it('finds nothing wrong when every commit is stored in its place', () => {
    const verdict = compareOrder(['a', 'b', 'c'], ['a', 'b', 'c']);

    expect(verdict).toEqual({ ...exact, stored: 3 });
    expect(isExact(verdict)).toBe(true);
  });

  it('counts neighbours that stand the other way round', () => {
    const verdict = compareOrder(['b', 'a', 'd', 'c'], ['a', 'b', 'c', 'd']);

    expect(verdict).toEqual({ ...exact, stored: 4, inversions: 2 });
    expect(isExact(verdict)).toBe(false);
  });

  it('counts what is missing and what is there twice', () => {
    expect(compareOrder(['a', 'a'], ['a', 'b'])).toEqual({ ...exact, stored: 1, missing: 1, doubles: 1 });
  });

  it('leaves messages of others aside', () => {
    expect(compareOrder(['a', '', 'b'], ['a', 'b'])).toEqual({ ...exact, stored: 2 });
  });

  describe('after an earlier run', () => {
    it('asks new commits to follow, wherever the repository now has them', () => {
      expect(compareOrder(['a', 'c', 'b', 'd'], ['a', 'b', 'c', 'd'], ['a', 'c'])).toEqual({ ...exact, stored: 4 });
    });

    it('sees what moved', () => {
      expect(compareOrder(['b', 'a'], ['a', 'b'], ['a', 'b'])).toEqual({ ...exact, stored: 2, moved: 2 });
    });
  });
});
