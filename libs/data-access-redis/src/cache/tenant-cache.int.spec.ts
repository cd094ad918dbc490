import { afterEach, describe, expect, it } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import { newTenantId, type TenantId } from '@caas/schema';
import { aRedis, closeAll, until } from '../client/redis.fixture.js';
import { type TenantCache, type TenantCacheOptions, type TenantEntry } from './tenant-cache.js';

afterEach(closeAll);

interface Thing {
  readonly of: string;
}

const LASTING = { l1TtlMs: 60_000, l1Max: 100, ttlMs: 60_000 };
const [a, b] = [newTenantId(), newTenantId()];

async function twoProcesses(options: TenantCacheOptions<Thing> = LASTING): Promise<TenantCache<Thing>[]> {
  const name = `things-${randomUUID()}`;
  return [(await aRedis()).tenantCache<Thing>(name, options), (await aRedis()).tenantCache<Thing>(name, options)];
}

describe('cache of tenants', () => {
  it('keeps the same key of two tenants apart', async () => {
    const [cache] = await twoProcesses();

    await cache?.forTenant(a).set('x', { of: 'a' });

    expect(await cache?.forTenant(b).get('x')).toBeUndefined();
    expect(await cache?.forTenant(a).get('x')).toEqual({ of: 'a' });
  });

  it.each(['clnt_', `${a}:x`, `${a}*`, '*', ''])('takes %j for no tenant', async (text) => {
    const [cache] = await twoProcesses();

    expect(() => cache?.forTenant(text as TenantId)).toThrow(TypeError);
  });

  it('forgets by pattern within the tenant only', async () => {
    const [one, two] = await twoProcesses();
    for (const tenant of [a, b]) await one?.forTenant(tenant).set('x', { of: tenant });

    await one?.forTenant(a).deletePattern('*');

    expect(await two?.forTenant(a).get('x')).toBeUndefined();
    expect(await two?.forTenant(b).get('x')).toEqual({ of: b });
  });

  it('forgets a group at once, and no other group or tenant', async () => {
    const [one, two] = await twoProcesses();
    let loads = 0;
    const load = async (): Promise<Thing> => ({ of: String(++loads) });
    const read = async (cache: TenantCache<Thing> | undefined, tenant: TenantId, group: string) =>
      cache?.forTenant(tenant).group(group).wrap('page 1', load);
    await Promise.all([one, two].flatMap((cache) => [read(cache, a, 'messages'), read(cache, a, 'users'), read(cache, b, 'messages')]));
    const [users, foreign] = [await read(two, a, 'users'), await read(two, b, 'messages')];
    const before = await read(two, a, 'messages');

    await one?.forTenant(a).group('messages').invalidate();
    await until(async () => (await read(two, a, 'messages'))?.of !== before?.of);

    expect(await read(one, a, 'messages')).toEqual(await read(two, a, 'messages'));
    expect([await read(two, a, 'users'), await read(two, b, 'messages')]).toEqual([users, foreign]);
  });

  it('keeps nothing that was loaded for a group before it was forgotten', async () => {
    const [one] = await twoProcesses();
    const group = one?.forTenant(a).group('messages');
    let arrive = (): void => undefined;
    let began = false;
    const slow = group?.wrap('page 1', async () => {
      began = true;
      await new Promise<void>((resolve) => (arrive = resolve));
      return { of: 'old' };
    });
    await until(() => began);

    await group?.invalidate();
    arrive();
    await slow;

    expect(await group?.wrap('page 1', async () => ({ of: 'new' }))).toEqual({ of: 'new' });
  });

  it('tells the store whose entry it writes', async () => {
    const stored: TenantEntry<Thing>[] = [];
    const [cache] = await twoProcesses({ ...LASTING, write: { through: async (entry) => void stored.push(entry) } });

    await cache?.forTenant(a).set('x:y', { of: 'a' });

    expect(stored).toEqual([{ tenantId: a, key: 'x:y', value: { of: 'a' } }]);
  });
});
