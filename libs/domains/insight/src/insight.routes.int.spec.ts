import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Outbox } from '@caas/composition';
import { eventOutbox } from '@caas/data-access-mongo';
import { temporaryDatabases } from '@caas/data-access-mongo/testing';
import { connectRedis, type RedisAccess } from '@caas/data-access-redis';
import { buildGateway, type Gateway, permissionsOfRoles } from '@caas/gateway-middleware';
import { allowAll } from '@caas/gateway-middleware/testing';
import { identityModule } from '@caas/identity';
import { OutboxEntries } from '@caas/messaging-kafka';
import {
  type AuditEntry,
  createLogger,
  HealthRegistry,
  Metrics,
  PLAN_LIMITS,
  type Principal,
  systemClock,
  type TenantContext,
} from '@caas/runtime';
import { newId, newTenantId } from '@caas/schema';
import { auditPayload, jobResults, jobs, JobsService, platformAudit } from '@caas/tenancy';
import { stack } from '@caas/testing/stack';
import { auditExport } from './audit/audit-export.js';
import { AuditStore } from './audit/audit-store.js';
import { insightModule } from './insight.module.js';
import insightRoutes from './insight.routes.js';

const { mongodb_uri: stackUri, redis_url: url } = stack();
const collections = [...insightModule.collections, ...identityModule.collections, eventOutbox, jobs, jobResults];
const databases = await temporaryDatabases({ uri: process.env['MONGODB_URI'] ?? stackUri, collections });
const { mongo } = databases;
const outbox = new Outbox({ store: mongo.outbox, entries: new OutboxEntries({ topics: [platformAudit], source: 'spec' }) });
const logger = createLogger({ service: 'spec', level: 'silent' });
const tenants = new Map<string, TenantContext>();
let redis: RedisAccess;
let gateway: Gateway;
let base: string;
type Json = Record<string, unknown>;
const recorded: AuditEntry[] = [];
const auditTrail = () => Promise.resolve({ record: (entry: AuditEntry) => Promise.resolve(void recorded.push(entry)) });

beforeAll(async () => {
  redis = await connectRedis({ url, logger, metrics: new Metrics({ service: 'spec', defaults: false }), name: 'caas-spec' });
  gateway = await buildGateway({
    routes: insightRoutes({ mongo, redis, outbox, clock: systemClock, auditTrail } as never),
    authenticator: {
      authenticate: (text): Principal => {
        const [tenantId = '', role = ''] = text.split('/');
        const tenant = tenants.get(tenantId);
        if (tenant === undefined) throw new Error('there is no such tenant');
        const permissions = permissionsOfRoles('admin', [role]);
        const who = { tenantId: tenant.tenantId, appId: null, subjectId: newId('adm'), roles: [role] };
        return { actor: 'admin', authType: 'jwt', environment: 'live', permissions, ...who };
      },
    },
    actingUsers: { resolve: () => undefined },
    tenants: { get: (tenantId) => tenants.get(tenantId), invalidate: () => Promise.resolve() },
    rateLimiter: allowAll,
    idempotency: { claim: () => Promise.reject(new Error('unused')) },
    logger,
    metrics: new Metrics({ service: 'spec', defaults: false }),
    health: new HealthRegistry(),
    config: { host: '127.0.0.1', port: 0, metricsHost: '127.0.0.1', metricsPort: 0 },
  });
  ({ url: base } = await gateway.listen());
});
afterAll(async () => {
  await gateway?.close();
  await redis?.close();
  await databases.end();
});

function aTenant(): TenantContext {
  const tenantId = newTenantId();
  const place = { provisioning: 'ready', isolation: { model: 'shared', epoch: 1 } } as const;
  const tenant: TenantContext = { tenantId, name: 'Example', plan: 'free', status: 'active', ...place, limits: PLAN_LIMITS.free };
  tenants.set(tenantId, tenant);
  return tenant;
}
const ask = async ({ tenantId }: TenantContext, method: string, path: string, body?: object, role = 'owner') => {
  const headers = { authorization: `Bearer ${tenantId}/${role}`, ...(body !== undefined && { 'content-type': 'application/json' }) };
  const response = await fetch(base + path, { method, headers, ...(body !== undefined && { body: JSON.stringify(body) }) });
  const text = await response.text();
  return { status: response.status, body: (text === '' ? {} : JSON.parse(text)) as Json };
};
const names = (body: Json): unknown[] => (body['data'] as Json[]).map(({ action }) => (action as Json)['name']);

