import { afterEach, describe, expect, it } from '@jest/globals';
import { type AuditEntry, AuthenticationError, type Principal } from '@caas/runtime';
import { A_KEY, aGateway, anEchoRoute, aPrincipal, aRequest, aTenant, closeGateways } from '../gateway/gateway.fixture.js';
import { MinuteCounts } from './minute-counts.js';

afterEach(closeGateways);

const WRONG_KEY = 'caas_sk_test_bbbbbbSECRETSECRETSECRETSECRETSECRETSECRETS';

/** A gateway and what it noted, with the name of each entry. */
async function watched(changes: Partial<Principal> = {}, authenticator?: { authenticate(): never }) {
  const notes: AuditEntry[] = [];
  const tenant = aTenant();
  const { gateway } = await aGateway({
    tenant,
    principal: aPrincipal(tenant, changes),
    routes: [anEchoRoute({ access: { permission: 'message.send', credentials: ['key', 'admin'] } })],
    audit: { note: (entry) => void notes.push(entry) },
    ...(authenticator !== undefined && { authenticator }),
  });
  const named = (name: string): AuditEntry[] => notes.filter(({ action }) => action.name === name);
  return { gateway, notes, named, tenant };
}

describe('who came in', () => {
  it('is written down once in a hundred requests of keys', async () => {
    const { gateway, named, tenant } = await watched();

    for (let count = 0; count < 200; count++) await gateway.inject(aRequest);

    expect(named('auth.success')).toHaveLength(2);
    expect(named('auth.success')[0]).toMatchObject({
      tenantId: tenant.tenantId,
      actor: { type: 'api' },
      action: { category: 'auth', type: 'login' },
      target: { type: 'route', id: 'POST /v1/notes' },
    });
  });

  it('is written down each time of people at the console', async () => {
    const { gateway, named } = await watched({ actor: 'admin', authType: 'jwt', roles: ['owner'] });

    for (let count = 0; count < 3; count++) await gateway.inject(aRequest);

    expect(named('auth.success').map(({ actor }) => actor)).toEqual(
      Array(3).fill(expect.objectContaining({ type: 'client_admin', role: 'owner' })),
    );
  });
});

describe('who did not', () => {
  it('is written down by what may be shown of the key, five times a minute for an address', async () => {
    const { gateway, named, notes } = await watched();

    for (let count = 0; count < 40; count++) await gateway.inject({ ...aRequest, headers: { 'x-api-key': WRONG_KEY } });

    expect(named('auth.failure').length).toBeGreaterThanOrEqual(5);
    expect(named('auth.failure').length).toBeLessThanOrEqual(10); // the minute may turn meanwhile
    expect(named('auth.failure')[0]).toMatchObject({
      tenantId: null,
      actor: { type: 'api' },
      target: { type: 'api_key', identifier: 'caas_sk_test_bbbbbb' },
      result: { status: 'failure', errorCode: 'AUTH_KEY_INVALID' },
    });
    expect(JSON.stringify(notes)).not.toContain('SECRET');
  });

  it('is nobody when there was no credential', async () => {
    const { gateway, notes } = await watched();

    await gateway.inject({ ...aRequest, headers: {} });

    expect(notes).toEqual([]);
  });

  it('is a token by its route alone', async () => {
    const refuse = {
      authenticate: (): never => {
        throw new AuthenticationError('AUTH_TOKEN_SIGNATURE', 'no');
      },
    };
    const { gateway, named, notes } = await watched({}, refuse);

    await gateway.inject({ ...aRequest, headers: { authorization: 'Bearer eyJhbGciOi.eyJzdWIiOi.c2VjcmV0' } });

    expect(named('auth.failure')).toMatchObject([{ actor: { type: 'user' }, target: { type: 'route', id: 'POST /v1/notes' } }]);
    expect(JSON.stringify(notes)).not.toContain('eyJ');
  });
});

describe('who is refused again and again', () => {
  it('is probing after twenty refusals in a minute, which is said once', async () => {
    const { gateway, named } = await watched({ permissions: new Set() });

    for (let count = 0; count < 50; count++) await gateway.inject({ ...aRequest, headers: { 'x-api-key': A_KEY } });

    expect(named('authz.denied')).toHaveLength(50);
    expect(named('security.probing').length).toBeGreaterThanOrEqual(1);
    expect(named('security.probing').length).toBeLessThanOrEqual(2); // the minute may turn meanwhile
    expect(named('security.probing')[0]).toMatchObject({ severity: 'high', result: { errorCode: 'AUTHZ_SCOPE_MISSING' } });
  });
});

describe('counts of a minute', () => {
  it('begin anew with the next one', () => {
    let now = 0;
    const counts = new MinuteCounts(10, () => now);

    expect([counts.next('a'), counts.next('a'), counts.next('b')]).toEqual([1, 2, 1]);
    now = 60_000;
    expect(counts.next('a')).toBe(1);
  });

  it('know a bounded number of names, the others together', () => {
    const counts = new MinuteCounts(1, () => 0);

    expect([counts.next('a'), counts.next('b'), counts.next('c'), counts.next('a')]).toEqual([1, 1, 2, 2]);
  });
});
