import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { aTenant, IdentityBench } from '../fixtures/identity.fixture.js';
import { applications } from './applications.collection.js';
import { defaultApplicationId, defaultApplicationStep } from './default-application.step.js';

describe('defaultApplicationStep', () => {
  let bench: IdentityBench;
  beforeAll(async () => {
    bench = await IdentityBench.open();
  });
  afterAll(() => bench?.close());

  it('gives each tenant one application, however often it runs', async () => {
    const [one, two] = [aTenant(), aTenant()];
    const step = defaultApplicationStep(bench);

    await Promise.all([step.run(one), step.run(one), step.run(two)]);

    const found = await bench.mongo.platform(applications).findMany({ tenant_id: one.tenantId });
    expect(found).toMatchObject([
      { app_id: defaultApplicationId(one.tenantId), name: 'Default', environment: 'production', status: 'active' },
    ]);
    expect(defaultApplicationId(one.tenantId)).not.toBe(defaultApplicationId(two.tenantId));
  });
});