describe('GET /v1/tenant/audit-logs', () => {
  const URL = '/v1/tenant/audit-logs';
  const remember = async ({ tenantId }: TenantContext, name: string, actorId = newId('key')) => {
    const action = { category: 'config', type: 'create', name } as const;
    const at = systemClock.now();
    await new AuditStore({ mongo }).append([
      { tenantId, at, payload: auditPayload({ tenantId, actor: { type: 'api', id: actorId }, action }, at) },
    ]);
    return actorId;
  };

  it('200 newest first, by pages and filters, of the own tenant only', async () => {
    const [tenant, other] = [aTenant(), aTenant()];
    const actor = await remember(tenant, 'api_key.created');
    await remember(tenant, 'application.created');
    await remember(other, 'api_key.revoked');

    const all = await ask(tenant, 'GET', URL);
    const first = await ask(tenant, 'GET', `${URL}?limit=1`);
    const cursor = String((first.body['page'] as Json)['next_cursor']);

    expect(names(all.body).sort()).toEqual(['api_key.created', 'application.created']);
    expect([...names(first.body), ...names((await ask(tenant, 'GET', `${URL}?limit=1&cursor=${cursor}`)).body)].sort()).toEqual(
      names(all.body).sort(),
    );
    expect(names((await ask(tenant, 'GET', `${URL}?actor_id=${actor}`)).body)).toEqual(['api_key.created']);
    expect(names((await ask(tenant, 'GET', `${URL}?action=application.created`)).body)).toEqual(['application.created']);
    expect((await ask(other, 'GET', `${URL}?limit=1&cursor=${cursor}`)).body).toMatchObject({ status: 400, code: 'VAL_CURSOR_INVALID' });
  });

  it('400 for a longer span, 403 for viewers', async () => {
    const tenant = aTenant();

    expect((await ask(tenant, 'GET', `${URL}?from=2026-01-01T00:00:00Z&to=2026-08-01T00:00:00Z`)).body).toMatchObject({
      status: 400,
      errors: [{ field: '/query/from' }],
    });
    expect((await ask(tenant, 'GET', URL, undefined, 'viewer')).status).toBe(403);
  });
});

describe('GET /v1/tenant/audit-logs/verify', () => {
  it('200 with what holds of the own chains, 403 for viewers', async () => {
    const tenant = aTenant();
    const { tenantId } = tenant;
    const at = systemClock.now();
    const entry = { tenantId, actor: { type: 'system' }, action: { category: 'config', type: 'create', name: 'api_key.created' } } as const;
    await new AuditStore({ mongo }).append([{ tenantId, at, payload: auditPayload(entry, at) }]);

    const { status, body } = await ask(tenant, 'GET', '/v1/tenant/audit-logs/verify');

    expect(status).toBe(200);
    expect(body).toMatchObject({ intact: true, entries: 1, days: 1, faults: [], ends: [{ sequence: 1 }] });
    expect((await ask(tenant, 'GET', '/v1/tenant/audit-logs/verify', undefined, 'viewer')).status).toBe(403);
  });
});

