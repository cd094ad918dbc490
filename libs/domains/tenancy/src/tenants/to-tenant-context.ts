import { PLAN_LIMITS, type PlanLimits, type TenantContext } from '@caas/runtime';
import { parseTenantId } from '@caas/schema';
import { type SaasClient } from './tenants.collection.js';

/** The tenant as the rest of the process sees it, from its record. */
export function toTenantContext(client: SaasClient): TenantContext {
  return {
    tenantId: parseTenantId(client.client_id),
    name: client.company_name,
    plan: client.tier,
    status: client.status,
    provisioning: client.provisioning.state,
    isolation: {
      model: client.isolation.model,
      epoch: client.isolation.epoch,
      ...(client.isolation.database_name === null ? {} : { databaseName: client.isolation.database_name }),
    },
    limits: effectiveLimits(client),
  };
}

/** The plan’s limits with the contract’s overrides. */
function effectiveLimits({ tier, quota_overrides: overrides }: SaasClient): PlanLimits {
  const plan = PLAN_LIMITS[tier];
  return {
    ...plan,
    requestsPerMinute: overrides?.requests_per_minute ?? plan.requestsPerMinute,
    burstPerSecond: overrides?.burst_per_second ?? plan.burstPerSecond,
  };
}
