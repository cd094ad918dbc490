import { afterAll, expect, it } from '@jest/globals';
import { randomBytes } from 'node:crypto';
import { aKeyWith } from './api-keys/api-key-input.js';
import { ApiKeysService } from './api-keys/api-keys.service.js';
import { defaultApplicationId, defaultApplicationStep } from './applications/default-application.step.js';
import { aNewUser, aTenant, bySpec, IdentityBench } from './fixtures/identity.fixture.js';
import { UserDevicesService } from './user-devices/user-devices.service.js';
import { UserAccountsService } from './users/user-accounts.service.js';
import { UsersService } from './users/users.service.js';

const bench = await IdentityBench.open();
const users = new UsersService(bench);
const accounts = new UserAccountsService(bench);
const devices = new UserDevicesService(bench);
const keys = new ApiKeysService({
  mongo: bench.mongo,
  outbox: bench.outbox,
  clock: bench.clock,
  peppers: [{ kid: 'k1', pepper: randomBytes(32) }],
});
afterAll(() => bench.close());

const ada = { username: 'Ada_L', email: 'ada@example.com', phone: '+41445550100', bio: 'first', avatar_url: 'https://example.com/a.png' };
const someMs = expect.any(Number) as unknown as number;

it('tells of the life of a user, in order, without personal data', async () => {
  const tenant = aTenant();
  const { user_id, external_id } = await users.create(tenant, aNewUser(ada), { by: 'key_1', applicationId: 'app_1' });
  await users.upsertByExternalId(tenant, { external_id, display_name: 'Ada King', bio: 'second' }, bySpec);
  await users.upsertByExternalId(tenant, { external_id, display_name: 'Ada King' }, bySpec);
  await accounts.ban(tenant, user_id, { by: 'admin', reason: 'spam', until: null });
  await accounts.unban(tenant, user_id, 'admin');
  await accounts.remove(tenant, user_id, 'admin');
  await accounts.remove(tenant, user_id, 'admin');

  const rows = (await bench.told(tenant)).filter(({ topic }) => topic === 'chat.events'); // beside the security trail

  expect(rows.map(({ topic, key, state, published_at: at }) => [topic, key, state, at])).toEqual(
    Array.from({ length: 5 }, () => ['chat.events', user_id, 'ready', null]),
  );
  expect(rows[0]?.payload).toEqual({
    id: rows[0]?.event_id,
    type: 'user.created',
    version: '1.0.0',
    timestamp: someMs,
    tenant_id: tenant.tenantId,
    source: 'spec',
    application_id: 'app_1',
    payload: {
      user_id,
      external_user_id: external_id,
      display_name: 'Ada',
      avatar_url: ada.avatar_url,
      created_by: 'key_1',
      created_at: someMs,
    },
    metadata: {},
  });
  expect(rows.slice(1).map(({ payload: { type, payload } }) => [type, payload])).toEqual([
    [
      'user.updated',
      {
        user_id,
        updated_by: 'spec',
        updated_at: someMs,
        changes: [
          { field: 'profile.bio', old_value: '***', new_value: '***' },
          { field: 'profile.display_name', old_value: '"Ada"', new_value: '"Ada King"' },
        ],
      },
    ],
    [
      'user.updated',
      { user_id, updated_by: 'admin', updated_at: someMs, changes: [{ field: 'status', old_value: '"active"', new_value: '"banned"' }] },
    ],
    [
      'user.updated',
      { user_id, updated_by: 'admin', updated_at: someMs, changes: [{ field: 'status', old_value: '"banned"', new_value: '"active"' }] },
    ],
    ['user.deleted', { user_id, deleted_by: 'admin', deleted_at: someMs, data_retention_days: 30 }],
  ]);
  expect(JSON.stringify(rows)).not.toMatch(/ada@example|\+4144|Ada_L|first|second/u);
});

it('tells personal data where the tenant asked for it', async () => {
  const tenant = aTenant();
  bench.tellsPersonalData = true;
  await users.create(tenant, aNewUser(ada), bySpec);
  bench.tellsPersonalData = false;

  const [row] = await bench.told(tenant);

  expect(row?.payload['payload']).toMatchObject({
    email: ada.email,
    profile: { username: ada.username, bio: ada.bio, phone: ada.phone },
  });
});

it('tells of a device once, and of none that was refused', async () => {
  const tenant = aTenant();
  const { user_id: userId } = await users.create(tenant, aNewUser(), bySpec);
  const info = {
    name: 'Phone',
    type: 'mobile',
    platform: 'ios',
    os_version: '19.1',
    app_version: null,
    model: null,
    manufacturer: null,
    browser: null,
    browser_version: null,
    fingerprint: null,
  } as const;
  const push = { provider: 'apns', token: null, keys: null, token_hash: null } as const;
  const device = await devices.register(tenant, { userId, info, push, ip: null, activeMax: 1 });
  await expect(devices.register(tenant, { userId, info, push, ip: null, activeMax: 1 })).rejects.toThrow(/at most 1/);
  await devices.revoke(tenant, device.device_id, { by: 'spec', reason: 'lost' });
  await devices.revoke(tenant, device.device_id, { by: 'spec' });

  const told = (await bench.told(tenant)).slice(1).map(({ key, payload: { type, payload } }) => [key, type, payload]);

  expect(told).toEqual([
    [
      userId,
      'device.registered',
      {
        user_id: userId,
        device: { device_id: device.device_id, device_type: 'mobile', platform: 'ios', os_version: '19.1' },
        registered_at: someMs,
        has_push_token: false,
      },
    ],
    [userId, 'device.removed', { user_id: userId, device_id: device.device_id, removed_at: someMs, removed_by: 'spec', reason: 'lost' }],
  ]);
});

it('tells of an application and its keys in the order of the tenant, and never shows a key', async () => {
  const tenant = aTenant();
  const { tenantId } = tenant;
  const appId = defaultApplicationId(tenantId);
  const step = defaultApplicationStep(bench);
  await step.run(tenant);
  await step.run(tenant);
  const terms = aKeyWith({ app_id: appId, name: 'Server', type: 'server', environment: 'live', scopes: ['users:read'] });
  const { key, record } = await keys.create(tenantId, terms, bySpec);
  await keys.revoke(tenantId, { keyId: record.key_id, reason: 'leaked' }, bySpec);
  await keys.revoke(tenantId, { keyId: record.key_id, reason: 'leaked' }, bySpec);
  await expect(keys.revoke(aTenant().tenantId, { keyId: record.key_id }, bySpec)).rejects.toMatchObject({
    code: 'RES_NOT_FOUND',
  });

  const rows = await bench.told(tenant);

  const ofKey = {
    key_id: record.key_id,
    tenant_id: tenantId,
    application_id: appId,
    key_prefix: record.key_prefix,
    scopes: ['users:read'],
    by: 'spec',
    at: someMs,
  };
  const facts = rows.filter(({ topic }) => topic === 'platform.events');
  expect(facts.map(({ topic, key: place, payload: { type, payload } }) => [topic, place, type, payload])).toEqual([
    [
      'platform.events',
      tenantId,
      'application.created',
      { application_id: appId, tenant_id: tenantId, name: 'Default', by: 'provisioning', at: someMs },
    ],
    ['platform.events', tenantId, 'api_key.created', ofKey],
    ['platform.events', tenantId, 'api_key.revoked', ofKey],
  ]);
  const everything = JSON.stringify(rows);
  expect(everything).not.toContain(key.slice(record.key_prefix.length));
  expect(everything).not.toContain(record.key_lookup);
});
