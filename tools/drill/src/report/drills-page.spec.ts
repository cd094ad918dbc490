import { describe, expect, it } from '@jest/globals';
import { type Drill } from '../drill.js';
import { type DrillResult } from '../run-drill.js';
import { drillsPage } from './drills-page.js';

const aDrill = (number: number, name: string): Drill => ({ number, name, fault: 'F', holds: 'H', setup: {}, run: async () => undefined });
const drills = [aDrill(1, 'one'), aDrill(2, 'two')];

function aResult(number: number, changes: Partial<DrillResult> = {}): DrillResult {
  const verdicts = [{ invariant: 'I1' as const, violations: [], looked: 1 }];
  const nothing = { refusals: {}, claims: [], verdicts, ledger: '/x' };
  return { number, name: 'one', seed: 1, passed: true, seconds: 1, taken: 10, ...nothing, ...changes };
}

const rowOf = (page: string, name: string): string | undefined => page.split('\n').find((line) => line.includes(`\`${name}\``));

describe('the page of drills', () => {
  it('has the seeds that passed, what the others broke, and what callers were told', () => {
    const failed = aResult(1, {
      seed: 2,
      passed: false,
      refusals: { '503': 4 },
      verdicts: [{ invariant: 'I1', violations: ['msg_1 is lost'], looked: 3 }],
      claims: [{ what: 'it ends', held: false, measured: '9' }],
    });

    const page = drillsPage('', { drills, results: [aResult(1), failed], date: '2026-01-31' });

    expect(rowOf(page, 'one')).toBe('| 1 | `one` | F | H | 1 of 2; seed 2: I1, it ends | 20 accepted, 4 × 503 | 2026-01-31 |');
    expect(rowOf(page, 'two')).toContain('not run');
  });

  it('keeps the rows of what was not run this time', () => {
    const first = drillsPage('', { drills, results: [aResult(1)], date: '2026-01-31' });
    const broken = drillsPage(first, {
      ...{ drills, date: '2026-02-01', broken: 'no-tenant-filter' as const },
      results: [aResult(1, { verdicts: [{ invariant: 'I4', violations: ['x'], looked: 1 }] })],
    });

    const second = drillsPage(broken, { drills, results: [aResult(2)], date: '2026-02-02' });

    expect(rowOf(second, 'one')).toBe(rowOf(first, 'one'));
    expect(rowOf(second, 'two')).toContain('1 of 1 | 10 accepted | 2026-02-02');
    const third = drillsPage(second, { drills, results: [aResult(1, { verdicts: [], passed: false })], date: '2026-02-03' });
    expect(third).toBe(second);
    expect(rowOf(second, 'no-tenant-filter')).toContain('| I4 | 2026-02-01 |');
    expect(rowOf(second, 'ack-before-send')).toContain('not run');
  });
});
