import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { eventOutbox } from '@caas/data-access-mongo';
import { temporaryDatabases } from '@caas/data-access-mongo/testing';
import { connectRedis, type RedisAccess } from '@caas/data-access-redis';
import { createLogger, Metrics, type Plan, PLAN_LIMITS, SecretBox, systemClock, type TenantContext } from '@caas/runtime';
import { stack } from '@caas/testing/stack';
import { Writable } from 'node:stream';
import { anOutbox } from '../fixtures/outbox.fixture.js';
import { serverUri, silent } from '../fixtures/platform.fixture.js';
import { newSaasClient } from '../tenants/new-saas-client.js';
import { saasClients } from '../tenants/tenants.collection.js';
import { toTenantContext } from '../tenants/to-tenant-context.js';
import { SETTINGS_DEFAULTS } from './settings-defaults.js';
import { SettingsService } from './settings.service.js';
import { tenantSettings } from './tenant-settings.collection.js';

const databases = await temporaryDatabases({ uri: serverUri(), collections: [saasClients, tenantSettings, eventOutbox] });
const { mongo } = databases;
const box = new SecretBox([{ kid: 'k1', key: randomBytes(32) }]);
const lines: string[] = [];
const logger = createLogger({
  service: 'spec',
  destination: new Writable({ write: (line: Buffer, _, done) => (lines.push(line.toString()), done()) }),
});
const opened: RedisAccess[] = [];
let service: SettingsService;

/** The service of a process of its own. */
async function aProcess(): Promise<SettingsService> {
  const metrics = new Metrics({ service: 'spec', defaults: false });
  const redis = await connectRedis({ url: stack().redis_url, logger: silent, metrics, name: 'spec' });
  opened.push(redis);
  return new SettingsService({ mongo, redis, outbox: anOutbox(mongo), clock: systemClock, logger, box });
}

beforeAll(async () => {
  service = await aProcess();
});
afterAll(async () => {
  await Promise.all(opened.map((redis) => redis.close()));
  await databases.end();
});

async function aTenant(plan: Plan = 'free'): Promise<TenantContext> {
  const name = `spec-${randomBytes(8).toString('hex')}`;
  const client = await mongo
    .platform(saasClients)
    .insert(newSaasClient({ companyName: name, slug: name, email: `${name}@example.com`, plan }, { status: 'active' }));
  const tenant = toTenantContext(client);
  return { ...tenant, provisioning: 'ready', isolation: { model: 'shared', epoch: 1 } };
}

const change = (tenant: TenantContext, changes: Record<string, unknown>, expectedVersion?: number) =>
  service.update(tenant, changes, { by: 'spec', ...(expectedVersion === undefined ? {} : { expectedVersion }) });

