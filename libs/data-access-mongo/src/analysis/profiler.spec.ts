import { describe, expect, it } from '@jest/globals';
import { profiledOperation } from './profiler.js';

const ts = new Date(0);

describe('profiledOperation', () => {
  it('reads a find, without its values', () => {
    const row = {
      op: 'query',
      ns: 'caas_shared.users',
      command: { find: 'users', filter: { tenant_id: 'SECRET' }, sort: { at: -1 }, skip: 5 },
      millis: 120,
      docsExamined: 900,
      nreturned: 3,
      planSummary: 'COLLSCAN',
      hasSortStage: true,
      ts,
    };

    expect(profiledOperation(row)).toEqual([
      {
        namespace: 'caas_shared.users',
        shape: expect.objectContaining({ text: 'find {tenant_id:?} sort {at:-1} skip ?', sort: [['at', -1]] }),
        elapsedMs: 120,
        docsExamined: 900,
        returned: 3,
        collectionScan: true,
        sortedInMemory: true,
        at: ts,
      },
    ]);
  });

  it.each<[string, object, string]>([
    [
      'an aggregation',
      { command: { aggregate: 'x', pipeline: [{ $match: { a: 1 } }, { $sort: { b: 1 } }] } },
      'aggregate {a:?} sort {b:1}',
    ],
    ['a find and modify', { command: { findAndModify: 'x', query: { _id: 1 } } }, 'findAndModify {_id:?}'],
    ['an update', { op: 'update', command: { q: { a: 1 }, u: { $set: { b: 1 } } } }, 'update {a:?}'],
  ])('reads %s', (_, row, text) => {
    expect(profiledOperation({ ns: 'd.x', ts, ...row })[0]?.shape.text).toBe(text);
  });

  it('leaves out what is no read or write of documents', () => {
    expect(profiledOperation({ op: 'command', ns: 'd.$cmd', command: { ping: 1 }, ts })).toEqual([]);
  });
});
