import { afterAll, describe, expect, it } from '@jest/globals';
import { connectMongo } from '@caas/data-access-mongo';
import { createLogger, Metrics, PLAN_LIMITS, type TenantContext } from '@caas/runtime';
import { parseTenantId } from '@caas/schema';
import { stack } from '@caas/testing/stack';
import { modules } from './index.js';

const mongo = await connectMongo({
  config: { MONGODB_URI: process.env['MONGODB_URI'] ?? stack().mongodb_uri, NODE_ENV: 'test', MONGODB_MIN_POOL_SIZE: 0 },
  logger: createLogger({ service: 'spec', level: 'silent' }),
  metrics: new Metrics({ service: 'spec', defaults: false }),
  appName: 'caas-spec',
  collections: modules.collections,
  databasePrefix: 'spec_modules',
});
afterAll(() => mongo.close());

const tenant: TenantContext = {
  tenantId: parseTenantId('clnt_specmodules'),
  name: 'Example',
  plan: 'pro',
  status: 'active',
  provisioning: 'ready',
  isolation: { model: 'collection', epoch: 1 },
  limits: PLAN_LIMITS.pro,
};

describe('the collections of all modules', () => {
  it.each<[string, { tenant?: TenantContext }]>([
    ['of the platform and the shared database', {}],
    ['of a tenant with collections of its own', { tenant }],
  ])(
    '%s are on the server as they are defined, or the report says what it lacks',
    async (_, where) => {
      await mongo.ensure(modules.collections, { ...where, replaceIndexes: true, dropExtra: true });

      const { changes, conflicts, unknown, skipped } = await mongo.diff(modules.collections, where);

      expect([changes, conflicts, unknown]).toEqual([[], [], []]);
      for (const { reason } of skipped) expect(reason).toMatch(/lacks/);
    },
    60_000,
  );
});