describe('POST /v1/tenant/audit-logs/export', () => {
  const URL = '/v1/tenant/audit-logs/export';
  const remember = async ({ tenantId }: TenantContext, reason: string) => {
    const at = systemClock.now();
    const entry = {
      tenantId,
      reason,
      actor: { type: 'system' },
      action: { category: 'config', type: 'create', name: 'api_key.created' },
    } as const;
    await new AuditStore({ mongo }).append([{ tenantId, at, payload: auditPayload(entry, at) }]);
  };
  const exported = async ({ tenantId }: TenantContext, jobId: string): Promise<string> => {
    const { input } = await new JobsService({ mongo, clock: systemClock }).get(tenantId, jobId);
    let text = '';
    const job = { tenant: { tenantId }, input, signal: new AbortController().signal, progress: () => undefined };
    await auditExport({ mongo }).run({ ...job, write: (more: string) => Promise.resolve(void (text += more)) } as never);
    return text;
  };

  it('202 with a job that writes the own entries as JSON or as a table without formulas; noted in the trail itself', async () => {
    const [tenant, other] = [aTenant(), aTenant()];
    await remember(tenant, '=HYPERLINK("http://evil.example")');
    await remember(tenant, 'plain');
    await remember(other, 'of somebody else');

    const json = await ask(tenant, 'POST', URL, {});
    const csv = await ask(tenant, 'POST', URL, { format: 'csv' });

    expect([json.status, csv.status]).toEqual([202, 202]);
    const lines = (await exported(tenant, String(json.body['job_id'])))
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as Json);
    expect(lines.map(({ reason }) => reason).sort()).toEqual(['=HYPERLINK("http://evil.example")', 'plain']);
    const table = (await exported(tenant, String(csv.body['job_id']))).split('\r\n');
    expect(table).toHaveLength(4);
    expect(table[0]).toMatch(/^audit_id,timestamp,category,action,/u);
    expect(table.join()).toContain(`"'=HYPERLINK(""http://evil.example"")"`);
    expect(recorded.filter(({ tenantId }) => tenantId === tenant.tenantId).map(({ action }) => action.name)).toEqual([
      'audit.exported',
      'audit.exported',
    ]);
  });

  it('400 for a longer span, 403 for developers', async () => {
    const span = { from: '2026-01-01T00:00:00Z', to: '2026-08-01T00:00:00Z' };

    expect((await ask(aTenant(), 'POST', URL, span)).status).toBe(400);
    expect((await ask(aTenant(), 'POST', URL, {}, 'developer')).status).toBe(403);
  });
});

describe('/v1/tenant/ip-whitelist', () => {
  const URL = '/v1/tenant/ip-whitelist';

  it('201 with the one spelling of the network, in the security trail; 409 when it is listed; 204 when it goes', async () => {
    const tenant = aTenant();
    const add = (cidr: string) => ask(tenant, 'POST', URL, { cidr, name: 'office' });

    const { status, body } = await add('127.0.0.9/8');

    expect([status, body]).toMatchObject([201, { cidr: '127.0.0.0/8', app_id: null, enabled: true }]);
    expect((await add('127.0.0.0/8')).body).toMatchObject({ status: 409, conflict_with: 'cidr' });
    expect(((await ask(tenant, 'GET', URL)).body['data'] as Json[]).map(({ cidr }) => cidr)).toEqual(['127.0.0.0/8']);
    expect((await ask(aTenant(), 'DELETE', `${URL}/${String(body['entry_id'])}`)).status).toBe(404);
    expect((await ask(tenant, 'DELETE', `${URL}/${String(body['entry_id'])}`)).status).toBe(204);
    const told = await mongo.platform(eventOutbox).findMany({ tenant_id: tenant.tenantId }, { readFrom: 'primary' });
    expect(told.map(({ payload }) => ((payload.payload as Json)['action'] as Json)['name']).sort()).toEqual([
      'ip_whitelist.added',
      'ip_whitelist.removed',
    ]);
  });

  it('422 when the caller would lock itself out, unless it is forced', async () => {
    const tenant = aTenant();
    const elsewhere = { cidr: '192.0.2.0/24', name: 'elsewhere' };

    expect((await ask(tenant, 'POST', URL, elsewhere)).body).toMatchObject({ status: 422, code: 'VAL_SEMANTIC' });
    expect((await ask(tenant, 'POST', URL, { ...elsewhere, force: true })).status).toBe(201);
    const own = await ask(tenant, 'POST', URL, { cidr: '127.0.0.1', name: 'own' });
    expect(own.status).toBe(201);
    expect((await ask(tenant, 'DELETE', `${URL}/${String(own.body['entry_id'])}`)).status).toBe(422);
    expect((await ask(tenant, 'DELETE', `${URL}/${String(own.body['entry_id'])}?force=true`)).status).toBe(204);
  });

  it('400 for what is no network and an application of nobody, 403 for developers', async () => {
    const tenant = aTenant();

    expect((await ask(tenant, 'POST', URL, { cidr: 'office', name: 'x' })).body).toMatchObject({
      status: 400,
      errors: [{ field: '/body/cidr' }],
    });
    expect((await ask(tenant, 'POST', URL, { cidr: '127.0.0.1', name: 'x', app_id: newId('app') })).body).toMatchObject({
      code: 'VAL_REFERENCE',
    });
    expect((await ask(tenant, 'POST', URL, { cidr: '127.0.0.1', name: 'x' }, 'developer')).status).toBe(403);
  });
});
