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
    ...(client.topics === undefined ? {} : { topics: client.topics }),
    limits: effectiveLimits(client),
    ...(client.security.ip_whitelist_enabled && { ipWhitelistEnabled: true }),
  };
}

/** Where an override of the contract belongs among the limits in force. */
const OVERRIDES = {
  max_users: 'maxUsers',
  max_messages_per_month: 'maxMessagesPerMonth',
  max_storage_gb: 'maxStorageGb',
  max_applications: 'maxApplications',
  max_api_calls_per_month: 'maxApiCallsPerMonth',
  max_concurrent_connections: 'maxConcurrentConnections',
  max_group_size: 'maxGroupSize',
  max_file_size_mb: 'maxFileSizeMb',
  voice_minutes: 'voiceMinutesPerMonth',
  video_minutes: 'videoMinutesPerMonth',
  requests_per_minute: 'requestsPerMinute',
  burst_per_second: 'burstPerSecond',
} as const satisfies Record<keyof NonNullable<SaasClient['quota_overrides']>, keyof PlanLimits>;

/** Different contracts whose limits are kept. */
const CONTRACTS_KEPT_MAX = 1_000;
const contracts = new Map<string, PlanLimits>();

/** The plan’s limits with the contract’s overrides, one by one. Tenants with the same limits share one object. */
function effectiveLimits({ tier, quota_overrides: overrides }: SaasClient): PlanLimits {
  const given = Object.entries(OVERRIDES).flatMap(([name, limit]) => {
    const value = overrides?.[name as keyof typeof OVERRIDES] ?? undefined;
    return value === undefined ? [] : [[limit, value] as const];
  });
  if (given.length === 0) return PLAN_LIMITS[tier];
  const contract = `${tier} ${given.join(' ')}`;
  const known = contracts.get(contract);
  if (known !== undefined) return known;
  const limits = Object.freeze({ ...PLAN_LIMITS[tier], ...Object.fromEntries(given) });
  if (contracts.size >= CONTRACTS_KEPT_MAX) contracts.clear();
  contracts.set(contract, limits);
  return limits;
}
