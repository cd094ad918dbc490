import { describe, expect, it } from '@jest/globals';
import { ManualClock } from '../clock.js';
import { HealthRegistry } from './health-registry.js';

const working = (name: string, required = true) => ({ name, required, check: async () => undefined });
const broken = (name: string, required: boolean) => ({
  name,
  required,
  check: async () => {
    throw new Error('connection refused');
  },
});

describe('HealthRegistry', () => {
  it('is ok when every check answers', async () => {
    const health = new HealthRegistry();
    health.register(working('mongodb'));

    expect(await health.report()).toEqual({
      status: 'ok',
      checks: { mongodb: { status: 'ok', required: true, latencyMs: expect.any(Number), checkedAt: expect.any(Number) } },
    });
  });

  it('is an error when a required check fails, with its reason', async () => {
    const health = new HealthRegistry();
    health.register(broken('mongodb', true));
    health.register(working('redis'));

    const report = await health.report();

    expect(report.status).toBe('error');
    expect(report.checks['mongodb']).toMatchObject({ status: 'error', error: 'Error: connection refused' });
  });

  it('is degraded when only an optional check fails', async () => {
    const health = new HealthRegistry();
    health.register(broken('kafka', false));
    health.register(working('mongodb'));

    expect((await health.report()).status).toBe('degraded');
  });

  it('is degraded when a check answers that something is', async () => {
    const health = new HealthRegistry();
    health.register({ name: 'mongodb', required: true, check: async () => ({ status: 'degraded', lag: 12 }) });
    health.register({ name: 'redis', required: true, check: async () => ({ status: 'healthy' }) });

    expect(await health.report()).toMatchObject({
      status: 'degraded',
      checks: { mongodb: { status: 'degraded', facts: { lag: 12 } }, redis: { status: 'ok' } },
    });
  });

  it('counts a check without an answer as failed, and aborts it', async () => {
    const health = new HealthRegistry({ timeoutMs: 20 });
    let aborted = false;
    health.register({
      name: 'redis',
      required: true,
      check: (signal) => new Promise((_, reject) => signal.addEventListener('abort', () => reject(new Error(String((aborted = true)))))),
    });

    const report = await health.report();

    expect(report.checks['redis']).toMatchObject({ status: 'error', error: 'Error: no answer within 20 ms' });
    expect(aborted).toBe(true);
  });

  it('shares one run between callers and keeps it for the cache time', async () => {
    const clock = new ManualClock();
    const health = new HealthRegistry({ clock, cacheTtlMs: 1_000 });
    let runs = 0;
    health.register({ name: 'mongodb', required: true, check: async () => void (runs += 1) });

    await Promise.all([health.report(), health.report()]);
    await health.report();
    expect(runs).toBe(1);

    clock.advance(1_000);
    await health.report();
    expect(runs).toBe(2);
  });
});