describe('settings', () => {
  it('are the defaults for a tenant that chose nothing, with and without a row', async () => {
    const tenant = await aTenant('pro');

    expect(await service.get(tenant)).toMatchObject({
      version: 0,
      settings: { chat: { max_message_length: 4_000, max_group_members: 500 } },
    });
    await service.create(tenant);
    await service.create(tenant);

    expect(await mongo.forTenant(tenant).repository(tenantSettings).count({})).toBe(1);
  });

  it('change field by field, count their versions, and are seen by every process', async () => {
    const [other, tenant] = [await aProcess(), await aTenant()];
    await service.create(tenant);
    expect((await other.get(tenant)).version).toBe(0);

    const after = await change(tenant, { 'chat.max_message_length': 2_000, 'security.password_policy.min_length': 12 });
    while ((await other.get(tenant)).version === 0) await new Promise((resolve) => setImmediate(resolve));

    expect(after).toMatchObject({ version: 1, settings: { chat: { max_message_length: 2_000, reactions_enabled: true } } });
    expect((await other.get(tenant)).settings.security.password_policy).toEqual({
      ...SETTINGS_DEFAULTS.security.password_policy,
      min_length: 12,
    });
    expect((await change(tenant, { 'chat.max_message_length': null })).settings.chat.max_message_length).toBe(4_000);
  });

  it('change of a tenant that has no row yet', async () => {
    expect(await change(await aTenant(), { 'general.time_format': '24h' })).toMatchObject({
      settings: { general: { time_format: '24h' } },
    });
  });

  it.each<[string, Record<string, unknown>, string]>([
    ['an unknown setting', { 'chat.colour': 1 }, '/chat/colour'],
    ['a whole group', { chat: {} }, '/chat'],
    ['what every object has', { 'chat.__proto__': 1 }, '/chat/__proto__'],
    ['a wrong type', { 'chat.max_message_length': '5' }, '/chat/max_message_length'],
    ['too much', { 'chat.max_message_length': 10_001 }, '/chat/max_message_length'],
    ['more than the plan', { 'chat.max_group_members': 51 }, '/chat/max_group_members'],
    ['a feature that the plan lacks', { 'branding.powered_by_visible': false }, '/branding/powered_by_visible'],
    ['an operator', { 'chat.allowed_file_types': { $ne: 1 } }, '/chat/allowed_file_types'],
    ['nothing', {}, ''],
  ])('refuse %s and change nothing', async (_, changes, field) => {
    const tenant = await aTenant();
    await service.create(tenant);

    await expect(
      change(tenant, { ...(Object.keys(changes).length === 0 ? {} : { 'general.time_format': '24h' }), ...changes }),
    ).rejects.toMatchObject({
      code: 'VAL_FAILED',
      details: { issues: [{ field }] },
    });

    expect(await service.get(tenant)).toMatchObject({ version: 0, settings: { general: { time_format: '12h' } } });
  });

  it('are guarded by their version when the caller knows it, and both changes are kept when nobody does', async () => {
    const tenant = await aTenant();
    await change(tenant, { 'general.time_format': '24h' });

    await expect(change(tenant, { 'general.time_format': '12h' }, 0)).rejects.toMatchObject({
      code: 'RES_VERSION',
      details: { version: 1 },
    });
    await Promise.all([change(tenant, { 'general.date_format': 'DD/MM/YYYY' }), change(tenant, { 'general.default_language': 'de' })]);

    expect(await service.get(tenant)).toMatchObject({
      version: 3,
      settings: { general: { time_format: '24h', date_format: 'DD/MM/YYYY', default_language: 'de' } },
    });
  });

  it('keep secrets sealed, name them, and show and log them never', async () => {
    const tenant = await aTenant();

    const after = await change(tenant, { 'integrations.analytics.mixpanel_token': 'correct-horse' });

    const path = 'integrations.analytics.mixpanel_token';
    const row = await mongo.forTenant(tenant).repository(tenantSettings).get(tenant.tenantId);
    expect([after.secrets, after.settings.integrations.analytics.mixpanel_token]).toEqual([[path], null]);
    const stored = row.integrations?.analytics?.mixpanel_token;
    if (stored === null || stored === undefined) throw new Error('nothing was stored');
    expect(box.open(stored, { collection: 'tenant_settings', id: tenant.tenantId, field: path }).toString()).toBe('correct-horse');
    expect(JSON.stringify([row, await service.get(tenant), lines])).not.toContain('correct-horse');
  });

  it('tell of what changed, and of a secret only that it did', async () => {
    const tenant = await aTenant();
    await change(tenant, { 'general.time_format': '24h', 'integrations.analytics.mixpanel_token': 'correct-horse' });

    const told = (await mongo.platform(eventOutbox).findMany({ tenant_id: tenant.tenantId })).filter(
      ({ topic }) => topic === 'platform.events',
    );

    expect(told.map(({ topic, payload: { type, payload } }) => [topic, type, payload])).toEqual([
      [
        'platform.events',
        'tenant.updated',
        {
          tenant_id: tenant.tenantId,
          updated_by: 'spec',
          updated_at: expect.any(Number) as unknown,
          changes: [
            { field: 'general.time_format', old_value: '"12h"', new_value: '"24h"' },
            { field: 'integrations.analytics.mixpanel_token', new_value: '***' },
          ],
        },
      ],
    ]);
  });

  it('log who changed which fields, without their values', async () => {
    const tenant = await aTenant();
    await change(tenant, { 'moderation.custom_blocked_words': ['secretword'] });

    const line = lines.find((text) => text.includes(tenant.tenantId)) ?? '';
    expect(JSON.parse(line)).toMatchObject({ by: 'spec', fields: ['moderation.custom_blocked_words'], version: 1 });
    expect(line).not.toContain('secretword');
  });

  it('show what a change would be, and write nothing', async () => {
    const tenant = await aTenant();

    const shown = await service.update(tenant, { 'general.time_format': '24h' }, { by: 'spec', dryRun: true });

    expect(shown.settings.general.time_format).toBe('24h');
    expect(await mongo.forTenant(tenant).repository(tenantSettings).count({})).toBe(0);
  });

  it('of two tenants never meet', async () => {
    const [one, two] = [await aTenant(), await aTenant()];
    await change(one, { 'general.time_format': '24h' });

    expect((await service.get(two)).settings.general.time_format).toBe('12h');
  });

  it('stay within the limits of the plan after it shrank', async () => {
    const tenant = await aTenant('starter');
    await change(tenant, { 'chat.max_group_members': 100 });

    const { settings } = await service.get({ ...tenant, plan: 'free', limits: PLAN_LIMITS.free });

    expect(settings.chat.max_group_members).toBe(50);
  });
});
