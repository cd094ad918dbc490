import { describe, expect, it } from '@jest/globals';
import { createLogger } from '@caas/runtime';
import { Background } from './background.js';

function aBackground(waitMs: number) {
  const logged: string[] = [];
  const logger = createLogger({ service: 'spec', level: 'error', destination: { write: (line: string) => logged.push(line) } });
  return { logged, background: new Background({ logger, waitMs }) };
}

describe('Background', () => {
  it('answers what was done in time, and rejects with what failed in time', async () => {
    const { background, logged } = aBackground(60_000);

    expect(await background.run('x', Promise.resolve('done'))).toBe('done');
    await expect(background.run('x', Promise.reject(new Error('refused')))).rejects.toThrow('refused');

    expect(logged).toEqual([]);
  });

  it('goes on with what takes longer, logs when that fails, and settles with its end', async () => {
    const { background, logged } = aBackground(1);
    let fail: (error: Error) => void = () => undefined;
    const work = new Promise<string>((_, reject) => (fail = reject));

    expect(await background.run('a move', work)).toBeUndefined();
    let settled = false;
    const settling = background.settle().then(() => (settled = true));
    await new Promise((resolve) => setTimeout(resolve, 5));
    expect(settled).toBe(false);
    fail(new Error('broken'));
    await settling;

    expect(logged.join()).toContain('broken');
  });
});
