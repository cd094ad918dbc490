import { afterEach, describe, expect, it } from '@jest/globals';
import { newTenantId } from '@caas/schema';
import { aBareRedis } from '../cache/cache.fixture.js';
import { aRedis, closeAll, until } from '../client/redis.fixture.js';

afterEach(closeAll);

const MINUTE_MS = 60_000;

describe('TenantNotes', () => {
  it('shows what one process wrote to every process, and only of that tenant', async () => {
    const [writer, reader] = [(await aRedis()).tenantNotes('spec'), (await aRedis()).tenantNotes('spec')];
    const [tenant, other] = [newTenantId(), newTenantId()];

    writer.write(tenant, 'a', { text: 'first', ttlMs: MINUTE_MS });
    writer.write(tenant, 'a', { text: 'second', ttlMs: MINUTE_MS });
    writer.write(tenant, 'b', { text: 'éß😀', ttlMs: MINUTE_MS });
    writer.write(other, 'a', { text: 'theirs', ttlMs: MINUTE_MS });
    await until(async () => (await reader.read(other, ['a']))[0] !== undefined);

    expect(await reader.read(tenant, ['b', 'c', 'a'])).toEqual(['éß😀', undefined, 'second']);
    expect(await reader.read(other, ['a', 'b'])).toEqual(['theirs', undefined]);
    expect(await reader.read(tenant, [])).toEqual([]);
  });

  it('reads its own writing at once', async () => {
    const notes = (await aRedis()).tenantNotes('spec');
    const tenant = newTenantId();

    notes.write(tenant, 'a', { text: 'here', ttlMs: MINUTE_MS });
    await Promise.resolve(); // the turn's writing goes out before anything that waits

    expect(await notes.read(tenant, ['a'])).toEqual(['here']);
  });

  it('sends what one turn writes for a tenant in one call, and more than a call takes in several', async () => {
    const notes = (await aRedis()).tenantNotes('spec');
    const bare = aBareRedis();
    const tenant = newTenantId();
    const calls = async (): Promise<number> => Number(/cmdstat_evalsha:calls=(\d+)/u.exec(await bare.info('commandstats'))?.[1] ?? 0);
    notes.write(tenant, 'warm', { text: '-', ttlMs: MINUTE_MS });
    await until(async () => (await notes.read(tenant, ['warm']))[0] !== undefined);
    const before = await calls();

    const ids = Array.from({ length: 750 }, (_, index) => `n${index}`);
    for (const id of ids) notes.write(tenant, id, { text: id, ttlMs: MINUTE_MS });
    await Promise.resolve();

    expect(await notes.read(tenant, ids)).toEqual(ids);
    // other specs may use the same server meanwhile, but not hundreds of times
    expect((await calls()) - before).toBeLessThan(ids.length / 2);
  });

  it('forgets in time, and sooner when it is told to, never later', async () => {
    const notes = (await aRedis()).tenantNotes('spec');
    const bare = aBareRedis();
    const tenant = newTenantId();
    const ttl = (id: string) => bare.pttl(`note:{${tenant}}:spec:${id}`);

    notes.write(tenant, 'long', { text: 'a', ttlMs: MINUTE_MS });
    notes.write(tenant, 'short', { text: 'b', ttlMs: 5_000 });
    await Promise.resolve();
    await notes.read(tenant, ['long']);
    notes.shorten(tenant, ['long', 'short', 'never'], 20_000);
    await notes.read(tenant, ['long']);

    expect(await ttl('long')).toBeGreaterThan(0);
    expect(await ttl('long')).toBeLessThanOrEqual(20_000);
    expect(await ttl('short')).toBeLessThanOrEqual(5_000);
    expect(await ttl('never')).toBe(-2);
  });

  it('costs the note and no error when Redis is away', async () => {
    const redis = await aRedis();
    const notes = redis.tenantNotes('spec');
    const tenant = newTenantId();
    await redis.close();

    notes.write(tenant, 'a', { text: 'lost', ttlMs: MINUTE_MS });
    notes.shorten(tenant, ['a'], 1);

    expect(await notes.read(tenant, ['a'])).toEqual([undefined]);
  });

  it('refuses what is no tenant', async () => {
    const notes = (await aRedis()).tenantNotes('spec');

    await expect(notes.read('*' as never, ['a'])).rejects.toThrow(TypeError);
    expect(() => notes.write('*' as never, 'a', { text: 'a', ttlMs: MINUTE_MS })).toThrow(TypeError);
  });
});
