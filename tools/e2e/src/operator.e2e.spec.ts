import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { newId } from '@caas/schema';
import { System } from './support/system.fixture.js';

describe('caas-admin', () => {
  let system: System;

  beforeAll(async () => {
    system = await System.start({ worker: false });
  });
  afterAll(() => system?.stop());

  it('creates a tenant once, however often it is asked', async () => {
    const args = [
      'tenant',
      'create',
      'Once Inc',
      '--slug',
      `once-${process.pid}-${Date.now()}`,
      '--email',
      `once-${Date.now()}@example.com`,
    ] as const;

    const first = (await system.admin(...args)) as Record<string, unknown>;
    const second = (await system.admin(...args)) as Record<string, unknown>;

    expect(first).toMatchObject({ created: true, plan: 'free', status: 'active', api_key: expect.stringMatching(/^caas_sk_live_/) });
    expect(second).toEqual({ tenant_id: first['tenant_id'], name: 'Once Inc', plan: 'free', status: 'active', created: false });
  });

  it('lists and shows tenants without any secret', async () => {
    const { tenantId, apiKey } = await system.tenant();

    const list = (await system.admin('tenant', 'list')) as { data: { tenant_id: string }[] };
    const shown = await system.admin('tenant', 'show', tenantId);

    expect(list.data.map(({ tenant_id }) => tenant_id)).toContain(tenantId);
    expect(shown).toMatchObject({ tenant_id: tenantId, provisioning: 'ready' });
    expect(JSON.stringify([list, shown])).not.toContain(apiKey.slice(-20));
  });

  it('finds nothing to do once collections and topics are applied', async () => {
    expect(await system.admin('schema', 'diff')).toMatchObject({ changes: [], conflicts: [] });
    expect(await system.admin('topics', 'diff')).toEqual([]);
  });

  it('finds nothing wrong with a stack that is prepared, and names what is', async () => {
    await system.admin('migrate', 'up');

    const { findings } = (await system.admin('doctor')) as { findings: readonly { check: string; verdict: string; said: string }[] };

    expect(findings.filter(({ verdict }) => verdict === 'fault' || verdict === 'differs')).toEqual([]);
    expect(findings.map(({ check }) => check)).toEqual(expect.arrayContaining(['mongodb.primary', 'kafka.rights', 'registry.schemas']));
  });

  it('mints a token of staff that the gateway takes, and the security trail knows of it, whole', async () => {
    const { tenantId } = await system.tenant();
    const subject = newId('adm');

    const minted = (await system.admin('token', 'mint', '--subject', subject, '--reason', 'a look at a tenant')) as {
      access_token: string;
      expires_at: string;
    };
    const ask = (token: string) =>
      fetch(`${system.gatewayUrl}/v1/tenant`, { headers: { authorization: `Bearer ${token}`, 'x-tenant-id': tenantId } });
    const shown = await ask(minted.access_token);

    expect([shown.status, await shown.json()]).toMatchObject([200, { tenant_id: tenantId }]);
    expect((await ask(`${minted.access_token.slice(0, -4)}AAAA`)).status).toBe(401);
    expect(Date.parse(minted.expires_at) - Date.now()).toBeLessThanOrEqual(15 * 60_000);
    expect(await system.admin('audit', 'verify', '--days', '1')).toMatchObject({ tenant_id: null, isIntact: true, faults: [] });
  });

  it('mints no token for longer than an hour, none without a reason, and none with a key that the gateway does not have', async () => {
    const subject = newId('adm');
    const mint = (...more: string[]) => ['token', 'mint', '--subject', subject, ...more];
    const keyless = { JWT_PRIVATE_KEY: '', JWT_PUBLIC_KEY: '' };

    await expect(system.admin(...mint('--reason', 'x', '--minutes', '61'))).rejects.toMatchObject({ code: 2 });
    await expect(system.admin(...mint())).rejects.toMatchObject({ code: 2 });
    await expect(system.adminWith(keyless, ...mint('--reason', 'x'))).rejects.toMatchObject({ code: 1 });
  });

  it('tells by its exit code that a server is away', async () => {
    await expect(system.adminWith({ REDIS_URL: 'redis://127.0.0.1:1' }, 'doctor')).rejects.toMatchObject({
      code: 1,
      stdout: expect.stringContaining('"redis.login"'),
    });
  });

  it.each<[string, string[], RegExp]>([
    [
      'a plan that does not exist',
      ['tenant', 'create', 'X', '--slug', 'xyz', '--email', 'x@example.com', '--plan', 'gold'],
      /free, starter, pro, enterprise/,
    ],
    ['a bad slug', ['tenant', 'create', 'X', '--slug', 'A b', '--email', 'x@example.com'], /--slug/],
    ['a missing option', ['tenant', 'create', 'X', '--slug', 'xyz'], /--email/],
    ['a bad limit', ['tenant', 'create', 'X', '--slug', 'xyz', '--email', 'x@example.com', '--limit', 'max_users=many'], /max_users/],
    ['an unknown command', ['tenant', 'destroy'], /destroy/],
  ])('refuses %s with exit code 2', async (_, args, message) => {
    await expect(system.admin(...args)).rejects.toMatchObject({ code: 2, stderr: expect.stringMatching(message) });
  });

  it('says that a tenant does not exist', async () => {
    await expect(system.admin('tenant', 'show', 'no-such-tenant')).rejects.toMatchObject({
      code: 1,
      stderr: expect.stringContaining('There is no tenant no-such-tenant.'),
    });
  });
});
