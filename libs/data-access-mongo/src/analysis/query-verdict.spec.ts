import { describe, expect, it } from '@jest/globals';
import { shapeOf } from './query-shape.js';
import { judgeExplain, type QueryFacts } from './query-verdict.js';

const facts = (change: Partial<QueryFacts> & { filter?: object; sort?: object; skip?: number } = {}): QueryFacts => {
  const { filter = { tenant_id: 't', status: 'a' }, sort, skip, ...rest } = change;
  return { shape: shapeOf({ method: 'find', filter, sort, skip }), tenantScoped: true, indexes: new Map(), ...rest };
};
const explained = (winningPlan: object, docsExamined: number, nReturned: number) => ({
  queryPlanner: { winningPlan },
  executionStats: { totalDocsExamined: docsExamined, totalKeysExamined: docsExamined, nReturned, executionTimeMillis: 7 },
});
const scan = (keyPattern: object, indexName = 'status') => ({ stage: 'FETCH', inputStage: { stage: 'IXSCAN', indexName, keyPattern } });
const good = scan({ tenant_id: 1, status: 1 });
const problems = (...args: Parameters<typeof judgeExplain>) => judgeExplain(...args).findings.map(({ problem }) => problem);

describe('judgeExplain', () => {
  it('finds no fault with an index scan that starts at the tenant', () => {
    expect(judgeExplain(explained(good, 20, 20), facts())).toEqual({
      shape: 'find {status:?,tenant_id:?}',
      findings: [],
      suggestedIndex: undefined,
      indexes: ['status'],
      docsExamined: 20,
      keysExamined: 20,
      returned: 20,
      elapsedMs: 7,
    });
  });

  it('finds a scan of the collection, and says which index it needs', () => {
    const verdict = judgeExplain(explained({ stage: 'COLLSCAN' }, 5, 5), facts({ sort: { at: -1 } }));

    expect(verdict.findings).toEqual([
      { problem: 'collection_scan', reason: 'read all 5 documents', advice: 'create an index {tenant_id: 1, status: 1, at: -1}' },
    ]);
    expect(verdict.suggestedIndex).toEqual({ tenant_id: 1, status: 1, at: -1 });
  });

  it('finds an index that fits and is not used', () => {
    const indexes = new Map([['people_status', { tenant_id: 1, status: 1 } as const]]);

    expect(problems(explained({ stage: 'COLLSCAN' }, 5, 5), facts({ indexes }))).toEqual(['collection_scan', 'index_unused']);
  });

  it.each<[number, number, boolean]>([
    [100, 10, false],
    [101, 10, true],
    [11, 0, true],
    [10, 0, false],
  ])('of %i documents examined for %i returned', (examined, returned, found) => {
    expect(problems(explained(good, examined, returned), facts())).toEqual(found ? ['examines_too_much'] : []);
  });

  it('finds a sort in memory, also below other stages and in the slot-based form', () => {
    const sorted = { stage: 'PROJECTION_SIMPLE', inputStage: { stage: 'SORT', inputStage: good } };

    expect(problems(explained(sorted, 5, 5), facts())).toEqual(['in_memory_sort']);
    expect(problems(explained({ queryPlan: sorted, slotBasedPlan: {} }, 5, 5), facts())).toEqual(['in_memory_sort']);
  });

  it.each([
    [1_000, []],
    [1_001, ['deep_skip']],
  ])('of a skip of %i', (skip, expected) => {
    expect(problems(explained(good, 5, 5), facts({ skip }))).toEqual(expected);
  });

  it('finds a query of a tenant collection that starts elsewhere', () => {
    expect(problems(explained(scan({ status: 1 }), 5, 5), facts())).toEqual(['missing_tenant_prefix']);
    expect(problems(explained(good, 5, 5), facts({ filter: { status: 'a' } }))).toEqual(['missing_tenant_prefix']);
    expect(problems(explained(scan({ status: 1 }), 5, 5), facts({ tenantScoped: false }))).toEqual([]);
    expect(problems(explained(scan({ _id: 1 }, '_id_'), 1, 1), facts({ filter: { _id: 'x', tenant_id: 't' } }))).toEqual([]);
  });

  it('finds large documents', () => {
    expect(problems(explained(good, 5, 5), facts({ averageDocumentBytes: 16 * 1_024 + 1 }))).toEqual(['large_documents']);
  });

  it('looks at every shard', () => {
    const sharded = { stage: 'SHARD_MERGE', shards: [{ winningPlan: good }, { winningPlan: { stage: 'COLLSCAN' } }] };

    expect(problems(explained(sharded, 5, 5), facts())).toEqual(['collection_scan']);
  });
});
