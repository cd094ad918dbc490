import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type TenantContext } from '@caas/runtime';
import { newId } from '@caas/schema';
import { waitUntil } from '@caas/testing';
import { applicationDefaults } from '../applications/application-settings.js';
import { applications } from '../applications/applications.collection.js';
import { aGatewayProcess, type SpecGateway } from '../fixtures/gateway.fixture.js';
import { aTenant, bySpec, IdentityBench } from '../fixtures/identity.fixture.js';
import { aKeyWith, type NewApiKey } from './api-key-input.js';
import { apiKeys } from './api-keys.collection.js';
import { apiKeysRoutes } from './api-keys.routes.js';
import { ApiKeysService } from './api-keys.service.js';
import { keyFactsCache } from './key-facts-cache.js';

const peppers = [{ kid: 'k1', pepper: Buffer.alloc(32, 7) }];
const PATH = '/v1/auth/api-keys';
type Json = Record<string, unknown>;

let bench: IdentityBench;
let [one, two]: SpecGateway[] = [];
const tenant = aTenant();
const other = aTenant();
beforeAll(async () => {
  bench = await IdentityBench.open();
  const start = () =>
    aGatewayProcess(bench, {
      peppers,
      tenants: [tenant, other],
      routesOf: ({ redis }) => {
        const facts = keyFactsCache(redis);
        return apiKeysRoutes({ keys: new ApiKeysService({ ...bench, peppers, onChanged: ({ key_lookup }) => facts.delete(key_lookup) }) });
      },
    });
  [one, two] = await Promise.all([start(), start()]);
});
afterAll(async () => {
  await Promise.all([one?.close(), two?.close()]);
  await bench?.close();
});

/** A key as operators make it. */
async function aKey(change: Partial<NewApiKey> = {}, of: TenantContext = tenant) {
  const service = new ApiKeysService({ ...bench, peppers });
  return service.create(of.tenantId, aKeyWith({ name: 'Boss', type: 'server', environment: 'live', scopes: ['*'], ...change }), bySpec);
}
const gateway = (): SpecGateway => one ?? fail();
const neighbour = (): SpecGateway => two ?? fail();
const fail = (): never => {
  throw new Error('the gateways did not start');
};
const wanted = (change: Json = {}): Json => ({ name: 'New', type: 'server', environment: 'live', scopes: ['chat:*'], ...change });
const create = async (key: string, change: Json = {}) => {
  const response = await gateway().call(key, 'POST', PATH, wanted(change));
  return { status: response.status, body: response.json() as Json, headers: response.headers };
};
const anApp = async (environment: 'production' | 'staging' = 'production') => {
  const row = {
    tenant_id: tenant.tenantId,
    name: newId('app'),
    description: null,
    environment,
    status: 'active',
    disabled_at: null,
  } as const;
  return (await bench.mongo.platform(applications).insert({ ...row, ...applicationDefaults(), metadata: null })).app_id;
};

