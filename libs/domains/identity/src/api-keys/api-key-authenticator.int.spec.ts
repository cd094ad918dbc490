import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { connectRedis } from '@caas/data-access-redis';
import { ManualClock, Metrics } from '@caas/runtime';
import { newId, newTenantId, type TenantId } from '@caas/schema';
import { waitUntil } from '@caas/testing';
import { stack } from '@caas/testing/stack';
import { applicationDefaults } from '../applications/application-settings.js';
import { type Application, applications } from '../applications/applications.collection.js';
import { bySpec, IdentityBench } from '../fixtures/identity.fixture.js';
import { ApiKeyAuthenticator } from './api-key-authenticator.js';
import { generateApiKey } from './api-key-format.js';
import { apiKeys } from './api-keys.collection.js';
import { aKeyWith, type NewApiKey } from './api-key-input.js';
import { ApiKeysService } from './api-keys.service.js';
import { keyFactsCache } from './key-facts-cache.js';

const OLD = { kid: 'k1', pepper: randomBytes(32) };
const NEW = { kid: 'k2', pepper: randomBytes(32) };

const anApplicationRow = (tenantId: TenantId) => ({
  tenant_id: tenantId,
  name: newId('app'),
  description: null,
  environment: 'production' as const,
  status: 'active' as const,
  disabled_at: null,
  ...applicationDefaults(),
  metadata: null,
});

