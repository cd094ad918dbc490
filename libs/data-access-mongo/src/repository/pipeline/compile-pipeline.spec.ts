import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { newTenantId } from '@caas/schema';
import { apps, cards, lines, people } from '../../fixtures/definitions.fixture.js';
import { type CollectionDefinition } from '../../definition/define-collection.js';
import { op } from '../operators.js';
import { compilePipeline } from './compile-pipeline.js';
import { type Stage } from './joins.js';
import { graphLookup, lookup, unionWith } from './joins.js';

const tenantId = newTenantId();
const other = newTenantId();
const context = {
  definition: cards as CollectionDefinition,
  tenantId,
  namespaceOf: ({ name, scope }: CollectionDefinition) => ({ database: `x_${scope}`, collection: `own_${name}` }),
};
const compile = (...stages: readonly unknown[]) => compilePipeline(context, stages as readonly Stage[]);
const confined = { tenant_id: tenantId, deleted_at: null };
const code = { body: 'function () { return 1; }', args: [], lang: 'js' };

describe('the first stage', () => {
  it('is a match on the tenant and on live rows', () => {
    expect(compile({ $group: { _id: '$state' } })).toEqual([{ $match: confined }, { $group: { _id: '$state' } }]);
    expect(compilePipeline(context, [], { includeDeleted: true, where: { state: op.ne('open') } })).toEqual([
      { $match: { tenant_id: tenantId, state: { $ne: 'open' } } },
    ]);
  });

  it('is merged with $text, which the server wants first', () => {
    expect(compile({ $match: { $text: { $search: 'x' }, state: 'open' } }, { $limit: 1 })).toEqual([
      { $match: { ...confined, $and: [{ state: 'open' }], $text: { $search: 'x' } } },
      { $limit: 1 },
    ]);
  });

  it('is the query of $geoNear, which has to be first itself', () => {
    const near = { near: { type: 'Point', coordinates: [0, 0] }, distanceField: 'far' };

    expect(compile({ $geoNear: near })).toEqual([{ $geoNear: { ...near, query: confined } }]);
    expect(compile({ $geoNear: { ...near, query: { state: 'open' } } })).toEqual([
      { $geoNear: { ...near, query: { ...confined, $and: [{ state: 'open' }] } } },
    ]);
    expect(() => compile({ $limit: 1 }, { $geoNear: near })).toThrow(/first stage only/);
    expect(() => compile({ $geoNear: { ...near, query: { $where: 'true' } } })).toThrow(/not allowed/);
  });
});

describe('joins', () => {
  it('read the tenant’s own live rows, in the tenant’s own place', () => {
    expect(compile(lookup(lines, { as: 'lines', localField: '_id', foreignField: 'thread_id', where: { seq: op.gt(1) } }))[1]).toEqual({
      $lookup: {
        from: 'own_lines',
        localField: '_id',
        foreignField: 'thread_id',
        pipeline: [{ $match: { tenant_id: tenantId, seq: { $gt: 1 } } }],
        as: 'lines',
      },
    });
    expect(compile(unionWith(people, { pipeline: [lookup(lines, { as: 'x' })] }))[1]).toEqual({
      $unionWith: {
        coll: 'own_people',
        pipeline: [{ $match: confined }, { $lookup: { from: 'own_lines', pipeline: [{ $match: { tenant_id: tenantId } }], as: 'x' } }],
      },
    });
    expect(
      compile(
        graphLookup(cards, { as: 'all', startWith: '$slug', connectFromField: 'tags', connectToField: 'slug', includeDeleted: true }),
      )[1],
    ).toEqual({
      $graphLookup: {
        from: 'own_cards',
        startWith: '$slug',
        connectFromField: 'tags',
        connectToField: 'slug',
        as: 'all',
        maxDepth: 10,
        restrictSearchWithMatch: { tenant_id: tenantId },
      },
    });
  });

  it('stay in their scope, and take field names only', () => {
    expect(() => compile(lookup(apps, { as: 'x' }))).toThrow(/lies in another place/);
    expect(() => compile(lookup(lines, { as: '$x' }))).toThrow(/without operators/);
    expect(() => compile(lookup(lines, { as: 'x', localField: '$$ROOT', foreignField: 'seq' }))).toThrow(/without operators/);
    expect(() => compile(lookup(lines, { as: 'x', where: { tenant_id: other } }))).toThrow(
      expect.objectContaining({ code: 'AUTHZ_CROSS_TENANT' }),
    );
    expect(() => compile(graphLookup(cards, { as: 'x', startWith: 1, connectFromField: 'a', connectToField: 'b', maxDepth: 11 }))).toThrow(
      /maxDepth/,
    );
  });

  it('cannot be imitated', () => {
    const genuine = lookup(lines, { as: 'x' });
    const imitation = { definition: genuine.definition, request: genuine.request };

    expect(() => compile(imitation)).toThrow(/not among the allowed/);
  });
});

