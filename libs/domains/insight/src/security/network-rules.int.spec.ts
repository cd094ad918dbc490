import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { temporaryDatabases } from '@caas/data-access-mongo/testing';
import { connectRedis, type RedisAccess } from '@caas/data-access-redis';
import { type AdmittedCall, createLogger, ManualClock, Metrics, PLAN_LIMITS, type Principal, type TenantContext } from '@caas/runtime';
import { newId, newTenantId } from '@caas/schema';
import { waitUntil } from '@caas/testing';
import { stack } from '@caas/testing/stack';
import { insightModule } from '../insight.module.js';
import { blockedIps } from './blocked-ips.collection.js';
import { ipWhitelist } from './ip-whitelist.collection.js';
import { networkFieldsOf } from './network-fields.js';
import { NetworkRules } from './network-rules.js';

const { mongodb_uri: stackUri, redis_url: url } = stack();
const clock = new ManualClock(Date.UTC(2026, 10, 27));
const databases = await temporaryDatabases({ uri: process.env['MONGODB_URI'] ?? stackUri, collections: insightModule.collections });
const { mongo } = databases;
const logger = createLogger({ service: 'spec', level: 'silent' });
const aRedis = () => connectRedis({ url, logger, metrics: new Metrics({ service: 'spec', defaults: false }), name: 'caas-spec' });
let [near, far]: RedisAccess[] = [];
let rules: NetworkRules;
let others: NetworkRules;
beforeAll(async () => {
  [near, far] = await Promise.all([aRedis(), aRedis()]);
  if (near === undefined || far === undefined) throw new Error('no Redis');
  rules = new NetworkRules({ mongo, redis: near, clock });
  others = new NetworkRules({ mongo, redis: far, clock });
});
afterAll(async () => {
  await Promise.all([near?.close(), far?.close()]);
  await databases.end();
});

const aTenant = (change: Partial<TenantContext> = {}): TenantContext => ({
  tenantId: newTenantId(),
  name: 'Example',
  plan: 'free',
  status: 'active',
  provisioning: 'ready',
  isolation: { model: 'shared', epoch: 1 },
  limits: PLAN_LIMITS.free,
  ...change,
});
const aCall = (tenant: TenantContext, ip: string, principal: Partial<Principal> = {}): AdmittedCall => ({
  ip,
  path: '/',
  route: '/',
  tenant,
  principal: { actor: 'key', appId: null, ...principal } as Principal,
});
const block = (cidr: string, tenant?: TenantContext, until: Date | null = null) =>
  mongo.platform(blockedIps).insert({
    ...networkFieldsOf(cidr),
    scope: tenant === undefined ? 'global' : 'tenant',
    tenant_id: tenant?.tenantId ?? null,
    reason: 'manual',
    description: null,
    block_type: until === null ? 'permanent' : 'temporary',
    blocked_at: new Date(),
    blocked_until: until,
    blocked_by: { type: 'admin', id: 'spec', rule_id: null },
    stats: { attempts_blocked: 0, last_attempt_at: null },
  });
const permit = (cidr: string, tenant: TenantContext, change: { app_id?: string; enabled?: boolean; expires_at?: Date } = {}) =>
  mongo.platform(ipWhitelist).insert({
    ...networkFieldsOf(cidr),
    tenant_id: tenant.tenantId,
    app_id: null,
    name: 'office',
    description: null,
    enabled: true,
    added_by: 'spec',
    added_at: new Date(),
    last_used_at: null,
    use_count: 0,
    expires_at: null,
    ...change,
  });
const outcome = async (check: () => void | Promise<void>): Promise<unknown> => {
  try {
    await check();
    return 'ok';
  } catch (error) {
    return (error as { code: unknown }).code;
  }
};

it('refuses addresses that are blocked everywhere, soon in every process', async () => {
  const call = { ip: '198.51.100.77', path: '/', route: undefined };
  expect(await outcome(() => others.addresses.check(call))).toBe('ok');

  await block('198.51.100.0/24');
  await rules.changed(null);

  expect(await outcome(() => rules.addresses.check(call))).toBe('AUTH_IP_BLOCKED');
  const refused = async () => ((await outcome(() => others.addresses.check(call))) === 'AUTH_IP_BLOCKED' ? true : undefined);
  await waitUntil('the other process refuses', refused);
  expect(await outcome(() => rules.addresses.check({ ...call, ip: '::ffff:198.51.100.1' }))).toBe('AUTH_IP_BLOCKED');
  expect(await outcome(() => rules.addresses.check({ ...call, ip: '198.51.101.1' }))).toBe('ok');
});

it('refuses what one tenant blocks from that tenant only, and not past the time of the block', async () => {
  const [tenant, other] = [aTenant(), aTenant()];
  await block('203.0.113.5', tenant);
  await block('203.0.113.6', tenant, new Date(clock.now() - 1));

  expect(await outcome(() => rules.tenants.check(aCall(tenant, '203.0.113.5', { actor: 'user' })))).toBe('AUTH_IP_BLOCKED');
  expect(await outcome(() => rules.tenants.check(aCall(tenant, '203.0.113.6')))).toBe('ok');
  expect(await outcome(() => rules.tenants.check(aCall(other, '203.0.113.5')))).toBe('ok');
  expect(rules.tenants.check(aCall(other, '203.0.113.5'))).toBeUndefined(); // from memory
});

it('asks every list that is not empty, for keys and people at the console, once the tenant wants lists', async () => {
  const tenant = aTenant({ ipWhitelistEnabled: true });
  const appId = newId('app');
  await permit('192.0.2.0/24', tenant);
  await permit('192.0.2.8/29', tenant, { app_id: appId });
  await permit('203.0.113.0/24', tenant, { enabled: false });
  await permit('198.18.0.0/15', tenant, { expires_at: new Date(clock.now() - 1) });
  const ask = (ip: string, principal?: Partial<Principal>) => outcome(() => rules.tenants.check(aCall(tenant, ip, principal)));

  expect(await ask('192.0.2.1')).toBe('ok');
  expect(await ask('192.0.2.1', { appId })).toBe('AUTH_IP_NOT_ALLOWED');
  expect(await ask('192.0.2.9', { appId })).toBe('ok');
  expect(await ask('203.0.113.1')).toBe('AUTH_IP_NOT_ALLOWED');
  expect(await ask('198.18.0.1', { actor: 'admin' })).toBe('AUTH_IP_NOT_ALLOWED');
  expect(await ask('')).toBe('AUTH_IP_NOT_ALLOWED');
  expect(await ask('198.18.0.1', { actor: 'user' })).toBe('ok');
  expect(await outcome(() => rules.tenants.check(aCall({ ...tenant, ipWhitelistEnabled: false }, '198.18.0.1')))).toBe('ok');
});

it('says that nobody can say when the store is away', async () => {
  const broken = new NetworkRules({
    mongo: { platform: () => ({ findMany: () => Promise.reject(new Error('away')) }) } as never,
    redis: near as RedisAccess,
    clock,
  });

  await expect(Promise.resolve().then(() => broken.tenants.check(aCall(aTenant(), '192.0.2.1')))).rejects.toThrow('away');
});
