import { describe, expect, it } from '@jest/globals';
import { type GroupLag } from '@caas/messaging-kafka';
import { createLogger, ManualClock } from '@caas/runtime';
import { waitUntil } from '@caas/testing/processes';
import { LagHistory } from './lag-history.js';
import { sparkline } from './views/sparkline.js';

const lagOf = (records: Readonly<Record<string, number>>): GroupLag[] =>
  Object.entries(records).map(([topic, count]) => ({ group: 'g', topic, records: count }));

function aHistory(looks: readonly (readonly GroupLag[] | Error)[]) {
  const left = [...looks];
  const clock = new ManualClock();
  const measure = async () => {
    const next = left.shift();
    if (next === undefined || next instanceof Error) throw next ?? new Error('no more');
    return next;
  };
  return { clock, history: new LagHistory({ measure, clock, logger: createLogger({ service: 'spec', level: 'silent' }), everyMs: 1 }) };
}

describe('LagHistory', () => {
  it('keeps what was measured, the furthest behind first, with nothing where a pair was not known', async () => {
    const { history, clock } = aHistory([lagOf({ a: 1 }), lagOf({ a: 2, b: 9 })]);

    await history.look();
    clock.advance(10_000);
    await history.look();

    expect(history.series()).toEqual([
      { group: 'g', topic: 'b', records: [0, 9] },
      { group: 'g', topic: 'a', records: [1, 2] },
    ]);
    expect(history.total()).toEqual([1, 11]);
    expect((history.span?.to.getTime() ?? 0) - (history.span?.from.getTime() ?? 0)).toBe(10_000);
  });

  it('keeps the last hour of looks', async () => {
    const { history } = aHistory(Array.from({ length: 365 }, (_, count) => lagOf({ a: count })));

    for (let look = 0; look < 365; look += 1) await history.look();

    expect(history.total()).toHaveLength(360);
    expect(history.total().at(-1)).toBe(364);
  });

  it('tells why it could not look, and goes on', async () => {
    const { history } = aHistory([new Error('Kafka is away'), lagOf({ a: 1 })]);

    await history.look();
    expect(history.failure).toBe('Kafka is away');
    await history.look();

    expect(history.failure).toBeUndefined();
    expect(history.total()).toEqual([1]);
  });

  it('looks again and again until it is stopped', async () => {
    const { history } = aHistory([lagOf({ a: 1 }), lagOf({ a: 2 }), lagOf({ a: 3 })]);

    history.start();
    await waitUntil('three looks', () => (history.total().length < 3 ? undefined : true), { everyMs: 1 });
    await history.stop();

    expect(history.total()).toEqual([1, 2, 3]);
  });
});

describe('sparkline', () => {
  it('says in words what it shows', () => {
    expect(sparkline([0, 7, 3], { unit: 'records' }).text).toContain('aria-label="3 records now, 7 at most in 3 looks"');
  });

  it('keeps a short peak among many points', () => {
    const values = Array.from({ length: 360 }, (_, index) => (index === 100 ? 50 : 0));
    const points = /points="([^"]+)"/.exec(sparkline(values, { unit: 'records' }).text)?.[1]?.split(' ') ?? [];

    expect(points.length).toBeLessThanOrEqual(66);
    expect(points.filter((point) => point.endsWith(',2.0'))).toHaveLength(1);
  });

  it('shows nothing of nothing', () => {
    expect(sparkline([], { unit: 'records' }).text).not.toContain('<circle');
  });
});