describe('what is refused', () => {
  const forbidden: readonly unknown[] = [
    { $out: 'x' },
    { $merge: { into: 'x' } },
    { $lookup: { from: 'own_lines', as: 'x', pipeline: [] } },
    { $graphLookup: {} },
    { $unionWith: 'own_lines' },
    { $collStats: {} },
    { $documents: [] },
    { $match: {}, $limit: 1 },
    { $match: { $where: 'true' } },
    { $match: { $and: [{ $or: [{ $where: 'true' }] }] } },
    { $match: { title: { $regex: '.*' } } },
    { $match: { title: /.*/ } },
    { $match: { members: { $elemMatch: { $where: 'true' } } } },
    { $match: { title: { $not: { $regex: 'x' } } } },
    { $match: { $jsonSchema: {} } },
    { $match: { $expr: { $function: code } } },
    { $match: { $or: [{ $text: { $search: 'x' } }] } },
    { $addFields: { x: { $function: code } } },
    { $addFields: { x: { $cond: [true, [{ $function: code }], 1] } } },
    { $addFields: { x: () => 1 } },
    { $addFields: { x: { _bsontype: 'Code', code: 'x' } } },
    { $addFields: { x: { $literal: { $function: code } } } },
    { $group: { _id: null, x: { $accumulator: code } } },
    {},
    [],
    null,
    'x',
  ];
  const where: readonly [string, (stage: unknown) => unknown][] = [
    ['alone', (stage) => stage],
    ['inside a facet', (stage) => ({ $facet: { x: [stage] } })],
    ['inside a lookup', (stage) => lookup(lines, { as: 'x', pipeline: [stage] as never })],
    ['inside a union', (stage) => unionWith(lines, { pipeline: [stage] as never })],
    ['deep inside', (stage) => ({ $facet: { x: [lookup(lines, { as: 'x', pipeline: [{ $facet: { y: [stage] } }] as never })] } })],
  ];

  it.each(where)('is refused %s', (_, wrap) => {
    for (const stage of forbidden)
      expect(() => compile({ $limit: 1 }, wrap(stage))).toThrow(expect.objectContaining({ code: 'VAL_FAILED' }));
  });

  it.each(where)('names another tenant %s', (_, wrap) => {
    for (const match of [
      { tenant_id: other },
      { $or: [{ tenant_id: other }] },
      { tenant_id: { $ne: null } },
      { 'tenant_id.x': tenantId.slice(1) },
    ]) {
      expect(() => compile({ $limit: 1 }, wrap({ $match: match }))).toThrow(expect.objectContaining({ code: 'AUTHZ_CROSS_TENANT' }));
    }
    expect(() => compile(wrap({ $match: { tenant_id: tenantId } }))).not.toThrow();
  });

  it('is a pipeline that goes on for ever', () => {
    let nested: unknown = { $limit: 1 };
    for (let depth = 0; depth < 10; depth += 1) nested = { $facet: { x: [nested] } };

    expect(() => compile(nested)).toThrow(/nested too deep/);
    expect(() => compile(...Array.from({ length: 101 }, () => ({ $limit: 1 })))).toThrow(/at most 100/);
  });
});

it('whatever it is made of, a pipeline that compiles begins with the tenant, holds no raw join and does not write', () => {
  const stages = fc.letrec<{ stage: unknown; list: unknown[] }>((tie) => ({
    stage: fc.oneof(
      fc.constantFrom<unknown>(
        { $limit: 1 },
        { $match: { state: 'open' } },
        { $out: 'x' },
        { $unionWith: 'x' },
        lookup(lines, { as: 'x' }),
      ),
      tie('list').map((list) => ({ $facet: { x: list } })),
      tie('list').map((list) => unionWith(lines, { pipeline: list as never })),
      fc.dictionary(fc.constantFrom('$match', '$merge', '$set', '$lookup', 'x'), fc.anything({ maxDepth: 3 }), { maxKeys: 2 }),
    ),
    list: fc.array(tie('stage'), { maxLength: 3 }),
  }));
  let compiledOnes = 0;

  fc.assert(
    fc.property(stages.list, (list) => {
      let compiled: readonly Record<string, { tenant_id?: unknown } | undefined>[];
      try {
        compiled = compile(...list);
      } catch {
        return;
      }
      compiledOnes += 1;
      expect(compiled[0]?.['$match']?.tenant_id).toBe(tenantId);
      expect(JSON.stringify(compiled)).not.toMatch(/"\$(out|merge)"|"(coll|from)":"(?!own_)/);
    }),
    { numRuns: 500, seed: 7 },
  );
  expect(compiledOnes).toBeGreaterThan(50);
});
