import { ConfigError } from '@caas/runtime';
import { describe, expect, it } from '@jest/globals';
import { type Check, differs, fault, ok, skipped, warning, worstOf } from './check.js';
import { runChecks, UnusableSettings } from './run-checks.js';

const LONG_MS = 60_000;
const check = (name: string, run: Check['run'], ...needs: readonly string[]): Check => ({ name, run, needs });

describe('checks', () => {
  it('run at once, and answer in their order', async () => {
    let release = (): void => undefined;
    const second = new Promise<void>((resolve) => (release = resolve));
    const done: string[] = [];

    const findings = await runChecks(
      [
        check('a', async () => {
          await second; // would wait for ever if b had to wait for a
          return [ok('fine')];
        }),
        check('b', async () => {
          release();
          return [warning('odd', 'look'), ok('else fine')];
        }),
      ],
      { timeoutMs: LONG_MS, onDone: (name) => done.push(name) },
    );

    expect(findings).toEqual([
      { check: 'a', verdict: 'ok', said: 'fine' },
      { check: 'b', verdict: 'warning', said: 'odd', advice: 'look' },
      { check: 'b', verdict: 'ok', said: 'else fine' },
    ]);
    expect(done.sort()).toEqual(['a', 'b']);
  });

  it.each([
    ['a fault', fault('broken', 'mend'), ['skipped']],
    ['nothing to look at', skipped('away'), ['skipped']],
    ['a difference', differs('other', 'apply'), ['ok']],
    ['a warning', warning('odd', 'look'), ['ok']],
  ])('behind one that found %s are skipped, or not', async (_, first, verdicts) => {
    const findings = await runChecks(
      [
        check('first', async () => [first]),
        check('second', async () => [ok('fine')], 'first'),
        check('third', async () => [ok('fine')], 'second'),
      ],
      { timeoutMs: LONG_MS },
    );

    expect(findings.filter(({ check: name }) => name === 'second').map(({ verdict }) => verdict)).toEqual(verdicts);
    expect(findings.filter(({ check: name }) => name === 'third').map(({ verdict }) => verdict)).toEqual(verdicts);
  });

  it('that fail are faults, and so are those that take too long', async () => {
    const findings = await runChecks(
      [
        check('fails', async () => {
          throw new Error('no such thing');
        }),
        check('hangs', () => new Promise(() => undefined)),
      ],
      { timeoutMs: 20 },
    );

    expect(findings).toMatchObject([
      { check: 'fails', verdict: 'fault', said: 'no such thing' },
      { check: 'hangs', verdict: 'fault', said: 'It took more than 0.02 s.' },
    ]);
  });

  it('whose settings are wrong have nothing to look at', async () => {
    const error = new UnusableSettings(new ConfigError([{ variable: 'REDIS_URL', problem: 'is required' }]));

    expect(await runChecks([check('redis', async () => Promise.reject(error))], { timeoutMs: LONG_MS })).toEqual([
      { check: 'redis', verdict: 'skipped', said: 'needs REDIS_URL' },
    ]);
  });

  it('cannot need what does not stand before them', async () => {
    await expect(runChecks([check('a', async () => [], 'b')], { timeoutMs: LONG_MS })).rejects.toThrow('needs b');
  });
});

it('the worst of many findings is theirs', () => {
  expect(worstOf([])).toBe('ok');
  expect(worstOf([ok('a'), warning('b', 'c'), skipped('d')])).toBe('warning');
  expect(worstOf([differs('a', 'b'), fault('c', 'd')])).toBe('fault');
});
