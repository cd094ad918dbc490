import { describe, expect, it } from '@jest/globals';
import { keepAlive } from './keep-alive.js';

describe('keepAlive', () => {
  it('beats until the work is done', async () => {
    let beats = 0;
    let finish!: (result: string) => void;
    const work = new Promise<string>((resolve) => (finish = resolve));

    const done = keepAlive(
      work,
      () => {
        beats += 1;
        if (beats === 3) finish('done');
        return Promise.resolve();
      },
      { intervalMs: 1 },
    );

    expect(await done).toEqual({ result: 'done' });
    expect(beats).toBe(3);
  });

  it('finishes the work when a beat fails, and hands the first failure back', async () => {
    const failure = new Error('rebalancing');
    let finish!: (result: string) => void;
    const work = new Promise<string>((resolve) => (finish = resolve));
    let beats = 0;

    const done = keepAlive(
      work,
      () => {
        beats += 1;
        if (beats === 2) finish('done');
        return Promise.reject(beats === 1 ? failure : new Error('later'));
      },
      { intervalMs: 1 },
    );

    expect(await done).toEqual({ result: 'done', heartbeatFailure: failure });
  });
});
