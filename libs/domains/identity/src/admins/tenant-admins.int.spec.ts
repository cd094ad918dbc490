import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { systemClock, type TenantContext } from '@caas/runtime';
import { newId } from '@caas/schema';
import { waitUntil } from '@caas/testing';
import { aGatewayProcess, type SpecGateway } from '../fixtures/gateway.fixture.js';
import { aTenant, bySpec, IdentityBench } from '../fixtures/identity.fixture.js';
import { aTokenMaterial } from '../fixtures/tokens.fixture.js';
import { AccessTokenIssuer } from '../tokens/access-token.js';
import { AdminMemberships } from './admin-memberships.js';
import { type AdminRole, TenantAdminsService } from './tenant-admins.service.js';
import { tenantAdminsRoutes } from './tenant-admins.routes.js';

const URL = '/v1/tenant/admins';
const tokens = aTokenMaterial();
const issuer = new AccessTokenIssuer({ material: tokens, clock: systemClock });
type Json = Record<string, unknown>;

let bench: IdentityBench;
let gateway: SpecGateway;
let admins: TenantAdminsService;
const tenants = Array.from({ length: 6 }, () => aTenant());
const unused = [...tenants];
beforeAll(async () => {
  bench = await IdentityBench.open();
  gateway = await aGatewayProcess(bench, {
    ...{ peppers: [], tokens, tenants },
    routesOf: ({ redis }) => {
      admins = new TenantAdminsService({ ...bench, memberships: new AdminMemberships({ ...bench, redis }) });
      return tenantAdminsRoutes({ admins });
    },
  });
});
afterAll(async () => {
  await gateway?.close();
  await bench?.close();
});

const anEmail = () => `${newId('adm')}@example.com`;

/** A tenant whose owner is there. */
async function anOwnedTenant() {
  const tenant = unused.shift();
  if (tenant === undefined) throw new Error('every tenant is in use');
  return { tenant, owner: await aMember(tenant, 'owner') };
}

async function aMember({ tenantId }: TenantContext, role: AdminRole) {
  const { membership } = await admins.add(tenantId, { email: anEmail(), role }, bySpec);
  const token = (await issuer.issue({ actor: 'admin', sub: membership.admin_id, tenant_id: tenantId, roles: [], env: 'live' })).text;
  return { id: membership.admin_id, token };
}

const ask = async (token: string, method: string, url = URL, body?: object) => {
  const response = await gateway.call(token, method, url, body);
  return { status: response.status, headers: response.headers, body: (response.text === '' ? {} : response.json()) as Json };
};
const rolesOf = (body: Json) => (body['data'] as Json[]).map(({ role }) => role);

describe('/v1/tenant/admins', () => {
  it('201 with an account for a new address, 200 lists who is there, 409 for one who is; in the security trail', async () => {
    const { tenant, owner } = await anOwnedTenant();
    const email = anEmail().toUpperCase();

    const { status, headers, body } = await ask(owner.token, 'POST', URL, { email, role: 'developer' });

    expect([status, headers['location']]).toEqual([201, `${URL}/${String(body['admin_id'])}`]);
    expect(body).toMatchObject({ email: email.toLowerCase(), role: 'developer', status: 'active', invited_by: owner.id });
    expect(rolesOf((await ask(owner.token, 'GET')).body)).toEqual(['developer', 'owner']);
    expect((await ask(owner.token, 'GET', `${URL}/${String(body['admin_id'])}`)).body).toEqual(body);
    expect((await ask(owner.token, 'POST', URL, { email, role: 'viewer' })).body).toMatchObject({ status: 409, conflict_with: 'email' });
    const told = (await bench.told(tenant)).map(({ payload }) => (payload.payload as Json)['action']);
    expect(told).toContainEqual({ category: 'config', type: 'create', name: 'member_admin.added' });
  });

  it('somebody who works for two tenants has one account', async () => {
    const [first, second] = [await anOwnedTenant(), await anOwnedTenant()];
    const email = anEmail();

    const ids = [];
    for (const { owner } of [first, second]) ids.push((await ask(owner.token, 'POST', URL, { email, role: 'admin' })).body['admin_id']);

    expect(ids[0]).toBe(ids[1]);
    expect((await ask(second.owner.token, 'GET', `${URL}/${first.owner.id}`)).status).toBe(404);
    expect((await ask(second.owner.token, 'DELETE', `${URL}/${first.owner.id}`)).status).toBe(404);
  });

  it('exactly one owner remains: 409 for a second one and for ending the first, the ownership is given away by the owner alone', async () => {
    const { tenant, owner } = await anOwnedTenant();
    const admin = await aMember(tenant, 'admin');
    const at = (id: string) => `${URL}/${id}`;

    expect((await ask(owner.token, 'POST', URL, { email: anEmail(), role: 'owner' })).body).toMatchObject({
      status: 409,
      code: 'RES_STATE',
    });
    expect((await ask(owner.token, 'PATCH', at(owner.id), { role: 'admin' })).body).toMatchObject({ status: 409, code: 'RES_STATE' });
    expect((await ask(owner.token, 'DELETE', at(owner.id))).body).toMatchObject({ status: 409, code: 'RES_STATE' });
    expect((await ask(admin.token, 'PATCH', at(admin.id), { role: 'owner' })).body).toMatchObject({
      status: 403,
      code: 'AUTHZ_ESCALATION',
    });
    expect((await ask(owner.token, 'PATCH', at(admin.id), { role: 'owner' })).body).toMatchObject({ role: 'owner' });
    expect(rolesOf((await ask(admin.token, 'GET')).body).sort()).toEqual(['admin', 'owner']);
    const anOwner = { email: anEmail(), role: 'owner' };
    const isAdmin = async () => ((await ask(owner.token, 'POST', URL, anOwner)).status === 403 ? true : undefined);
    expect(await waitUntil('the former owner is an admin', isAdmin)).toBe(true);
  });

  it('who is removed is refused at once, and who gets a lower role may less', async () => {
    const { tenant, owner } = await anOwnedTenant();
    const [gone, lowered] = [await aMember(tenant, 'admin'), await aMember(tenant, 'admin')];
    expect([(await ask(gone.token, 'GET')).status, (await ask(lowered.token, 'GET')).status]).toEqual([200, 200]);

    expect((await ask(owner.token, 'DELETE', `${URL}/${gone.id}`)).status).toBe(204);
    expect((await ask(owner.token, 'PATCH', `${URL}/${lowered.id}`, { role: 'viewer' })).status).toBe(200);

    const refused = async (token: string, status: number) => ((await ask(token, 'GET')).status === status ? true : undefined);
    expect(await waitUntil('who is gone is refused', () => refused(gone.token, 401))).toBe(true);
    expect(await waitUntil('who is lowered is refused', () => refused(lowered.token, 403))).toBe(true);
    expect((await ask(owner.token, 'DELETE', `${URL}/${gone.id}`)).status).toBe(404);
  });

  it('400 for a role that does not exist and for what is no address', async () => {
    const { owner } = await anOwnedTenant();

    expect((await ask(owner.token, 'POST', URL, { email: anEmail(), role: 'emperor' })).status).toBe(400);
    expect((await ask(owner.token, 'POST', URL, { email: 'nobody', role: 'viewer' })).body).toMatchObject({
      errors: [{ field: '/body/email' }],
    });
  });
});
