import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { ObjectId } from 'mongodb';
import { shapeOf, shapeOfCall } from './query-shape.js';

describe('shapeOfCall', () => {
  it.each<[string, string, unknown[], string]>([
    [
      'a find',
      'find',
      [{ tenant_id: 't', status: 'active' }, { sort: [['created_at', -1]] }],
      'find {status:?,tenant_id:?} sort {created_at:-1}',
    ],
    ['a find with operators', 'find', [{ a: { $in: [1, 2, 3] }, b: { $gt: new Date() } }, {}], 'find {a:{$in:[?]},b:{$gt:?}}'],
    [
      'combined conditions',
      'find',
      [{ $and: [{ a: 1 }, { $or: [{ b: 1 }, { c: { $lt: 5 } }] }] }, {}],
      'find {$and:[{$or:[{b:?},{c:{$lt:?}}]},{a:?}]}',
    ],
    ['a skip', 'findOne', [{ a: 1 }, { skip: 20 }], 'findOne {a:?} skip ?'],
    ['an update', 'updateOne', [{ _id: 'x' }, { $set: { secret: 'hunter2' } }, {}], 'updateOne {_id:?}'],
    ['a distinct', 'distinct', ['roles', { tenant_id: 't' }, {}], 'distinct {tenant_id:?}'],
    ['an insert', 'insertMany', [[{ secret: 'hunter2' }], {}], 'insertMany {}'],
    ['a bulk write', 'bulkWrite', [[{ updateOne: { filter: { _id: 'x' }, update: {} } }], {}], 'bulkWrite.updateOne {_id:?}'],
    ['an empty bulk write', 'bulkWrite', [[], {}], 'bulkWrite.empty {}'],
    [
      'a pipeline',
      'aggregate',
      [[{ $match: { tenant_id: 't' } }, { $sort: { at: -1 } }, { $group: { _id: '$secret' } }], {}],
      'aggregate {tenant_id:?} sort {at:-1} stages $match,$sort,$group',
    ],
  ])('of %s', (_, method, args, text) => {
    expect(shapeOfCall(method, args).text).toBe(text);
  });

  it('never shows a value, whatever its type', () => {
    const value = fc.oneof(
      fc.constant('SECRET'),
      fc.constant({ $eq: 'SECRET' }),
      fc.constant(['SECRET']),
      fc.constant({ $in: ['SECRET', 1] }),
    );
    fc.assert(
      fc.property(fc.dictionary(fc.constantFrom('a', 'b', 'c'), value), (filter) => {
        expect(shapeOfCall('find', [filter, {}]).text).not.toContain('SECRET');
      }),
    );
    expect(shapeOfCall('find', [{ _id: new ObjectId('0123456789abcdef01234567'), b: Buffer.from('x'), c: /x/ }, {}]).text).toBe(
      'find {_id:?,b:?,c:?}',
    );
  });

  it('is the same for queries that differ in values and in the order of the filter only', () => {
    const one = shapeOfCall('find', [{ a: 1, b: { $in: ['x'] } }, {}]);
    const other = shapeOfCall('find', [{ b: { $in: ['y', 'z'] }, a: 2 }, {}]);

    expect(one.text).toBe(other.text);
  });

  it('ends in what is nested too deep', () => {
    let filter: Record<string, unknown> = { secret: 1 };
    for (let depth = 0; depth < 50; depth++) filter = { a: filter };

    expect(shapeOfCall('find', [filter, {}]).text.length).toBeLessThan(60);
  });
});

describe('shapeOf', () => {
  it('tells equalities from ranges, and looks into $and but not into $or', () => {
    const filter = { tenant_id: 't', a: { $in: [1] }, b: { $gte: 1 }, $and: [{ c: 1 }, { d: { $ne: 1 } }], $or: [{ e: 1 }, { f: 1 }] };

    expect(shapeOf({ method: 'find', filter, sort: { g: -1 } })).toMatchObject({
      equality: ['a', 'c', 'tenant_id'],
      range: ['b', 'd'],
      sort: [['g', -1]],
    });
  });

  it('counts a field that is compared both ways as an equality', () => {
    expect(shapeOf({ method: 'find', filter: { a: 1, $and: [{ a: { $gt: 0 } }] } })).toMatchObject({ equality: ['a'], range: [] });
  });
});
