import { describe, expect, it } from '@jest/globals';
import { createLogger } from '../logging/logger.js';
import { Lifecycle } from './lifecycle.js';

const logger = createLogger({ service: 'spec', level: 'silent' });

function recorder(): {
  calls: string[];
  step: (name: string, failing?: 'start' | 'stop') => { name: string; start(): Promise<void>; stop(): Promise<void> };
} {
  const calls: string[] = [];
  return {
    calls,
    step: (name, failing) => ({
      name,
      start: async () => {
        calls.push(`start ${name}`);
        if (failing === 'start') throw new Error(`${name} is broken`);
      },
      stop: async () => {
        calls.push(`stop ${name}`);
        if (failing === 'stop') throw new Error(`${name} hangs`);
      },
    }),
  };
}

describe('Lifecycle', () => {
  it('starts in order and stops in reverse, once', async () => {
    const { calls, step } = recorder();
    const lifecycle = new Lifecycle({ logger });
    for (const name of ['mongodb', 'kafka', 'http']) lifecycle.add(step(name));

    await lifecycle.start();
    const results = await Promise.all([lifecycle.stop('spec'), lifecycle.stop('again')]);

    expect(results).toEqual([true, true]);
    expect(calls).toEqual(['start mongodb', 'start kafka', 'start http', 'stop http', 'stop kafka', 'stop mongodb']);
  });

  it('stops what had started when a start fails', async () => {
    const { calls, step } = recorder();
    const lifecycle = new Lifecycle({ logger });
    lifecycle.add(step('mongodb'));
    lifecycle.add(step('kafka', 'start'));
    lifecycle.add(step('http'));

    await expect(lifecycle.start()).rejects.toThrow('kafka is broken');

    expect(calls).toEqual(['start mongodb', 'start kafka', 'stop kafka', 'stop mongodb']);
  });

  it('goes on stopping after a failure and says so', async () => {
    const { calls, step } = recorder();
    const lifecycle = new Lifecycle({ logger });
    lifecycle.add(step('mongodb'));
    lifecycle.add(step('kafka', 'stop'));
    await lifecycle.start();

    expect(await lifecycle.stop('spec')).toBe(false);

    expect(calls.slice(2)).toEqual(['stop kafka', 'stop mongodb']);
  });

  it('does not wait for a step longer than its time', async () => {
    const lifecycle = new Lifecycle({ logger });
    lifecycle.add({ name: 'stuck', stopTimeoutMs: 10, stop: () => new Promise(() => undefined) });
    await lifecycle.start();

    expect(await lifecycle.stop('spec')).toBe(false);
  });
});
