import { describe, expect, it } from '@jest/globals';
import { inLanes } from './in-lanes.js';

const turn = () => new Promise<void>((resolve) => setImmediate(resolve));

async function* made(count: number): AsyncGenerator<number> {
  for (let n = 0; n < count; n += 1) {
    await turn();
    yield n;
  }
}

describe('inLanes', () => {
  it.each([
    ['a list', () => [0, 1, 2, 3, 4, 5, 6]],
    ['items that are made one by one', () => made(7)],
  ])('works on each item of %s once, so many at a time', async (_, items) => {
    const done: number[] = [];
    let [running, most] = [0, 0];

    await inLanes(items(), 3, async (item) => {
      most = Math.max(most, ++running);
      for (let n = 0; n < 5; n += 1) await turn();
      done.push(item);
      running -= 1;
    });

    expect(done.sort()).toEqual([0, 1, 2, 3, 4, 5, 6]);
    expect(most).toBe(3);
  });

  it('rejects with the first failure, while the others go on', async () => {
    const done: number[] = [];
    const work = async (item: number): Promise<void> => {
      await turn();
      if (item === 1) throw new Error('refused');
      done.push(item);
    };

    await expect(inLanes([0, 1, 2, 3], 2, work)).rejects.toThrow('refused');
    for (let n = 0; n < 10; n += 1) await turn();
    expect(done).toEqual([0, 2, 3]);
  });
});
