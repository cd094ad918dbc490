import { type PlanLimits, type QuotaResource } from '@caas/runtime';
import { type QuotaCounting } from '@caas/data-access-redis';

const GIB = 2 ** 30;

/** How one resource is metered. */
export interface QuotaRule {
  /** What may be used, in the unit of the resource; -1 is no limit. */
  readonly limitOf: (limits: PlanLimits) => number;
  readonly counting: QuotaCounting;
  /** Starts anew with each billing period; else it is a gauge, which falls when something is removed. */
  readonly isMonthly: boolean;
  /** Whether a paying tenant may exceed the limit, up to the cap of the plan. */
  readonly hasOverage: boolean;
}

/** All metered resources. Messages and call minutes are reserved where they begin, and counted where they become real. */
export const QUOTA_RULES: Readonly<Record<QuotaResource, QuotaRule>> = {
  messages_count: { limitOf: (limits) => limits.maxMessagesPerMonth, counting: 'reserve', isMonthly: true, hasOverage: true },
  users_count: { limitOf: (limits) => limits.maxUsers, counting: 'commit', isMonthly: false, hasOverage: true },
  storage_bytes: {
    limitOf: ({ maxStorageGb }) => (maxStorageGb < 0 ? -1 : maxStorageGb * GIB),
    counting: 'commit',
    isMonthly: false,
    hasOverage: true,
  },
  api_calls: { limitOf: (limits) => limits.maxApiCallsPerMonth, counting: 'take', isMonthly: true, hasOverage: true },
  concurrent_connections: { limitOf: (limits) => limits.maxConcurrentConnections, counting: 'live', isMonthly: false, hasOverage: false },
  voice_minutes: { limitOf: (limits) => limits.voiceMinutesPerMonth, counting: 'reserve', isMonthly: true, hasOverage: false },
  video_minutes: { limitOf: (limits) => limits.videoMinutesPerMonth, counting: 'reserve', isMonthly: true, hasOverage: false },
  applications: { limitOf: (limits) => limits.maxApplications, counting: 'commit', isMonthly: false, hasOverage: false },
};

/** Where the resource is refused; -1 is never. */
export function capOf({ limitOf, hasOverage }: QuotaRule, limits: PlanLimits): number {
  const limit = limitOf(limits);
  if (limit < 0 || (hasOverage && limits.overageCapPercent < 0)) return -1;
  return hasOverage ? Math.floor((limit * limits.overageCapPercent) / 100) : limit;
}
