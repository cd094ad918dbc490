import { describe, expect, it } from '@jest/globals';
import { CircuitBreaker, circuitLevel, CircuitOpenError, type CircuitState, type CircuitVerdict } from './circuit-breaker.js';
import { ManualClock } from './clock.js';

function aBreaker({ successesToClose = 2 } = {}) {
  const clock = new ManualClock();
  const changes: CircuitState[] = [];
  const onChange = (state: CircuitState): void => void changes.push(state);
  const breaker = new CircuitBreaker({ failuresMax: 3, openMs: 1_000, successesToClose, now: () => clock.now(), onChange });
  return { breaker, clock, changes };
}

/** A call whose outcome the spec decides. */
function aCall(breaker: CircuitBreaker, verdict: CircuitVerdict = 'failure') {
  let settle: { ok: () => void; fail: () => void } = { ok: () => undefined, fail: () => undefined };
  const work = new Promise<string>((resolve, reject) => {
    settle = { ok: () => resolve('done'), fail: () => reject(new RangeError('no')) };
  });
  const outcome = breaker.run(() => work, { dependency: 'A store', verdictOf: () => verdict }).catch((error: unknown) => error);
  return { ...settle, outcome };
}

async function failTimes(breaker: CircuitBreaker, times: number, verdict: CircuitVerdict = 'failure'): Promise<void> {
  for (let time = 0; time < times; time++) {
    const call = aCall(breaker, verdict);
    call.fail();
    await call.outcome;
  }
}

describe('CircuitBreaker', () => {
  it('opens after so many failures in a row, and not before', async () => {
    const { breaker, changes } = aBreaker();

    await failTimes(breaker, 2);
    breaker.succeeded();
    await failTimes(breaker, 2);
    expect(breaker.state).toBe('closed');

    await failTimes(breaker, 1);
    expect(breaker.state).toBe('open');
    expect(changes).toEqual(['open']);
  });

  it.each<CircuitVerdict>(['success', 'none'])('stays closed for errors that mean %s', async (verdict) => {
    const { breaker } = aBreaker();

    await failTimes(breaker, 9, verdict);

    expect(breaker.state).toBe('closed');
  });

  it('refuses calls while open, says when to come back, and does not make them', async () => {
    const { breaker, clock } = aBreaker();
    await failTimes(breaker, 3);
    clock.advance(400);
    let made = false;

    const refused = breaker.run(async () => (made = true), { dependency: 'A store', verdictOf: () => 'failure' });

    await expect(refused).rejects.toThrow(CircuitOpenError);
    await expect(refused).rejects.toMatchObject({ retryable: true, details: { reason: 'circuit_open', retryAfterSeconds: 1 } });
    expect(made).toBe(false);
  });

  it('lets one trial through after its time, and closes after as many good ones as it needs', async () => {
    const { breaker, clock, changes } = aBreaker();
    await failTimes(breaker, 3);
    clock.advance(1_000);

    const trial = aCall(breaker);
    const refused = await aCall(breaker).outcome;
    trial.ok();
    const second = aCall(breaker);
    await trial.outcome;
    expect(breaker.state).toBe('half_open');
    second.ok();
    const third = aCall(breaker);
    third.ok();
    await third.outcome;

    expect(refused).toBeInstanceOf(CircuitOpenError);
    expect(breaker.state).toBe('closed');
    expect(changes).toEqual(['open', 'half_open', 'closed']);
  });

  it('opens anew when a trial fails', async () => {
    const { breaker, clock, changes } = aBreaker();
    await failTimes(breaker, 3);
    clock.advance(1_000);

    await failTimes(breaker, 1);

    expect(breaker.claim()).toBe(false);
    expect(breaker.retryAfterMs).toBe(1_000);
    expect(changes).toEqual(['open', 'half_open', 'open']);
  });

  it('gives the trial to the next caller when it showed nothing, or never ended', async () => {
    const { breaker, clock } = aBreaker();
    await failTimes(breaker, 3);
    clock.advance(1_000);

    await failTimes(breaker, 1, 'none');
    expect(breaker.claim()).toBe(true);
    expect(breaker.claim()).toBe(false);
    clock.advance(1_000);

    expect(breaker.claim()).toBe(true);
  });

  it('does not listen to calls that began before it opened', async () => {
    const { breaker, clock } = aBreaker();
    const [late, later] = [aCall(breaker), aCall(breaker)];
    await failTimes(breaker, 3);
    clock.advance(1_000);
    breaker.claim();

    late.fail();
    later.ok();
    await Promise.all([late.outcome, later.outcome]);

    expect(breaker.state).toBe('half_open');
    breaker.succeeded();
    expect(breaker.state).toBe('half_open');
  });

  it('tries at once when recovery is announced', async () => {
    const { breaker } = aBreaker({ successesToClose: 1 });
    await failTimes(breaker, 3);

    breaker.expectRecovery();

    const trial = aCall(breaker);
    trial.ok();
    expect(await trial.outcome).toBe('done');
    expect(breaker.state).toBe('closed');
  });

  it('shows its state as a number', () => {
    expect((['closed', 'half_open', 'open'] as const).map(circuitLevel)).toEqual([0, 1, 2]);
  });
});
