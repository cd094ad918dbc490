import { setTimeout as delay } from 'node:timers/promises';
import { describe, expect, it } from '@jest/globals';
import { newTenantId } from '@caas/schema';
import { PLAN_LIMITS, parsePlan } from './plans.js';
import { currentTenant, runWithTenant, TenantContextMissingError, type TenantContext } from './tenant-context.js';

const aTenant = (name: string): TenantContext => ({
  tenantId: newTenantId(),
  name,
  plan: 'free',
  status: 'active',
  provisioning: 'ready',
  isolation: { model: 'shared', epoch: 1 },
  limits: PLAN_LIMITS.free,
});

describe('runWithTenant', () => {
  it('is seen by everything started inside, across timers and promises', async () => {
    const names = await Promise.all(
      ['a', 'b', 'c'].map((name) =>
        runWithTenant(aTenant(name), async () => {
          await delay(1);
          return Promise.resolve().then(() => currentTenant().name);
        }),
      ),
    );

    expect(names).toEqual(['a', 'b', 'c']);
  });

  it('restores the outer tenant after a nested run, also when it throws', () => {
    runWithTenant(aTenant('outer'), () => {
      expect(() => runWithTenant(aTenant('inner'), () => JSON.parse('{') as unknown)).toThrow(SyntaxError);

      expect(currentTenant().name).toBe('outer');
    });
  });

  it('leaves nothing behind outside', () => {
    expect(() => currentTenant()).toThrow(TenantContextMissingError);
  });
});

describe('parsePlan', () => {
  it.each([
    ['free', 'free'],
    ['startup', 'starter'],
    ['business', 'pro'],
    ['gold', undefined],
    ['constructor', undefined],
  ])('%s is %s', (text, plan) => {
    expect(parsePlan(text)).toBe(plan);
  });
});