describe('POST /v1/auth/api-keys', () => {
  it('201 with the key, once: nothing else has it, nor anything that it could be found by', async () => {
    const { key: boss } = await aKey();
    const { status, body, headers } = await create(boss, { metadata: { description: 'for the spec' } });
    const key = String(body['key']);
    const id = String(body['key_id']);

    const shown = (await gateway().call(boss, 'GET', `${PATH}/${id}`)).text + (await gateway().call(boss, 'GET', PATH)).text;
    const record = await bench.mongo.platform(apiKeys).get(id, { readFrom: 'primary' });
    const told = JSON.stringify([await bench.told(tenant), gateway().lines, record]);

    expect(status).toBe(201);
    expect(headers['location']).toBe(`${PATH}/${id}`);
    expect(body).toMatchObject({
      name: 'New',
      app_id: null,
      scopes: ['chat:read', 'chat:write', 'chat:delete'],
      allowed_endpoints: ['*'],
      ip_whitelist: [],
      max_requests: -1,
      requests_used: 0,
      status: 'active',
      metadata: { description: 'for the spec', tags: [], notes: null },
    });
    expect(shown).toContain(id);
    for (const text of [shown, told]) expect(text).not.toContain(key.slice('caas_sk_live_'.length + 6));
    expect(shown).not.toContain(record.key_lookup);
    expect((await gateway().call(key, 'GET', PATH)).status).toBe(403); // it works, and has no scope for this
  });

  it('is in the security trail, with who, from where and what', async () => {
    const { key: boss, record: bossRecord } = await aKey();
    const { body } = await create(boss, { name: 'Audited' });

    const entries = (await bench.told(tenant))
      .filter(({ topic }) => topic === 'platform.audit')
      .map(({ payload }) => payload.payload as Json);

    expect(entries.find(({ target }) => (target as Json)['id'] === body['key_id'])).toMatchObject({
      actor: { type: 'api', id: bossRecord.key_id, ip: '127.0.0.1' },
      action: { category: 'config', type: 'create', name: 'api_key.created' },
      changes: { after: { name: 'Audited', scopes: ['chat:read', 'chat:write', 'chat:delete'] } },
      result: { status: 'success' },
      request_id: expect.any(String) as unknown,
    });
  });

  it.each<[string, Json, string]>([
    ['an unknown scope', { scopes: ['chat:fly'] }, '/body/scopes'],
    ['no scope', { scopes: [] }, '/body/scopes'],
    ['scopes for a webhook key', { type: 'webhook' }, '/body/scopes'],
    ['scopes of users for a client key', { type: 'client', scopes: ['users:read'] }, '/body/scopes'],
    ['a network that is none', { ip_whitelist: ['192.0.2.0/33'] }, '/body/ip_whitelist/0'],
    ['the past', { expires_at: '2020-01-01T00:00:00Z' }, '/body/expires_at'],
    ['the far future', { expires_at: '2099-01-01T00:00:00Z' }, '/body/expires_at'],
    ['an endpoint that is none', { allowed_endpoints: ['messages'] }, '/body/allowed_endpoints/0'],
    ['an unknown field', { key_lookup: 'x' }, '/body/key_lookup'],
  ])('400 for %s, naming the field', async (_what, change, field) => {
    const { key: boss } = await aKey();

    const { status, body } = await create(boss, change);

    expect([status, (body['errors'] as Json[])[0]?.['field']]).toEqual([400, field]);
  });

  it('400 for an application of nobody, and of another tenant; 422 for another environment', async () => {
    const { key: boss } = await aKey();
    const { key: foreign } = await aKey({}, other);
    const [app, staging] = [await anApp(), await anApp('staging')];

    expect(await create(boss, { app_id: newId('app') })).toMatchObject({ status: 400, body: { code: 'VAL_REFERENCE' } });
    expect(await create(foreign, { app_id: app })).toMatchObject({ status: 400, body: { code: 'VAL_REFERENCE' } });
    expect(await create(boss, { app_id: staging })).toMatchObject({ status: 422, body: { code: 'VAL_SEMANTIC' } });
    expect(await create(boss, { app_id: app })).toMatchObject({ status: 201 });
  });

  it.each<[string, Partial<NewApiKey>, Json, string]>([
    ['a scope that the caller lacks', { scopes: ['admin:*', 'users:read'] }, { scopes: ['users:write'] }, 'scope_not_held'],
    ['a reserved scope that the caller lacks', { scopes: ['admin:*', 'users:read'] }, { scopes: ['calls:read'] }, 'scope_not_held'],
    ['everything', { scopes: ['admin:*'] }, { scopes: ['*'] }, 'scope_not_held'],
    ['more endpoints', { allowed_endpoints: ['/auth/*'] }, {}, 'wider_endpoints'],
    ['more networks', { ip_whitelist: ['127.0.0.0/8'] }, {}, 'wider_networks'],
    ['other networks', { ip_whitelist: ['127.0.0.0/8'] }, { ip_whitelist: ['126.0.0.0/7'] }, 'wider_networks'],
    ['more time', { expires_at: new Date(Date.now() + 3_600_000).toISOString() }, {}, 'outlives_caller'],
    ['another environment', { environment: 'test' }, {}, 'other_environment'],
  ])('403 AUTHZ_ESCALATION for %s', async (_what, caller, change, reason) => {
    const { key } = await aKey(caller);

    expect(await create(key, change)).toMatchObject({ status: 403, body: { code: 'AUTHZ_ESCALATION', reason } });
  });

  it('403 AUTHZ_ESCALATION when a key of one application makes one for all', async () => {
    const app_id = await anApp();
    const { key } = await aKey({ app_id });

    expect(await create(key)).toMatchObject({ status: 403, body: { reason: 'other_application' } });
    expect(await create(key, { app_id })).toMatchObject({ status: 201 });
  });

  it('403 without the scope, 401 with no key, 409 when there are fifty', async () => {
    const app_id = await anApp();
    const { key: boss } = await aKey();
    const { key: poor } = await aKey({ scopes: ['chat:*'] });
    const existing = await aKey({ app_id });
    await bench.mongo
      .platform(apiKeys)
      .insertMany(
        Array.from({ length: 49 }, () => ({ ...withoutStamps(existing.record), key_id: newId('key'), key_lookup: randomHash() })),
      );

    expect((await create(poor)).body).toMatchObject({ code: 'AUTHZ_SCOPE_MISSING' });
    expect((await gateway().call('', 'POST', PATH, wanted())).status).toBe(401);
    expect(await create(boss, { app_id })).toMatchObject({ status: 409, body: { code: 'RES_LIMIT_REACHED', limit: 50, current: 50 } });
  });

  it('a repeat with the same Idempotency-Key is the same key, without its text', async () => {
    const { key: boss } = await aKey();
    const headers = { 'idempotency-key': newId('evt') };
    const first = (await gateway().call(boss, 'POST', PATH, wanted(), headers)).json() as Json;

    const again = await neighbour().call(boss, 'POST', PATH, wanted(), headers);

    expect(again.headers['idempotent-replayed']).toBe('true');
    expect(again.json()).toMatchObject({ key_id: first['key_id'] });
    expect(again.text).not.toContain(String(first['key']));
  });
});

