import { ConflictError, PLAN_LIMITS, type Plan, type PlanLimits } from '@caas/runtime';
import { type QuotaResource } from '../quotas/quota-resources.js';
import { tenantQuotas } from '../quotas/tenant-quotas.collection.js';
import { type SaasClient } from '../tenants/tenants.collection.js';
import { type LifecycleEnvironment } from './lifecycle-operation.js';

/** A resource of which a tenant uses more than a plan allows. */
export interface Overshoot {
  readonly resource: QuotaResource;
  readonly used: number;
  readonly limit: number;
}

const GIB = 2 ** 30;

/** What a plan allows of each resource, in the units of the quotas; -1 is no limit. */
const LIMIT_OF: Readonly<Record<QuotaResource, (limits: PlanLimits) => number>> = {
  messages_count: ({ maxMessagesPerMonth }) => maxMessagesPerMonth,
  users_count: ({ maxUsers }) => maxUsers,
  storage_bytes: ({ maxStorageGb }) => (maxStorageGb === -1 ? -1 : maxStorageGb * GIB),
  api_calls: ({ maxApiCallsPerMonth }) => maxApiCallsPerMonth,
  concurrent_connections: ({ maxConcurrentConnections }) => maxConcurrentConnections,
  voice_minutes: ({ voiceMinutesPerMonth }) => voiceMinutesPerMonth,
  video_minutes: ({ videoMinutesPerMonth }) => videoMinutesPerMonth,
  applications: ({ maxApplications }) => maxApplications,
};

/** Some resources are above the limits of a plan, and nobody has agreed to what follows. */
export class OvershootError extends ConflictError {
  constructor(plan: Plan, overshoot: readonly Overshoot[]) {
    const parts = overshoot.map(({ resource, used, limit }) => `${resource}: ${used} of ${limit}`);
    super(
      `The tenant uses more than ${plan} allows (${parts.join(', ')}). Nothing is deleted, but these can no longer grow: that needs consent.`,
      {
        code: 'RES_STATE',
        details: { reason: 'overshoot', overshoot },
      },
    );
  }
}

/** What the tenant uses, by its latest quota row, beyond the limits of a plan. Empty when nothing was metered yet. */
export async function overshootOf({ mongo }: LifecycleEnvironment, client: SaasClient, plan: Plan): Promise<Overshoot[]> {
  const latest = await mongo
    .platform(tenantQuotas)
    .findOne({ tenant_id: client.client_id }, { sort: { period_start: -1 }, readFrom: 'primary' });
  if (latest === undefined) return [];
  return (Object.keys(LIMIT_OF) as QuotaResource[]).flatMap((resource) => {
    const [used, limit] = [latest.usage[resource], LIMIT_OF[resource](PLAN_LIMITS[plan])];
    return limit !== -1 && used > limit ? [{ resource, used, limit }] : [];
  });
}