describe('API keys', () => {
  let bench: IdentityBench;
  beforeAll(async () => {
    bench = await IdentityBench.open();
  });
  afterAll(() => bench?.close());

  const clock = new ManualClock();
  const anAuthenticator = (peppers = [NEW, OLD]) => new ApiKeyAuthenticator({ mongo: bench.mongo, redis: bench.redis, peppers, clock });
  const create = ({ tenantId = newTenantId(), ...change }: Partial<NewApiKey> & { tenantId?: TenantId } = {}, peppers = [NEW, OLD]) =>
    new ApiKeysService({ mongo: bench.mongo, outbox: bench.outbox, clock, peppers }).create(
      tenantId,
      aKeyWith({ name: 'Server', type: 'server', environment: 'live', scopes: ['chat:*'], ...change }),
      bySpec,
    );

  it('are stored as an HMAC only: no part of the secret is in the document', async () => {
    const { key, record } = await create();
    const secret = key.slice('caas_sk_live_'.length);

    const stored = JSON.stringify(await bench.mongo.platform(apiKeys).get(record.key_id));

    expect(stored).toContain(record.key_prefix);
    expect(record.key_prefix).toBe(`caas_sk_live_${secret.slice(0, 6)}`);
    for (let start = 1; start + 6 <= secret.length; start += 1) expect(stored).not.toContain(secret.slice(start, start + 6));
  });

  it('store expanded scopes, and refuse unknown ones naming the field', async () => {
    const { record } = await create({ scopes: ['chat:*'] });

    expect(record.permissions.scopes.length).toBeGreaterThan(0);
    expect(record.permissions.scopes.some((scope) => scope.includes('*'))).toBe(false);
    await expect(create({ scopes: ['chat:fly'] })).rejects.toMatchObject({ code: 'VAL_FAILED', issues: [{ field: '/body/scopes' }] });
  });

  describe('authenticate', () => {
    it('as the principal of their tenant', async () => {
      const tenantId: TenantId = newTenantId();
      const { key, record } = await create({ tenantId, type: 'client', environment: 'test' });

      const principal = await anAuthenticator().authenticate(key);

      expect(principal).toMatchObject({
        actor: 'client_key',
        authType: 'api_key',
        tenantId,
        appId: null,
        subjectId: record.key_id,
        keyId: record.key_id,
        environment: 'test',
      });
      expect(principal.permissions.has('message.send')).toBe(true);
      expect(principal.permissions.has('user.create')).toBe(false);
    });

    it('still when they were signed with an older pepper, and no more once that is gone', async () => {
      const { key, record } = await create({}, [OLD]);

      expect(record.pepper_kid).toBe('k1');
      await expect(anAuthenticator([NEW, OLD]).authenticate(key)).resolves.toMatchObject({ keyId: record.key_id });
      await expect(anAuthenticator([NEW]).authenticate(key)).rejects.toMatchObject({ code: 'AUTH_KEY_INVALID' });
    });

    it('no more at once when they are told to be revoked, and the others still from memory', async () => {
      const tenantId = newTenantId();
      const [{ key, record }, other] = [await create({ tenantId }), await create({ tenantId })];
      const authenticator = anAuthenticator();
      await Promise.all([authenticator.authenticate(key), authenticator.authenticate(other.key)]);
      await bench.mongo.platform(apiKeys).update(record.key_id, { set: { status: 'revoked' } });
      const untold = await authenticator.authenticate(key);

      authenticator.forget(tenantId, ({ keyId }) => keyId === record.key_id);

      expect(untold.keyId).toBe(record.key_id);
      await expect(authenticator.authenticate(key)).rejects.toMatchObject({ code: 'AUTH_KEY_REVOKED' });
      expect(authenticator.authenticate(other.key)).not.toBeInstanceOf(Promise);
    });

    it('in every process by what is stored, soon after one of them changed it, also past the cache in Redis', async () => {
      const other = await connectRedis({
        url: stack().redis_url,
        logger: bench.logger,
        metrics: new Metrics({ service: 'spec', defaults: false }),
        name: 'spec',
      });
      const far = new ApiKeyAuthenticator({ mongo: bench.mongo, redis: other, peppers: [NEW], clock });
      const near = anAuthenticator([NEW]);
      const { key, record } = await create({}, [NEW]);
      await Promise.all([far.authenticate(key), near.authenticate(key)]);
      const before = await bench.operationsOn('api_keys');
      await anAuthenticator([NEW]).authenticate(key); // a third process: from Redis
      const reads = (await bench.operationsOn('api_keys')) - before;

      await bench.mongo.platform(apiKeys).update(record.key_id, { set: { status: 'revoked' } });
      await keyFactsCache(bench.redis).delete(record.key_lookup);
      const isRefused = async (authenticator: ApiKeyAuthenticator) =>
        Promise.resolve()
          .then(() => authenticator.authenticate(key))
          .then(
            () => undefined,
            (error: { code?: unknown }) => error.code,
          );

      expect(reads).toBe(0);
      expect(await waitUntil('the neighbour refuses', () => isRefused(near), { timeoutMs: 4_000 })).toBe('AUTH_KEY_REVOKED');
      expect(await waitUntil('the other process refuses', () => isRefused(far), { timeoutMs: 4_000 })).toBe('AUTH_KEY_REVOKED');
      await other.close();
    });

    it('not when the application is gone, disabled, or of another environment', async () => {
      const tenantId = newTenantId();
      const place = async (change: Partial<Application>) => {
        const app = await bench.mongo.platform(applications).insert({ ...anApplicationRow(tenantId), ...change });
        const { key, record } = await create({ tenantId, app_id: null });
        await bench.mongo.platform(apiKeys).update(record.key_id, { set: { app_id: app.app_id } });
        return anAuthenticator().authenticate(key);
      };

      await expect(place({})).resolves.toMatchObject({ actor: 'key' });
      await expect(place({ status: 'disabled' })).rejects.toMatchObject({ code: 'TENANT_APP_DISABLED' });
      await expect(place({ status: 'deleted' })).rejects.toMatchObject({ code: 'AUTH_KEY_INVALID' });
      await expect(place({ environment: 'staging' })).rejects.toMatchObject({ code: 'AUTH_KEY_INVALID' });
      await expect(place({ tenant_id: newTenantId() })).rejects.toMatchObject({ code: 'AUTH_KEY_INVALID' });
    });

    it('during the time of grace of a key that was replaced, and no longer', async () => {
      const { key, record } = await create();
      await bench.mongo.platform(apiKeys).update(record.key_id, { set: { 'rotation.overlap_until': new Date(clock.now() + 1_000) } });
      const authenticator = anAuthenticator();
      await expect(authenticator.authenticate(key)).resolves.toMatchObject({ keyId: record.key_id });

      clock.advance(1_000);

      expect(() => authenticator.authenticate(key)).toThrow('was revoked');
    });

    it('not when unknown, malformed, revoked or expired, each with its code', async () => {
      const { key: revoked, record } = await create();
      await bench.mongo.platform(apiKeys).update(record.key_id, { set: { status: 'revoked' } });
      const { key: expired, record: old } = await create();
      await bench.mongo.platform(apiKeys).update(old.key_id, { set: { status: 'expired' } });
      const codeOf = (key: string): Promise<unknown> =>
        Promise.resolve()
          .then(() => anAuthenticator().authenticate(key))
          .then(
            () => 'ok',
            (error: { code?: unknown }) => error.code,
          );

      expect(await codeOf(generateApiKey('server', 'live').key)).toBe('AUTH_KEY_INVALID');
      expect(await codeOf('caas_sk_live_short')).toBe('AUTH_KEY_INVALID');
      expect(await codeOf(revoked)).toBe('AUTH_KEY_REVOKED');
      expect(await codeOf(expired)).toBe('AUTH_KEY_EXPIRED');
    });

    it('until their time is over, also from the cache', async () => {
      const { key } = await create({ expires_at: new Date(clock.now() + 1_000).toISOString() });
      const authenticator = anAuthenticator();
      await expect(authenticator.authenticate(key)).resolves.toMatchObject({ authType: 'api_key' });

      clock.advance(1_000);

      expect(() => authenticator.authenticate(key)).toThrow('has expired');
    });

    it('with one read for misses at once, and none for hits', async () => {
      const { key } = await create();
      const authenticator = anAuthenticator();
      const before = await bench.operationsOn('api_keys');

      await Promise.all(Array.from({ length: 50 }, async () => authenticator.authenticate(key)));
      const hit = authenticator.authenticate(key);

      expect(hit).toMatchObject({ authType: 'api_key' }); // no promise: nothing was waited for
      expect(await bench.operationsOn('api_keys')).toBe(before + 1);
    });

    it('never, with one read for an unknown key, and none for text without the form of a key', async () => {
      const { key } = generateApiKey('server', 'live');
      const authenticator = anAuthenticator();
      const before = await bench.operationsOn('api_keys');

      await expect(authenticator.authenticate(key)).rejects.toMatchObject({ code: 'AUTH_KEY_INVALID' });
      expect(() => authenticator.authenticate(key)).toThrow('not valid');
      expect(() => authenticator.authenticate('nonsense')).toThrow('not valid');

      expect(await bench.operationsOn('api_keys')).toBe(before + 1);
    });
  });
});
