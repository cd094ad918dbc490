import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { eventOutbox } from '@caas/data-access-mongo';
import { temporaryDatabases } from '@caas/data-access-mongo/testing';
import { connectRedis, type RedisAccess } from '@caas/data-access-redis';
import { buildGateway, type Gateway, permissionsOfRoles } from '@caas/gateway-middleware';
import { allowAll } from '@caas/gateway-middleware/testing';
import {
  createLogger,
  HealthRegistry,
  Metrics,
  type Plan,
  type Principal,
  SecretBox,
  systemClock,
  type TenantContext,
} from '@caas/runtime';
import { newId } from '@caas/schema';
import { stack } from '@caas/testing/stack';
import { anOutbox } from '../fixtures/outbox.fixture.js';
import { serverUri } from '../fixtures/platform.fixture.js';
import { QuotaRecords } from '../quotas/quota-records.js';
import { calendarMonth } from '../quotas/billing-period.js';
import { tenantQuotas } from '../quotas/tenant-quotas.collection.js';
import { SettingsService } from '../settings/settings.service.js';
import { tenantSettings } from '../settings/tenant-settings.collection.js';
import { TenantUsageService } from '../usage/tenant-usage.service.js';
import { newSaasClient } from './new-saas-client.js';
import { TenantAccountService } from './tenant-account.service.js';
import { tenantRoutes } from './tenant.routes.js';
import { saasClients } from './tenants.collection.js';
import { toTenantContext } from './to-tenant-context.js';

const databases = await temporaryDatabases({ uri: serverUri(), collections: [saasClients, tenantSettings, tenantQuotas, eventOutbox] });
const { mongo } = databases;
const outbox = anOutbox(mongo);
const box = new SecretBox([{ kid: 'k1', key: randomBytes(32) }]);
const lines: string[] = [];
const logger = createLogger({ service: 'spec', level: 'debug', destination: { write: (line: string) => void lines.push(line) } });
const tenants = new Map<string, TenantContext>();
const invalidated: string[] = [];
let redis: RedisAccess;
let gateway: Gateway;
type Json = Record<string, unknown>;

beforeAll(async () => {
  redis = await connectRedis({
    url: stack().redis_url,
    logger,
    metrics: new Metrics({ service: 'spec', defaults: false }),
    name: 'caas-spec',
  });
  const parts = { mongo, outbox, clock: systemClock, logger };
  const directory = {
    get: (tenantId: string) => tenants.get(tenantId),
    invalidate: (tenantId: string) => (invalidated.push(tenantId), Promise.resolve()),
  };
  gateway = await buildGateway({
    routes: tenantRoutes({
      account: new TenantAccountService({ ...parts, tenants: directory }),
      settings: new SettingsService({ ...parts, redis, box }),
      usage: new TenantUsageService(parts),
    }),
    authenticator: {
      authenticate: (text): Principal => {
        const [tenantId = '', role = ''] = text.split('/');
        const tenant = tenants.get(tenantId);
        if (tenant === undefined) throw new Error('there is no such tenant');
        const roles = [role];
        return {
          actor: 'admin',
          authType: 'jwt',
          tenantId: tenant.tenantId,
          appId: null,
          subjectId: newId('adm'),
          roles,
          environment: 'live',
          permissions: permissionsOfRoles('admin', roles),
        };
      },
    },
    actingUsers: { resolve: () => undefined },
    tenants: directory,
    rateLimiter: allowAll,
    idempotency: { claim: () => Promise.reject(new Error('unused')) },
    logger,
    metrics: new Metrics({ service: 'spec', defaults: false }),
    health: new HealthRegistry(),
    config: { host: '127.0.0.1', port: 0, metricsHost: '127.0.0.1', metricsPort: 0 },
  });
});
afterAll(async () => {
  await gateway?.close();
  await redis?.close();
  await databases.end();
});

async function aTenant(plan: Plan = 'free'): Promise<TenantContext> {
  const name = `spec-${randomBytes(8).toString('hex')}`;
  const client = await mongo
    .platform(saasClients)
    .insert(newSaasClient({ companyName: name, slug: name, email: `${name}@example.com`, plan }, { status: 'active' }));
  const context = { ...toTenantContext(client), provisioning: 'ready' as const, isolation: { model: 'shared' as const, epoch: 1 } };
  tenants.set(context.tenantId, context);
  return context;
}
const ask = async (
  { tenantId }: TenantContext,
  method: string,
  url: string,
  { role = 'owner', body, headers = {} }: { role?: string; body?: object; headers?: Record<string, string> } = {},
) => {
  const response = await gateway.inject({
    method,
    url,
    headers: { authorization: `Bearer ${tenantId}/${role}`, ...headers },
    ...(body !== undefined && { body }),
  });
  return { status: response.status, body: response.json() as Json, headers: response.headers, text: response.text };
};
const told = async ({ tenantId }: TenantContext) =>
  (await mongo.platform(eventOutbox).findMany({ tenant_id: tenantId }, { readFrom: 'primary' })).map(({ payload }) => payload);

