import { describe, expect, it } from '@jest/globals';
import { adviseIndex, type ComparedIndex, type IndexKeys, keysText, redundantIndexes, serves } from './index-advice.js';
import { shapeOf } from './query-shape.js';

const shape = (filter: object, sort?: Record<string, 1 | -1>) => shapeOf({ method: 'find', filter, sort });

describe('adviseIndex', () => {
  it.each<[string, object, Record<string, 1 | -1> | undefined, string]>([
    ['the tenant first', { status: 'a', tenant_id: 't' }, undefined, '{tenant_id: 1, status: 1}'],
    [
      'equality, then order, then range',
      { at: { $gt: 1 }, tenant_id: 't', status: 'a' },
      { created_at: -1 },
      '{tenant_id: 1, status: 1, created_at: -1, at: 1}',
    ],
    ['a range that is the order once', { at: { $gt: 1 }, tenant_id: 't' }, { at: -1 }, '{tenant_id: 1, at: -1}'],
    ['$in as an equality', { status: { $in: ['a', 'b'] } }, undefined, '{tenant_id: 1, status: 1}'],
    ['the tenant also where the query forgot it', {}, { at: 1 }, '{tenant_id: 1, at: 1}'],
  ])('puts %s', (_, filter, sort, expected) => {
    expect(keysText(adviseIndex(shape(filter, sort), { tenantScoped: true }) ?? {})).toBe(expected);
  });

  it('has nothing to say about a query by id, or one without any field', () => {
    expect(adviseIndex(shape({ _id: 'x', tenant_id: 't' }), { tenantScoped: true })).toBeUndefined();
    expect(adviseIndex(shape({}), { tenantScoped: false })).toBeUndefined();
  });
});

describe('serves', () => {
  it.each<[IndexKeys, object, boolean]>([
    [{ tenant_id: 1, status: 1 }, { tenant_id: 't', status: 'a' }, true],
    [{ tenant_id: 1, status: 1, at: -1 }, { tenant_id: 't', status: 'a' }, true],
    [{ tenant_id: 1 }, { tenant_id: 't', status: 'a' }, true],
    [{ tenant_id: 1, at: -1 }, { tenant_id: 't', status: 'a' }, false],
    [{ at: -1 }, { tenant_id: 't' }, false],
    [{ at: -1 }, { at: { $gt: 1 } }, true],
  ])('%j for %j: %s', (keys, filter, expected) => {
    expect(serves(keys, shape(filter))).toBe(expected);
  });
});

describe('redundantIndexes', () => {
  const index = (name: string, key: IndexKeys, change: Partial<ComparedIndex> = {}): ComparedIndex => ({
    name,
    key,
    unique: false,
    expireAfterSeconds: undefined,
    partialFilterExpression: undefined,
    ...change,
  });
  const long = index('long', { tenant_id: 1, a: 1, b: -1 });

  it.each<[string, ComparedIndex, ComparedIndex[], boolean]>([
    ['a prefix of another', index('short', { tenant_id: 1, a: 1 }), [long], true],
    ['the same backwards', index('short', { tenant_id: -1, a: -1 }), [long], true],
    ['other directions', index('short', { tenant_id: 1, a: -1 }), [long], false],
    ['another order', index('short', { a: 1, tenant_id: 1 }), [long], false],
    ['a unique one', index('short', { tenant_id: 1, a: 1 }, { unique: true }), [long], false],
    ['one that removes rows', index('short', { tenant_id: 1 }, { expireAfterSeconds: 0 }), [long], false],
    ['a text index', index('short', { tenant_id: 1, a: 'text' }), [long], false],
    ['a prefix of one over some rows', index('short', { tenant_id: 1 }), [{ ...long, partialFilterExpression: { a: 1 } }], false],
    [
      'a prefix of one over the same rows',
      index('short', { tenant_id: 1 }, { partialFilterExpression: { a: 1 } }),
      [{ ...long, partialFilterExpression: { a: 1 } }],
      true,
    ],
    ['the primary key', index('_id_', { _id: 1 }), [index('other', { _id: 1, a: 1 })], false],
  ])('of %s', (_, candidate, others, redundant) => {
    const found = redundantIndexes([candidate, ...others]).map(({ name }) => name);

    expect(found).toEqual(redundant ? [candidate.name] : []);
  });

  it('finds one of two that are the same', () => {
    expect(redundantIndexes([index('a', { x: 1 }), index('b', { x: 1 })])).toEqual([{ name: 'b', coveredBy: 'a' }]);
  });
});
