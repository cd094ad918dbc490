import { afterAll, describe, expect, it } from '@jest/globals';
import { createLogger, Metrics, type TenantContext } from '@caas/runtime';
import { type DatabaseLogin, connectMongo, type TenantCredentials } from '../index.js';
import { lines } from '../fixtures/definitions.fixture.js';
import { aLine } from '../fixtures/documents.fixture.js';
import { aLoginRelay } from '../fixtures/login.fixture.js';
import { aServer, serverUri } from '../fixtures/server.fixture.js';
import { aTenant } from '../fixtures/tenants.fixture.js';

const server = await aServer([lines]);
afterAll(() => server.end());

const PASSWORD = 'p@ss/word:%41';

/** A process whose tenants of the database strategy have logins, in front of a server that asks for them. */
async function aProcess(logins: (tenant: TenantContext) => DatabaseLogin | undefined, passwords: Record<string, string>) {
  const relay = await aLoginRelay(serverUri(), passwords);
  const asked: string[] = [];
  const tenantCredentials: TenantCredentials = {
    loginOf: async (tenant) => {
      asked.push(tenant.tenantId);
      return logins(tenant);
    },
  };
  const metrics = new Metrics({ service: 'spec', defaults: false });
  const mongo = await connectMongo({
    config: { MONGODB_URI: relay.uri, NODE_ENV: 'test', MONGODB_MIN_POOL_SIZE: 0, MONGODB_SERVER_SELECTION_TIMEOUT_MS: 2_000 },
    logger: createLogger({ service: 'spec', level: 'silent' }),
    metrics,
    appName: 'caas-spec',
    collections: [lines],
    databasePrefix: server.databasePrefix,
    tenantCredentials,
  });
  const end = async (): Promise<void> => {
    await mongo.close();
    await relay.close();
  };
  return { mongo, relay, asked, metrics, end };
}

const ownDatabase = (): TenantContext => {
  const tenant = aTenant({ model: 'database' });
  server.dropAlso(tenant);
  return tenant;
};
const databaseOf = ({ tenantId }: TenantContext): string => `${server.databasePrefix}_${tenantId}`;

describe('a tenant of the database strategy', () => {
  it('is reached by its own login, once for all who come at the same time', async () => {
    const tenant = ownDatabase();
    const process = await aProcess(() => ({ username: 'ada', password: PASSWORD }), { ada: PASSWORD });
    const thread = process.mongo.forTenant(tenant).repository(lines);

    const stored = await Promise.all([
      thread.insert(aLine({ seq: 1 })),
      thread.insert(aLine({ seq: 2 })),
      thread.insert(aLine({ seq: 3 })),
    ]);

    expect(new Set(process.relay.logins)).toEqual(new Set([`ada@${databaseOf(tenant)}`]));
    expect(new Set(process.asked)).toEqual(new Set([tenant.tenantId]));
    expect([...process.mongo.getPoolStats().tenants.keys()]).toEqual([tenant.tenantId]);
    expect((await process.metrics.render()).body).toMatch(/mongodb_tenant_clients\{service="spec"\} 1/);
    expect(await server.mongo.forTenant(tenant).repository(lines).count({})).toBe(stored.length);
    await process.end();
  });

  it('shares the process’s client without a login, and is not asked for one again at once', async () => {
    const tenant = ownDatabase();
    const process = await aProcess(() => undefined, {});
    const thread = process.mongo.forTenant(tenant).repository(lines);

    await thread.insert(aLine());
    expect(await thread.count({})).toBe(1);

    expect(process.asked).toEqual([tenant.tenantId]);
    expect(process.relay.logins).toEqual([]);
    await process.end();
  });

  it('with a wrong password fails with a typed error that is not remembered, and harms nobody else', async () => {
    const [wrong, right] = [ownDatabase(), ownDatabase()];
    let password = 'wrong';
    const process = await aProcess(({ tenantId }) => ({ username: 'ada', password: tenantId === wrong.tenantId ? password : PASSWORD }), {
      ada: PASSWORD,
    });
    const failing = process.mongo.forTenant(wrong).repository(lines);

    await expect(failing.count({})).rejects.toMatchObject({ code: 'SYS_INTERNAL', details: { reason: 'unauthorized' } });
    expect(await process.mongo.forTenant(right).repository(lines).count({})).toBe(0);
    expect(await process.mongo.warmup([wrong, right])).toEqual([wrong.tenantId]);
    password = PASSWORD;
    expect(await failing.count({})).toBe(0);
    await process.end();
  });

  it('loses its client with the process, after what is under way', async () => {
    const tenant = ownDatabase();
    const process = await aProcess(() => ({ username: 'ada', password: PASSWORD }), { ada: PASSWORD });
    const thread = process.mongo.forTenant(tenant).repository(lines);
    expect(await process.mongo.warmup([tenant])).toEqual([]);

    const inserting = thread.insert(aLine());
    const [outcome] = await Promise.allSettled([inserting, process.mongo.close()]);

    expect(outcome.status).toBe('fulfilled');
    await expect(thread.count({})).rejects.toMatchObject({ code: 'SYS_UNAVAILABLE', retryable: true });
    await process.end();
  });
});

describe('a tenant of another strategy', () => {
  it('never has a client of its own', async () => {
    const process = await aProcess(() => ({ username: 'ada', password: PASSWORD }), { ada: PASSWORD });

    await process.mongo.forTenant(aTenant()).repository(lines).count({});
    await process.mongo
      .forTenant(aTenant({ model: 'collection' }))
      .repository(lines)
      .count({});

    expect(process.asked).toEqual([]);
    await process.end();
  });
});
