import fc from 'fast-check';
import { graphLookup, lookup, unionWith } from '../../repository/pipeline/joins.js';
import { type Arena } from '../arena.js';
import { hostilePath, hostileValue } from './hostile-values.js';

/** Where the other tenant's rows are, by every name that an attacker could know. */
function theirNamespaces({ collections, them }: Arena): readonly string[] {
  const { tenantId } = them.tenant;
  return [collections.rows, collections.links].flatMap(({ name }) => [name, `${tenantId}_${name}`]);
}

/** Every stage that reads, writes or runs something outside of the rows that go in, written by hand. */
export function forbiddenStages(arena: Arena): readonly Record<string, unknown>[] {
  const { tenantId } = arena.them.tenant;
  const code = { body: 'function () { return 1; }', args: [], lang: 'js' };
  return [
    ...theirNamespaces(arena).flatMap((from) => [
      { $lookup: { from, as: 'x', pipeline: [] } },
      { $lookup: { from, as: 'x', localField: 'status', foreignField: 'status' } },
      { $graphLookup: { from, startWith: '$status', connectFromField: 'status', connectToField: 'status', as: 'x' } },
      { $unionWith: from },
      { $unionWith: { coll: from, pipeline: [{ $match: { tenant_id: tenantId } }] } },
      { $merge: { into: from } },
      { $merge: { into: { db: 'caas_shared', coll: from }, whenMatched: 'replace' } },
      { $out: from },
      { $out: { db: 'caas_shared', coll: from } },
    ]),
    { $match: { $where: 'true' } },
    { $match: { $expr: { $function: code } } },
    { $match: { $or: [{ $where: 'true' }] } },
    { $addFields: { x: { $function: code } } },
    { $addFields: { x: [{ y: { $function: code } }] } },
    { $group: { _id: null, x: { $accumulator: { ...code, init: code.body } } } },
    { $collStats: { storageStats: {} } },
    { $indexStats: {} },
    { $planCacheStats: {} },
    { $currentOp: { allUsers: true } },
    { $listSessions: { allUsers: true } },
    { $changeStream: {} },
    { $documents: [{ tenant_id: tenantId }] },
    { $searchMeta: {} },
    { $match: { tenant_id: tenantId } },
    { $match: { $or: [{ tenant_id: tenantId }, { status: 'active' }] } },
    { $match: { tenant_id: { $ne: null } } },
    { $match: {}, $out: 'x' },
  ];
}

/** Stages that are allowed, and could still be used to widen or to confuse. */
function allowedStages(arena: Arena): fc.Arbitrary<unknown> {
  const { rows, links } = arena.collections;
  const harmless = fc.constantFrom<unknown>(
    { $set: { tenant_id: arena.them.tenant.tenantId.toUpperCase() } },
    { $unset: 'tenant_id' },
    { $project: { secret: 1 } },
    { $group: { _id: '$status', secrets: { $push: '$secret' } } },
    { $group: { _id: null, rows: { $push: '$$ROOT' } } },
    { $replaceWith: { secret: '$secret' } },
    { $unwind: '$members' },
    { $sort: { secret: 1 } },
    { $count: 'rows' },
    { $sortByCount: '$secret' },
    { $redact: '$$KEEP' },
    { $limit: 3 },
    lookup(links, { as: 'links', localField: '_id', foreignField: 'owner_id' }),
    lookup(links, { as: 'links', pipeline: [{ $project: { secret: 1 } }] }),
    lookup(rows, { as: 'others', pipeline: [lookup(links, { as: 'links' })] }),
    graphLookup(links, { as: 'links', startWith: '$_id', connectFromField: 'owner_id', connectToField: 'owner_id' }),
    unionWith(rows, { includeDeleted: true }),
    unionWith(links, { pipeline: [{ $sort: { seq: 1 } }] }),
  );
  const hostile = fc.oneof(
    hostileValue(arena).map((value) => ({ $match: { status: value } })),
    fc.tuple(hostilePath, hostileValue(arena)).map(([path, value]) => ({ $match: { [path]: value } })),
    fc.tuple(hostilePath, hostileValue(arena)).map(([path, value]) => ({ $set: { [path]: value } })),
  );
  return fc.oneof({ weight: 5, arbitrary: harmless }, { weight: 1, arbitrary: hostile });
}

/** Pipelines out of allowed and forbidden stages, also inside facets and joins. */
export function hostilePipeline(arena: Arena): fc.Arbitrary<never> {
  const forbidden = fc.constantFrom<unknown>(...forbiddenStages(arena));
  const stages = fc.letrec<{ stage: unknown; list: unknown[] }>((tie) => ({
    stage: fc.oneof(
      { maxDepth: 3 },
      { weight: 10, arbitrary: allowedStages(arena) },
      { weight: 1, arbitrary: forbidden },
      { weight: 1, arbitrary: tie('list').map((list) => ({ $facet: { x: list } })) },
      { weight: 1, arbitrary: tie('list').map((list) => lookup(arena.collections.links, { as: 'x', pipeline: list as never })) },
      { weight: 1, arbitrary: tie('list').map((list) => unionWith(arena.collections.rows, { pipeline: list as never })) },
    ),
    list: fc.array(tie('stage'), { minLength: 1, maxLength: 3 }),
  }));
  return stages.list as fc.Arbitrary<never>;
}

/** Each forbidden stage alone, after others, and hidden where pipelines nest. */
export function hiddenForbiddenStages(arena: Arena): readonly (readonly unknown[])[] {
  const { rows, links } = arena.collections;
  return forbiddenStages(arena).flatMap((stage) => [
    [stage],
    [{ $match: {} }, stage],
    [{ $facet: { x: [stage] } }],
    [lookup(links, { as: 'x', pipeline: [stage] as never })],
    [unionWith(rows, { pipeline: [stage] as never })],
    [{ $facet: { x: [lookup(links, { as: 'x', pipeline: [{ $facet: { y: [stage] } }] as never })] } }],
  ]);
}
