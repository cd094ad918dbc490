import { afterAll, expect, it } from '@jest/globals';
import { ManualClock } from '@caas/runtime';
import { aTenant, bySpec, IdentityBench } from '../fixtures/identity.fixture.js';
import { ApiKeyAnnouncer } from './api-key-announcer.js';
import { aKeyWith, type NewApiKey } from './api-key-input.js';
import { ApiKeySweep } from './api-key-sweep.js';
import { apiKeys } from './api-keys.collection.js';
import { ApiKeysService } from './api-keys.service.js';

const bench = await IdentityBench.open();
afterAll(() => bench.close());
const clock = new ManualClock();
const { mongo, redis, outbox, logger } = bench;
const keys = new ApiKeysService({ mongo, outbox, clock, peppers: [{ kid: 'k1', pepper: Buffer.alloc(32, 1) }] });
const sweep = new ApiKeySweep({ mongo, redis, clock, logger, announcer: new ApiKeyAnnouncer({ outbox, clock }) });

it('writes down which keys have ended, once, and says so', async () => {
  const tenant = aTenant();
  const create = (change: Partial<NewApiKey> = {}) =>
    keys.create(tenant.tenantId, aKeyWith({ name: 'k', type: 'server', environment: 'live', scopes: ['*'], ...change }), bySpec);
  const expiring = await create({ expires_at: new Date(clock.now() + 1_000).toISOString() });
  const replaced = await create();
  const lasting = await create();
  await keys.rotate(tenant.tenantId, { keyId: replaced.record.key_id, graceSeconds: 1 }, bySpec);
  const early = await sweep.run();
  clock.advance(1_000);

  const ended = await sweep.run();
  const again = await sweep.run();

  const rows = await Promise.all([expiring, replaced, lasting].map(({ record }) => mongo.platform(apiKeys).get(record.key_id)));
  const told = (await bench.told(tenant)).filter(({ payload: { type } }) => type === 'api_key.revoked');
  const audited = (await bench.told(tenant)).map(({ payload }) => (payload.payload as { action?: { name: string } }).action?.name);
  expect([early, ended, again]).toEqual([0, 2, 0]);
  expect(rows.map(({ status }) => status)).toEqual(['expired', 'revoked', 'active']);
  expect(told).toHaveLength(2);
  expect(audited).toEqual(expect.arrayContaining(['api_key.expired', 'api_key.revoked']));
});