describe('/v1/tenant', () => {
  it('GET 200 with the plan and its features, and nothing internal', async () => {
    const tenant = await aTenant('starter');

    const { status, body, headers, text } = await ask(tenant, 'GET', '/v1/tenant', { role: 'viewer' });

    expect(status).toBe(200);
    expect(body).toMatchObject({ tenant_id: tenant.tenantId, plan: 'starter', status: 'active' });
    expect(body['features']).toContain('webhooks');
    expect(headers['etag']).toMatch(/^"0\./);
    expect(text).not.toMatch(/provisioning|database_name|epoch|__v/);
  });

  it('PATCH 200 by the owner only, in force everywhere, in the events and in the security trail', async () => {
    const tenant = await aTenant();
    const change = {
      company_name: 'Acme',
      contact: { primary_email: `Boss-${tenant.tenantId}@Example.com` },
      security: { ip_whitelist_enabled: true },
    };

    expect((await ask(tenant, 'PATCH', '/v1/tenant', { role: 'admin', body: change })).body).toMatchObject({ code: 'AUTHZ_DENIED' });
    const { status, body } = await ask(tenant, 'PATCH', '/v1/tenant', { body: change });

    expect([status, body]).toMatchObject([
      200,
      {
        company_name: 'Acme',
        contact: { primary_email: `boss-${tenant.tenantId}@example.com`, phone: null },
        security: { ip_whitelist_enabled: true, mfa_required: false },
      },
    ]);
    expect(invalidated).toContain(tenant.tenantId);
    const events = await told(tenant);
    expect(events.map(({ type }) => type).sort()).toEqual(['audit.recorded', 'tenant.updated']);
    expect(JSON.stringify(events.find(({ type }) => type === 'tenant.updated'))).not.toContain('boss-');
  });

  it('409 for an address of somebody else, 412 for an older version, 400 for an unknown field', async () => {
    const [tenant, other] = [await aTenant(), await aTenant()];
    const taken = (await ask(other, 'GET', '/v1/tenant')).body['contact'] as Json;

    expect((await ask(tenant, 'PATCH', '/v1/tenant', { body: { contact: { primary_email: taken['primary_email'] } } })).body).toMatchObject(
      {
        status: 409,
        conflict_with: 'contact.primary_email',
      },
    );
    expect((await ask(tenant, 'PATCH', '/v1/tenant', { body: { company_name: 'x' }, headers: { 'if-match': '"7"' } })).status).toBe(412);
    expect((await ask(tenant, 'PATCH', '/v1/tenant', { body: { tier: 'enterprise' } })).status).toBe(400);
  });
});

describe('/v1/tenant/settings', () => {
  const URL = '/v1/tenant/settings';

  it('PATCH changes what is named, PUT replaces the sections that are named', async () => {
    const tenant = await aTenant();

    const patched = await ask(tenant, 'PATCH', URL, {
      body: { chat: { max_message_length: 2_000, reactions_enabled: false }, general: { time_format: '24h' } },
    });
    const replaced = await ask(tenant, 'PUT', URL, { body: { chat: { max_message_length: 1_000 } } });
    const cleared = await ask(tenant, 'PATCH', URL, { body: { chat: { max_message_length: null } } });

    expect(patched.body).toMatchObject({ chat: { max_message_length: 2_000, reactions_enabled: false }, general: { time_format: '24h' } });
    expect(replaced.body).toMatchObject({ chat: { max_message_length: 1_000, reactions_enabled: true }, general: { time_format: '24h' } });
    expect(cleared.body).toMatchObject({ chat: { max_message_length: 4_000 } });
    expect((await ask(tenant, 'GET', URL, { role: 'viewer' })).body).toEqual(cleared.body);
  });

  it('a secret is masked, kept when the mask comes back, and nowhere to be read', async () => {
    const tenant = await aTenant();
    const secret = `token-${randomBytes(8).toString('hex')}`;
    await ask(tenant, 'PATCH', URL, { body: { integrations: { analytics: { mixpanel_token: secret } } } });
    const shown = await ask(tenant, 'GET', URL);

    const again = await ask(tenant, 'PUT', URL, { body: { integrations: shown.body['integrations'] as Json } });

    expect(shown.body).toMatchObject({ integrations: { analytics: { mixpanel_token: '***' } } });
    expect(again.body).toMatchObject({ integrations: { analytics: { mixpanel_token: '***' } } });
    expect(shown.text + JSON.stringify([await told(tenant), lines])).not.toContain(secret);
    const audited = (await told(tenant)).filter(({ type }) => type === 'audit.recorded').map(({ payload }) => payload);
    expect(audited[0]).toMatchObject({ action: { name: 'settings.updated' }, actor: { type: 'client_admin', role: 'owner' } });
  });

  it.each<[string, number, Json, Json]>([
    ['an unknown setting', 400, { chat: { colour: 1 } }, { errors: [{ field: '/body/chat/colour' }] }],
    ['a wrong value', 400, { chat: { max_message_length: 'x' } }, { errors: [{ field: '/body/chat/max_message_length' }] }],
    ['more than the plan', 400, { chat: { max_group_members: 500 } }, { errors: [{ field: '/body/chat/max_group_members' }] }],
    ['a feature that the plan lacks', 403, { branding: { powered_by_visible: false } }, { code: 'TENANT_FEATURE_DISABLED' }],
    ['nothing', 400, {}, { code: 'VAL_FAILED' }],
  ])('%s is answered %i', async (_what, status, body, problem) => {
    expect(await ask(await aTenant(), 'PATCH', URL, { body })).toMatchObject({ status, body: problem });
  });

  it('developers change their sections only, viewers none, and an older version is refused', async () => {
    const tenant = await aTenant();
    const patch = (role: string, body: object, headers = {}) => ask(tenant, 'PATCH', URL, { role, body, headers });

    expect((await patch('developer', { chat: { reactions_enabled: false } })).status).toBe(200);
    expect((await patch('developer', { security: { max_devices_per_user: 3 } })).body).toMatchObject({
      code: 'AUTHZ_DENIED',
      reason: 'settings_section',
    });
    expect((await patch('viewer', { chat: { reactions_enabled: true } })).body).toMatchObject({ code: 'AUTHZ_DENIED' });
    expect((await patch('admin', { chat: { reactions_enabled: true } }, { 'if-match': '"0"' })).status).toBe(412);
  });
});

it('/v1/tenant/usage shows what was written down, against the limits of now', async () => {
  const tenant = await aTenant();
  const period = calendarMonth(tenant, systemClock.now());
  await new QuotaRecords({ mongo, clock: systemClock }).write(tenant, period, { usage: [{ resource: 'users_count', used: 12, peak: 12 }] });

  const { status, body } = await ask(tenant, 'GET', '/v1/tenant/usage', { role: 'viewer' });
  const past = await ask(tenant, 'GET', '/v1/tenant/usage?period=2024-02');

  expect(status).toBe(200);
  expect(body).toMatchObject({
    period: { start: period.start.toISOString() },
    metrics: {
      users_count: { used: 12, limit: 10, remaining: 0, percent: 120, overage: 2 },
      messages_count: { used: 0, limit: 10_000, remaining: 10_000, percent: 0, overage: 0 },
    },
    series: [{ start: period.start.toISOString(), usage: { users_count: 12 } }],
  });
  expect(past.body).toMatchObject({ period: { start: '2024-02-01T00:00:00.000Z' }, metrics: { users_count: { used: 0 } }, series: [] });
  expect((await ask(tenant, 'GET', '/v1/tenant/usage?period=yesterday')).status).toBe(400);
});

describe('a tenant that is', () => {
  const becoming = async (status: TenantContext['status'], change: Partial<TenantContext> = {}): Promise<TenantContext> => {
    const tenant = { ...(await aTenant()), status, ...change };
    tenants.set(tenant.tenantId, tenant);
    return tenant;
  };
  const codes = async (tenant: TenantContext) => {
    const ofPath = async (path: string): Promise<unknown> => {
      const { status, body } = await ask(tenant, 'GET', path);
      return status === 200 ? 200 : body['code'];
    };
    return [await ofPath('/v1/tenant'), await ofPath('/v1/tenant/settings'), await ofPath('/v1/tenant/usage')];
  };

  it('suspended shows its console what it is, and changes nothing', async () => {
    const tenant = await becoming('suspended');

    expect(await codes(tenant)).toEqual([200, 200, 200]);
    expect((await ask(tenant, 'PATCH', '/v1/tenant', { body: { company_name: 'x' } })).body).toMatchObject({
      status: 403,
      code: 'TENANT_SUSPENDED',
    });
  });

  it('pending, cancelled or about to be purged shows less', async () => {
    expect(await codes(await becoming('pending'))).toEqual([200, 'TENANT_PENDING', 'TENANT_PENDING']);
    expect(await codes(await becoming('cancelled'))).toEqual(['TENANT_CANCELLED', 'TENANT_CANCELLED', 200]);
    expect(await codes(await becoming('cancelled', { provisioning: 'deleting' }))).toEqual(Array(3).fill('TENANT_CANCELLED'));
  });
});
