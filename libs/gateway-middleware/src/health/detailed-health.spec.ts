import { afterEach, describe, expect, it } from '@jest/globals';
import { type Principal } from '@caas/runtime';
import { A_KEY, aGateway, aPrincipal, aTenant, closeGateways } from '../gateway/gateway.fixture.js';

afterEach(closeGateways);

async function ask(changes: Partial<Principal> | undefined) {
  const tenant = aTenant();
  const { gateway, health } = await aGateway({ tenant, principal: aPrincipal(tenant, changes) });
  health.register({ name: 'redis', required: true, check: () => Promise.resolve() });
  return gateway.inject({ url: '/health/detailed', headers: changes === undefined ? {} : { 'x-api-key': A_KEY } });
}

describe('/health/detailed on the public port', () => {
  it.each<[string, Partial<Principal>]>([
    ['staff of the platform', { actor: 'platform', permissions: new Set() }],
    ['a server key with admin:read', { permissions: new Set(['tenant.settings.read']) }],
    ['an admin', { actor: 'admin', permissions: new Set(['tenant.settings.read']) }],
  ])('tells %s', async (_, changes) => {
    const response = await ask(changes);

    expect(response.status).toBe(200);
    expect(response.json()).toMatchObject({
      status: 'ok',
      checks: { redis: { status: 'ok', required: true } },
      memory: {},
      event_loop_lag_ms: expect.any(Number),
    });
    expect(response.headers['cache-control']).toBe('no-store');
  });

  it.each<[string, Partial<Principal> | undefined]>([
    ['nobody', undefined],
    ['a server key without the scope', { permissions: new Set(['message.send']) }],
    ['a client key', { actor: 'client_key', permissions: new Set(['tenant.settings.read']) }],
    ['a user', { actor: 'user', permissions: new Set(['tenant.settings.read']) }],
  ])('does not exist for %s', async (_, changes) => {
    const response = await ask(changes);

    expect([response.status, response.json()]).toEqual([404, expect.objectContaining({ code: 'ROUTE_NOT_FOUND' })]);
    expect(response.headers['www-authenticate']).toBeUndefined();
  });
});
