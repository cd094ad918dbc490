import { SeedContext, type SeedProfileName, TenantSeedContext } from '@caas/composition/seeding';
import { type IsolationModel, PLAN_LIMITS, type TenantContext } from '@caas/runtime';
import { parseTenantId } from '@caas/schema';

/** As good as any; the same in every run. */
export const pepper = { kid: 'spec', pepper: Buffer.alloc(32, 7) };

/** Ahead of every run, so that a server which removes expired rows removes the session that is meant to be expired, if any. */
export const asOf = new Date('2100-06-01T12:00:00.000Z');

/** An active tenant that rows are made for. */
export function seededTenant(name: string, model: IsolationModel = 'shared'): TenantContext {
  return {
    tenantId: parseTenantId(`clnt_${name}`),
    name: 'Example',
    plan: 'enterprise',
    status: 'active',
    provisioning: 'ready',
    isolation: { model, epoch: 1 },
    limits: PLAN_LIMITS.enterprise,
  };
}

/** What platform rows are made from. */
export function platformContext(seed = 1): SeedContext {
  return new SeedContext({ seed, profile: 'test', pepper, asOf });
}

/** What a tenant's rows are made from. */
export function tenantContext(tenant: TenantContext, { seed = 1, profile = 'test' }: { seed?: number; profile?: SeedProfileName } = {}) {
  return new TenantSeedContext({ tenant, seed, profile, pepper, asOf });
}