describe('GET /v1/auth/api-keys', () => {
  it('200 by pages and filters; of its own application only for a key that belongs to one', async () => {
    const app_id = await anApp();
    const { key: boss } = await aKey();
    const { key: bound, record } = await aKey({ app_id });
    await aKey({ app_id, type: 'client', scopes: ['chat:*'] });
    const list = async (key: string, query = '') =>
      (await gateway().call(key, 'GET', `${PATH}${query}`)).json() as { data: Json[]; page: Json };

    const clients = await list(boss, `?app_id=${app_id}&type=client`);
    const paged = await list(boss, `?app_id=${app_id}&limit=1`);
    const rest = await list(boss, `?app_id=${app_id}&limit=1&cursor=${String(paged.page['next_cursor'])}`);
    const own = await list(bound);

    expect(clients.data.map(({ type }) => type)).toEqual(['client']);
    expect([paged.data.length, paged.page['has_more'], rest.data.length, rest.page['has_more']]).toEqual([1, true, 1, false]);
    expect(own.data.map(({ app_id }) => app_id)).toEqual([app_id, app_id]);
    expect((await gateway().call(bound, 'GET', `${PATH}/${record.key_id}`)).status).toBe(200);
  });

  it('404 for a key of another tenant, of another application, and for none at all: the same answer', async () => {
    const { key: boss } = await aKey();
    const { record: foreign } = await aKey({}, other);
    const { key: bound } = await aKey({ app_id: await anApp() });
    const { record: elsewhere } = await aKey({ app_id: await anApp() });
    const answer = async (key: string, id: string) => {
      const { request_id: _, timestamp: __, instance: ___, ...rest } = (await gateway().call(key, 'GET', `${PATH}/${id}`)).json() as Json;
      return rest;
    };

    const none = await answer(boss, newId('key'));

    expect(none).toMatchObject({ status: 404, code: 'RES_NOT_FOUND' });
    expect(await answer(boss, foreign.key_id)).toEqual(none);
    expect(await answer(bound, elsewhere.key_id)).toEqual(none);
  });
});

describe('PATCH /v1/auth/api-keys/{key_id}', () => {
  it('200, in force on every gateway soon; what is left out stays', async () => {
    const { key: boss } = await aKey();
    const { key, record } = await aKey({ scopes: ['admin:read'] });
    expect((await neighbour().call(key, 'GET', PATH)).status).toBe(200);

    const response = await gateway().call(boss, 'PATCH', `${PATH}/${record.key_id}`, {
      allowed_endpoints: ['/messages/*'],
      ip_whitelist: ['127.0.0.1'],
    });

    expect([response.status, response.json()]).toMatchObject([
      200,
      { scopes: ['admin:read'], allowed_endpoints: ['/messages/*'], ip_whitelist: ['127.0.0.1/32'], name: 'Boss' },
    ]);
    const refused = async () => {
      const { status, code } = (await neighbour().call(key, 'GET', PATH)).json() as Json;
      return status === 403 ? code : undefined;
    };
    expect(await waitUntil('the other gateway follows', refused)).toBe('AUTHZ_ENDPOINT_NOT_ALLOWED');
    expect((await neighbour().call(key, 'GET', PATH, undefined, { 'x-forwarded-for': '203.0.113.9' })).json()).toMatchObject({
      code: 'AUTH_IP_NOT_ALLOWED',
    });
  });

  it('412 when somebody else was faster, 409 for a key that was revoked, 403 for what exceeds the caller', async () => {
    const { key: boss } = await aKey();
    const { key: narrow } = await aKey({ scopes: ['admin:*'] });
    const { record } = await aKey({ scopes: ['users:*'] });
    const url = `${PATH}/${record.key_id}`;
    const etag = String((await gateway().call(boss, 'GET', url)).headers['etag']);
    const rename = (name: string, headers = {}) => gateway().call(boss, 'PATCH', url, { name }, headers);

    expect((await rename('First', { 'if-match': etag })).status).toBe(200);
    expect((await rename('Second', { 'if-match': etag })).status).toBe(412);
    expect((await gateway().call(narrow, 'PATCH', url, { name: 'Third' })).status).toBe(200);
    expect((await gateway().call(narrow, 'PATCH', url, { scopes: ['admin:read'] })).json()).toMatchObject({ code: 'AUTHZ_ESCALATION' });
    expect((await gateway().call(narrow, 'PATCH', url, { expires_at: null, allowed_endpoints: ['*'] })).status).toBe(200); // nothing changes
    await gateway().call(boss, 'DELETE', url);
    expect((await rename('Fourth')).json()).toMatchObject({ status: 409, code: 'RES_STATE' });
  });
});

