import { describe, expect, it } from '@jest/globals';
import { MongoNetworkError, MongoServerSelectionError } from 'mongodb';
import { ConflictError, TenantMigratingError, UnavailableError } from '@caas/runtime';
import { type BulkKind, type BulkOperation, type BulkWork, isRepeatable, mayRepeat } from './bulk-operation.js';
import { runsOf } from './write-batch.js';

function anOperation(kind: BulkKind, orderKey?: string, change: Partial<BulkOperation> = {}): BulkOperation {
  return { work: { kind } as BulkWork, orderKey, bytes: 1, repeatable: true, attempts: 1, settle: () => undefined, ...change };
}

/** Kinds and keys of the runs. */
const shown = (batch: BulkOperation[]): string[] =>
  runsOf(batch).map(({ kind, operations }) => `${kind}: ${operations.map(({ orderKey }) => orderKey ?? '-').join(' ')}`);

describe('the runs of a batch', () => {
  it('are one per kind where no key is given', () => {
    expect(shown([anOperation('insert'), anOperation('update'), anOperation('insert'), anOperation('update')])).toEqual([
      'insert: - -',
      'update: - -',
    ]);
  });

  it('keep the order of each key', () => {
    const batch = [
      anOperation('insert', 'a'),
      anOperation('update', 'a'),
      anOperation('insert', 'b'),
      anOperation('insert', 'a'),
      anOperation('update', 'b'),
    ];

    expect(shown(batch)).toEqual(['insert: a b', 'update: a b', 'insert: a']);
  });
});

describe('an operation that failed', () => {
  const lost = new UnavailableError('lost', { cause: new MongoNetworkError('reset') });
  const nobody = new UnavailableError('nobody', { cause: Object.create(MongoServerSelectionError.prototype) as Error });

  it.each([
    ['what can be repeated, after a lost connection', {}, lost, true],
    ['what counts up, after a lost connection', { repeatable: false }, lost, false],
    ['what counts up, when no server was found', { repeatable: false }, nobody, true],
    ['what a repeat does not mend', {}, new ConflictError('taken'), false],
    ['what was tried often enough', { attempts: 3 }, lost, false],
    ['the write of a tenant that changes place', {}, new TenantMigratingError(), false],
    ['a write while the process stops', {}, new UnavailableError('stop', { details: { reason: 'closing' } }), false],
  ] as const)('%s', (_, change, error, repeated) => {
    expect(mayRepeat(anOperation('update', undefined, change), error, 3)).toBe(repeated);
  });

  it('can be repeated unless it counts, appends or takes away one', () => {
    expect(
      [{ set: { a: 1 } }, { max: { a: 1 } }, { inc: { a: 1 } }, { push: { a: { each: [1] } } }, { pop: { a: 'last' } }].map((change) =>
        isRepeatable(change as never),
      ),
    ).toEqual([true, true, false, false, false]);
  });
});
