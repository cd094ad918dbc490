import { describe, expect, it } from '@jest/globals';
import { MongoServerError } from 'mongodb';
import { InternalError, ValidationError } from '@caas/runtime';
import { type Arena } from './arena.js';
import { judge, tries } from './attack.js';

/** An arena whose other tenant has one secret and data that a spec can change. */
function anArena() {
  const data = { theirs: 'as it was' };
  const arena = { theirData: async () => data.theirs, isForeign: (value: unknown) => JSON.stringify(value)?.includes('secret') === true };
  return { data, arena: arena as unknown as Arena };
}

describe('judge', () => {
  const before = 'as it was';

  it.each<[string, () => unknown, unknown]>([
    ['an answer of the own data', () => [{ mine: 1 }], { outcome: 'confined' }],
    ['no answer', () => undefined, { outcome: 'confined' }],
    ['one of our errors', () => Promise.reject(new ValidationError([])), { outcome: 'refused', code: 'VAL_FAILED', byServer: false }],
    [
      'a refusal of the server',
      () => Promise.reject(new InternalError('unknown stage', { cause: new MongoServerError({ message: 'x' }) })),
      { outcome: 'refused', code: 'SYS_INTERNAL', byServer: true },
    ],
    ['something of theirs', () => ({ deep: ['secret'] }), { outcome: 'breached', reason: expect.stringContaining('answer') }],
    [
      'an error that is none of ours',
      () => {
        throw new TypeError('x is not a function');
      },
      { outcome: 'failed', reason: expect.stringContaining('TypeError') },
    ],
  ])('takes %s for what it is', async (_, attempt, expected) => {
    expect(await judge(anArena().arena, attempt, { before })).toEqual(expected);
  });

  it('takes a changed row for a breach, also after a refusal', async () => {
    const { arena, data } = anArena();
    const attempt = (): never => {
      data.theirs = 'changed';
      throw new ValidationError([]);
    };

    expect(await judge(arena, attempt, { before })).toMatchObject({ outcome: 'breached', reason: /changed/ });
  });

  it('takes a count that is too high for a breach', async () => {
    expect(await judge(anArena().arena, () => 7, { before, held: (count) => count <= 5 })).toMatchObject({ outcome: 'breached' });
  });
});

it('tries judges every attempt', async () => {
  const run = tries<unknown>(() => [() => 1, () => 'secret', () => Promise.reject(new ValidationError([]))]);

  const outcomes = await run(anArena().arena, { runs: 1, seed: 1 });

  expect(outcomes.map(({ outcome }) => outcome)).toEqual(['confined', 'breached', 'refused']);
});