describe('DELETE /v1/auth/api-keys/{key_id}', () => {
  it('204, again 204, and no gateway takes the key soon after; a key may end itself', async () => {
    const { key: boss } = await aKey();
    const { key, record } = await aKey({ scopes: ['admin:*'] });
    await Promise.all([gateway().call(key, 'GET', PATH), neighbour().call(key, 'GET', PATH)]);

    expect((await gateway().call(key, 'DELETE', `${PATH}/${record.key_id}?reason=leaked`)).status).toBe(204);
    expect((await gateway().call(boss, 'DELETE', `${PATH}/${record.key_id}`)).status).toBe(204);

    const refused = async () => {
      const { status, code } = (await neighbour().call(key, 'GET', PATH)).json() as Json;
      return status === 401 ? code : undefined;
    };
    expect(await waitUntil('the other gateway refuses', refused)).toBe('AUTH_KEY_REVOKED');
    expect((await gateway().call(boss, 'GET', `${PATH}/${record.key_id}`)).json()).toMatchObject({ status: 'revoked' });
    expect((await bench.mongo.platform(apiKeys).get(record.key_id)).audit).toMatchObject({
      revocation_reason: 'leaked',
      revoked_by: record.key_id,
    });
  });
});

describe('POST /v1/auth/api-keys/{key_id}/rotate', () => {
  const rotate = async (caller: string, id: string, body: Json = {}) => {
    const response = await gateway().call(caller, 'POST', `${PATH}/${id}/rotate`, body);
    return { status: response.status, body: response.json() as Json };
  };

  it('201 with a new key of the same settings; the old one is good for the time of grace', async () => {
    const { key: boss } = await aKey();
    const { key: old, record } = await aKey({ scopes: ['admin:read'], name: 'Old', max_requests: 1_000 });

    const { status, body } = await rotate(boss, record.key_id, { grace_seconds: 3_600, reason: 'yearly' });

    expect(status).toBe(201);
    expect(body).toMatchObject({ name: 'Old', scopes: ['admin:read'], rotation: { is_primary: true, predecessor_id: record.key_id } });
    expect(body['predecessor']).toMatchObject({ key_id: record.key_id });
    for (const key of [old, String(body['key'])]) expect((await neighbour().call(key, 'GET', PATH)).status).toBe(200);
    expect((await rotate(boss, record.key_id)).body).toMatchObject({ status: 409, code: 'RES_STATE' });
  });

  it('without grace the old key ends at once', async () => {
    const { key: boss } = await aKey();
    const { key: old, record } = await aKey({ scopes: ['admin:read'] });
    await neighbour().call(old, 'GET', PATH);

    await rotate(boss, record.key_id, { grace_seconds: 0 });

    const refused = async () => ((await neighbour().call(old, 'GET', PATH)).status === 401 ? true : undefined);
    expect(await waitUntil('the old key is refused', refused)).toBe(true);
  });

  it('403 AUTHZ_ESCALATION for a key that opens more than the caller', async () => {
    const { key: narrow } = await aKey({ scopes: ['admin:*'] });
    const { record } = await aKey({ scopes: ['users:*'] });

    expect((await rotate(narrow, record.key_id)).body).toMatchObject({ status: 403, code: 'AUTHZ_ESCALATION' });
  });

  it('one of two at the same time makes a successor', async () => {
    const { key: boss } = await aKey();
    const { record } = await aKey();

    const codes = (await Promise.all([rotate(boss, record.key_id), rotate(boss, record.key_id)])).map(({ status }) => status).sort();
    const successors = await bench.mongo.platform(apiKeys).count({ 'rotation.predecessor_id': record.key_id }, { readFrom: 'primary' });

    expect([codes, successors]).toEqual([[201, 409], 1]);
  });
});

function randomHash(): string {
  return Array.from({ length: 64 }, () => Math.floor(Math.random() * 16).toString(16)).join('');
}

function withoutStamps<Row extends object>(row: Row): Row {
  const { created_at: _, updated_at: __, __v: ___, ...rest } = row as Row & Json;
  return rest as unknown as Row;
}
