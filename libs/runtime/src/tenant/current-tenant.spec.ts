import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { setTimeout as delay } from 'node:timers/promises';
import { describe, expect, it } from '@jest/globals';
import { newTenantId } from '@caas/schema';
import { PLAN_LIMITS, parsePlan } from './plans.js';
import { currentTenant, runWithTenant, TenantContextMissingError, tenantInContext } from './current-tenant.js';
import { type TenantContext } from './tenant-context.js';

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

  it('is seen by the callbacks of streams, of several tenants at once', async () => {
    const namesIn = (tenant: TenantContext): Promise<string[]> =>
      runWithTenant(tenant, async () => {
        const names: string[] = [];
        await pipeline(
          Readable.from([1, 2, 3]),
          async function* (source) {
            for await (const item of source) {
              await delay(1);
              names.push(currentTenant().name);
              yield String(item);
            }
          },
          async (source: AsyncIterable<string>) => {
            for await (const _ of source) names.push(currentTenant().name);
          },
        );
        return names;
      });

    const [a, b] = await Promise.all([namesIn(aTenant('a')), namesIn(aTenant('b'))]);

    expect([a, b]).toEqual([Array(6).fill('a'), Array(6).fill('b')]);
  });

  it('leaves nothing behind outside', () => {
    expect(() => currentTenant()).toThrow(TenantContextMissingError);
    expect(tenantInContext()).toBeUndefined();
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
