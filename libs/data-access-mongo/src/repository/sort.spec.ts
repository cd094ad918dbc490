import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { lines, people } from '../fixtures/definitions.fixture.js';
import { type CursorValue } from './cursor.js';
import { compileSort, positionOf, reversed, seekFilter, type SortKey, totalSort } from './sort.js';

describe('compileSort', () => {
  it('tells which keys may be empty', () => {
    expect(compileSort(people, { seen_at: -1, created_at: 1, user_id: 1 })).toEqual([
      { path: 'seen_at', direction: -1, nullable: true },
      { path: 'created_at', direction: 1, nullable: false },
      { path: '_id', direction: 1, nullable: false },
    ]);
  });

  it.each<[string, Record<string, unknown>]>([
    ['a field that does not exist', { nothing: 1 }],
    ['an array', { roles: 1 }],
    ['a field inside an array', { 'readers.at': 1 }],
    ['an object', { profile: 1 }],
    ['another direction', { created_at: 2 }],
    ['an operator', { $natural: 1 }],
  ])('refuses %s', (_, sort) => {
    expect(() => compileSort('readers.at' in sort ? lines : people, sort)).toThrow(/sort/i);
  });
});

describe('totalSort', () => {
  const bySeq = compileSort(lines, { seq: -1 });

  it('breaks ties by id, in the direction of the last key', () => {
    expect(totalSort(lines, bySeq, { tenant_id: 't' })).toEqual([...bySeq, { path: '_id', direction: -1, nullable: false }]);
  });

  it('needs no tie-break when filter and sort hold a unique index', () => {
    expect(totalSort(lines, bySeq, { tenant_id: 't', thread_id: 'x' })).toBe(bySeq);
    expect(totalSort(lines, bySeq, { tenant_id: 't', $and: [{ thread_id: 'x' }, { $or: [{ text: 'a' }, { text: 'b' }] }] })).toBe(bySeq);
  });

  it('does not take a condition for an equality', () => {
    expect(totalSort(lines, bySeq, { tenant_id: 't', thread_id: { $in: ['x'] } })).toHaveLength(2);
    expect(totalSort(lines, bySeq, { tenant_id: 't', thread_id: null })).toHaveLength(2);
    expect(totalSort(lines, bySeq, { tenant_id: 't', $or: [{ thread_id: 'x' }, { thread_id: 'y' }] })).toHaveLength(2);
  });

  it('does not trust a partial unique index', () => {
    expect(totalSort(people, compileSort(people, { external_id: 1 }), { tenant_id: 't' })).toHaveLength(2);
  });
});

type Row = { a: number | null; b: number; _id: string };

/** The few operators that seeking uses, as MongoDB means them: comparisons never match null. */
function matches(row: Row, filter: Record<string, unknown>): boolean {
  return Object.entries(filter).every(([key, condition]) => {
    if (key === '$and') return (condition as Record<string, unknown>[]).every((part) => matches(row, part));
    if (key === '$or') return (condition as Record<string, unknown>[]).some((part) => matches(row, part));
    const value = row[key as keyof Row];
    if (typeof condition !== 'object' || condition === null) return value === condition;
    return Object.entries(condition).every(([operator, operand]) => compares(value, operator, operand));
  });
}

function compares(value: CursorValue, operator: string, operand: unknown): boolean {
  if (operator === '$ne') return value !== operand;
  if (operator === '$in') return (operand as unknown[]).includes(value);
  if (value === null || operand === null) return false;
  const [left, right] = [value as number, operand as number];
  return { $gt: left > right, $gte: left >= right, $lt: left < right, $lte: left <= right }[operator] ?? false;
}

function compareRows(keys: readonly SortKey[]): (left: Row, right: Row) => number {
  return (left, right) => {
    for (const { path, direction } of keys) {
      const [a, b] = [left[path as keyof Row], right[path as keyof Row]];
      if (a === b) continue;
      return (a === null || (b !== null && a < b) ? -1 : 1) * direction;
    }
    return 0;
  };
}

describe('seekFilter', () => {
  const direction = fc.constantFrom<1 | -1>(1, -1);
  const keys = fc
    .tuple(direction, direction, direction)
    .map(([a, b, id]): SortKey[] => [
      { path: 'a', direction: a, nullable: true },
      { path: 'b', direction: b, nullable: false },
      { path: '_id', direction: id, nullable: false },
    ])
    .chain((all) => fc.constantFrom(all, all.slice(1), all.slice(2)));
  const rows = fc
    .array(fc.record({ a: fc.option(fc.nat(2)), b: fc.nat(2) }), { maxLength: 12 })
    .map((list): Row[] => list.map((row, index) => ({ ...row, _id: String.fromCharCode(97 + index) })));

  it('finds exactly the rows after a position, in either direction, empty keys included', () => {
    fc.assert(
      fc.property(keys, rows, (order, all) => {
        for (const way of [order, reversed(order)]) {
          const sorted = [...all].sort(compareRows(way));
          sorted.forEach((row, index) => {
            const after = sorted.filter((candidate) => matches(candidate, seekFilter(way, positionOf(way, row))));
            expect(after).toEqual(sorted.slice(index + 1));
          });
        }
      }),
    );
  });

  it('bounds the first key for the index scan', () => {
    const order: SortKey[] = [
      { path: 'b', direction: -1, nullable: false },
      { path: '_id', direction: -1, nullable: false },
    ];

    expect(seekFilter(order, [5, 'x'])).toEqual({
      $and: [{ b: { $lte: 5 } }, { $or: [{ $and: [{ b: { $lt: 5 } }] }, { $and: [{ b: 5 }, { _id: { $lt: 'x' } }] }] }],
    });
    expect(seekFilter(order.slice(0, 1), [5])).toEqual({ $and: [{ b: { $lt: 5 } }] });
  });
});
