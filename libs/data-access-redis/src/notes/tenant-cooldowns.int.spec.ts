import { afterEach, describe, expect, it } from '@jest/globals';
import { newTenantId } from '@caas/schema';
import { aRedis, closeAll } from '../client/redis.fixture.js';

afterEach(closeAll);

const MINUTE_MS = 60_000;

describe('TenantCooldowns', () => {
  it('makes a second holder wait, in every process, and lets the first one repeat itself', async () => {
    const [one, two] = [(await aRedis()).tenantCooldowns('spec'), (await aRedis()).tenantCooldowns('spec')];
    const tenant = newTenantId();

    expect(await one.begin(tenant, 'ada', { holder: 'first', ms: MINUTE_MS })).toBe(0);
    expect(await two.begin(tenant, 'ada', { holder: 'first', ms: MINUTE_MS })).toBe(0);

    const wait = await two.begin(tenant, 'ada', { holder: 'second', ms: MINUTE_MS });
    expect(wait).toBeGreaterThan(0);
    expect(wait).toBeLessThanOrEqual(MINUTE_MS);
  });

  it('keeps people, names and tenants apart', async () => {
    const redis = await aRedis();
    const cooldowns = redis.tenantCooldowns('spec');
    const [tenant, other] = [newTenantId(), newTenantId()];
    await cooldowns.begin(tenant, 'ada', { holder: 'first', ms: MINUTE_MS });

    const again = { holder: 'second', ms: MINUTE_MS };
    expect(await cooldowns.begin(tenant, 'grace', again)).toBe(0);
    expect(await cooldowns.begin(other, 'ada', again)).toBe(0);
    expect(await redis.tenantCooldowns('other').begin(tenant, 'ada', again)).toBe(0);
  });

  it('is taken back by its holder only', async () => {
    const cooldowns = (await aRedis()).tenantCooldowns('spec');
    const tenant = newTenantId();
    await cooldowns.begin(tenant, 'ada', { holder: 'first', ms: MINUTE_MS });

    await cooldowns.end(tenant, 'ada', 'second');
    expect(await cooldowns.begin(tenant, 'ada', { holder: 'second', ms: MINUTE_MS })).toBeGreaterThan(0);
    await cooldowns.end(tenant, 'ada', 'first');
    expect(await cooldowns.begin(tenant, 'ada', { holder: 'second', ms: MINUTE_MS })).toBe(0);
  });

  it('lets everybody go on when Redis is away', async () => {
    const redis = await aRedis();
    const cooldowns = redis.tenantCooldowns('spec');
    const tenant = newTenantId();
    await cooldowns.begin(tenant, 'ada', { holder: 'first', ms: MINUTE_MS });
    await redis.close();

    expect(await cooldowns.begin(tenant, 'ada', { holder: 'second', ms: MINUTE_MS })).toBe(0);
  });
});
