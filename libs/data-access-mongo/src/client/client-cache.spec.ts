import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { ManualClock } from '@caas/runtime';
import { ClientCache, type ClientCacheOptions } from './client-cache.js';

/** A cache of clients that only remember whether they are open. */
function aCache(change: Partial<ClientCacheOptions<FakeClient>> & { failures?: number } = {}) {
  const clock = new ManualClock();
  const opened: FakeClient[] = [];
  const { failures = 0, ...options } = change;
  let failing = failures;
  const inner = new ClientCache<FakeClient>({
    close: async (client) => void (client.open = false),
    clientsMax: 2,
    idleMs: 600_000,
    waitMs: 20,
    now: () => clock.now(),
    ...options,
  });
  const open = async (key: string): Promise<FakeClient> => {
    if (failing-- > 0) throw new RangeError('no');
    const client = { key, open: true };
    opened.push(client);
    return client;
  };
  const cache = Object.assign(inner, { get: (key: string) => inner.acquire(key, () => open(key)) });
  return { cache, clock, opened };
}

interface FakeClient {
  readonly key: string;
  open: boolean;
}

describe('ClientCache', () => {
  it('opens one client for all who ask at once, and counts them', async () => {
    const { cache, opened } = aCache();

    const clients = await Promise.all(Array.from({ length: 20 }, () => cache.get('a')));

    expect(opened).toHaveLength(1);
    expect(new Set(clients).size).toBe(1);
    expect(cache.references('a')).toBe(20);
  });

  it('gives up the least recently used client that nobody holds', async () => {
    const { cache, opened } = aCache({ clientsMax: 3 });
    for (const key of ['a', 'b', 'c']) await cache.get(key);
    cache.release('c');
    cache.release('b');
    await cache.get('c');
    cache.release('c');

    await cache.get('d');

    await expect(cache.closeIdle()).resolves.toBeUndefined();
    expect(opened.filter(({ open }) => open).map(({ key }) => key)).toEqual(['a', 'c', 'd']);
  });

  it('refuses when every client is in use, and lets others work on meanwhile', async () => {
    const { cache } = aCache();
    await cache.get('a');
    await cache.get('b');

    const refused = cache.get('c');

    expect(await cache.get('a')).toMatchObject({ key: 'a', open: true });
    await expect(refused).rejects.toMatchObject({ code: 'SYS_UNAVAILABLE', retryable: true, details: { reason: 'pool_exhausted' } });
  });

  it('serves who waits as soon as a client is given back', async () => {
    const { cache, opened } = aCache({ waitMs: 60_000 });
    await cache.get('a');
    await cache.get('b');
    const waiting = cache.get('c');

    cache.release('a');

    expect(await waiting).toMatchObject({ key: 'c', open: true });
    await cache.closeIdle();
    expect(opened.find(({ key }) => key === 'a')?.open).toBe(false);
  });

  it('forgets what could not be opened, and tells everyone who asked', async () => {
    const { cache } = aCache({ failures: 1 });

    const [one, two] = await Promise.allSettled([cache.get('a'), cache.get('a')]);

    expect([one.status, two.status]).toEqual(['rejected', 'rejected']);
    expect(cache.size).toBe(0);
    expect(await cache.get('a')).toMatchObject({ key: 'a' });
  });

  it('closes what nobody has used for long, and nothing that is held', async () => {
    const { cache, clock, opened } = aCache();
    await cache.get('a');
    await cache.get('b');
    cache.release('b');
    clock.advance(599_999);
    await cache.closeIdle();
    expect(cache.size).toBe(2);

    clock.advance(1);
    await cache.closeIdle();

    expect(opened.map(({ key, open }) => [key, open])).toEqual([
      ['a', true],
      ['b', false],
    ]);
  });

  it('closes everything in the end, refuses who waits and who comes later', async () => {
    const { cache, opened } = aCache({ waitMs: 60_000 });
    await cache.get('a');
    await cache.get('b');
    const waiting = cache.get('c');

    await Promise.all([cache.close(), cache.close()]);

    await expect(waiting).rejects.toMatchObject({ details: { reason: 'closed' } });
    await expect(cache.get('d')).rejects.toMatchObject({ details: { reason: 'closed' } });
    expect(opened.some(({ open }) => open)).toBe(false);
  });

  it('never closes a client that is held, and never has more than allowed, whatever is done in whatever order', async () => {
    const step = fc.record({ key: fc.constantFrom('a', 'b', 'c', 'd'), act: fc.constantFrom('acquire', 'release', 'idle') });
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 40 }), async (steps) => {
        const { cache, clock } = aCache({ waitMs: 0 });
        const held: FakeClient[] = [];
        for (const { key, act } of steps) {
          clock.advance(300_000);
          if (act === 'idle') await cache.closeIdle();
          else if (act === 'release') {
            const index = held.findIndex((client) => client.key === key);
            if (index >= 0) held.splice(index, 1).forEach(() => cache.release(key));
          } else {
            const client = await cache.get(key).catch(() => undefined);
            if (client !== undefined) held.push(client);
          }
          expect(held.every(({ open }) => open)).toBe(true);
          expect(cache.size).toBeLessThanOrEqual(2);
        }
        await cache.close();
      }),
      { numRuns: 60 },
    );
  });
});
