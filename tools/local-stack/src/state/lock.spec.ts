import { readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import { afterEach, describe, expect, it } from '@jest/globals';
import { aFolder, removeFolders } from '../context.fixture.js';
import { withLock } from './lock.js';

afterEach(removeFolders);

describe('withLock', () => {
  it('lets one in at a time', async () => {
    const folder = aFolder();
    let inside = 0;
    let most = 0;
    const visit = async (): Promise<void> => {
      inside += 1;
      most = Math.max(most, inside);
      await setImmediate();
      inside -= 1;
    };

    await Promise.all(Array.from({ length: 8 }, () => withLock(folder, visit)));

    expect({ most, inside, left: readdirSync(folder) }).toEqual({ most: 1, inside: 0, left: [] });
  });

  it('is released when the action fails', async () => {
    const folder = aFolder();

    await expect(withLock(folder, () => Promise.reject(new Error('broken')))).rejects.toThrow('broken');

    await expect(withLock(folder, async () => 'mine')).resolves.toBe('mine');
  });

  it('does not wait for a holder that has died, nor for another process that was given its pid', async () => {
    const folder = aFolder();
    writeFileSync(join(folder, `${process.pid}@an-earlier-process@6c1e`), '');
    writeFileSync(join(folder, 'no-lock-at-all'), '');

    await expect(withLock(folder, async () => readdirSync(folder).length)).resolves.toBe(1);
  });

  it('tells once who holds it, and stops waiting when aborted', async () => {
    const folder = aFolder();
    const abort = new AbortController();
    const holders: number[] = [];

    const outcome = withLock(folder, () =>
      withLock(folder, async () => 'never', {
        signal: abort.signal,
        onWaiting: (pid) => {
          holders.push(pid);
          abort.abort(new Error('enough'));
        },
      }),
    );

    await expect(outcome).rejects.toThrow();
    expect(holders).toEqual([process.pid]);
  });
});
