import { describe, expect, it } from '@jest/globals';
import { newTenantId } from '@caas/schema';
import { type MigrationTarget } from './migration-environment.js';
import { planWaves, stopReason } from './waves.js';

const own = Array.from({ length: 5 }, (): MigrationTarget => ({ place: newTenantId(), schemaVersion: 0 }));
const shared: MigrationTarget = { place: 'shared', schemaVersion: 0 };
const shape = (...args: Parameters<typeof planWaves>) => planWaves(...args).map(({ kind, targets }) => [kind, targets.length]);

describe('planWaves', () => {
  it('sends one tenant ahead, then the shared database, then the others in batches', () => {
    expect(shape([shared, ...own], { waveSize: 3 })).toEqual([
      ['canary', 1],
      ['shared', 1],
      ['batch', 3],
      ['batch', 1],
    ]);
  });

  it('takes the canary that is asked for', () => {
    const chosen = own.slice(2, 4);

    const [canary, ...rest] = planWaves([shared, ...own], { canary: chosen.map(({ place }) => place) });

    expect(canary).toEqual({ kind: 'canary', targets: chosen });
    expect(rest.flatMap(({ targets }) => targets)).toEqual([shared, own[0], own[1], own[4]]);
  });

  it('works on every target once', () => {
    for (const waveSize of [1, 2, 7]) {
      const all = planWaves([shared, ...own], { waveSize }).flatMap(({ targets }) => targets);
      expect(new Set(all)).toEqual(new Set([shared, ...own]));
      expect(all).toHaveLength(6);
    }
  });

  it('has no empty wave', () => {
    expect(shape([], {})).toEqual([]);
    expect(shape([shared], {})).toEqual([['shared', 1]]);
  });
});

describe('stopReason', () => {
  it.each<[string, Parameters<typeof stopReason>[0], Parameters<typeof stopReason>[1], boolean]>([
    ['nothing failed', { kind: 'batch', attempted: 50, failed: 0 }, {}, false],
    ['a canary failed', { kind: 'canary', attempted: 1, failed: 1 }, {}, true],
    ['one of a few failed', { kind: 'batch', attempted: 3, failed: 1 }, {}, false],
    ['five failed', { kind: 'batch', attempted: 500, failed: 5 }, {}, true],
    ['more are allowed', { kind: 'batch', attempted: 500, failed: 5 }, { failedMax: 6 }, false],
    ['a fifth failed', { kind: 'batch', attempted: 10, failed: 2 }, {}, false],
    ['more than a fifth failed', { kind: 'batch', attempted: 10, failed: 3 }, {}, true],
    ['a greater share is allowed', { kind: 'batch', attempted: 10, failed: 3 }, { failedShareMax: 0.5 }, false],
    ['a share of too few', { kind: 'batch', attempted: 9, failed: 4 }, {}, false],
  ])('when %s', (_, counts, options, stops) => {
    expect(stopReason(counts, options) !== undefined).toBe(stops);
  });
});
