/** The four plans, from the smallest to the largest. */
export const PLANS = ['free', 'starter', 'pro', 'enterprise'] as const;
export type Plan = (typeof PLANS)[number];

/** Names that are accepted from outside and never stored. */
const PLAN_ALIASES: ReadonlyMap<string, Plan> = new Map([
  ['startup', 'starter'],
  ['business', 'pro'],
]);

/** Turns outside text into a plan, or `undefined` when there is no such plan. */
export function parsePlan(text: string): Plan | undefined {
  return PLANS.find((plan) => plan === text) ?? PLAN_ALIASES.get(text);
}

/** How a tenant's data is kept apart from others'. */
export const ISOLATION_MODELS = ['shared', 'collection', 'database'] as const;
export type IsolationModel = (typeof ISOLATION_MODELS)[number];

/** What a plan allows; -1 means unlimited. */
export interface PlanLimits {
  readonly isolation: IsolationModel;
  /** Requests in any 60 seconds, per tenant. */
  readonly requestsPerMinute: number;
  /** Requests in any one second, per tenant: a second policy, not an addition. */
  readonly burstPerSecond: number;
  readonly maxUsers: number;
  readonly maxMessagesPerMonth: number;
  /** Of 2^30 bytes each. */
  readonly maxStorageGb: number;
  readonly maxApplications: number;
  readonly maxApiCallsPerMonth: number;
  readonly maxConcurrentConnections: number;
  /** Members of one group conversation. */
  readonly maxGroupSize: number;
  /** Of 2^20 bytes each, for one file. */
  readonly maxFileSizeMb: number;
  readonly voiceMinutesPerMonth: number;
  readonly videoMinutesPerMonth: number;
  /** How far a metered resource may exceed its limit, in percent of the limit: 100 is not at all, -1 is without end. */
  readonly overageCapPercent: number;
}

export const PLAN_LIMITS: Readonly<Record<Plan, PlanLimits>> = {
  free: {
    isolation: 'shared',
    requestsPerMinute: 100,
    burstPerSecond: 20,
    maxUsers: 10,
    maxMessagesPerMonth: 10_000,
    maxStorageGb: 1,
    maxApplications: 1,
    maxApiCallsPerMonth: 50_000,
    maxConcurrentConnections: 20,
    maxGroupSize: 50,
    maxFileSizeMb: 5,
    voiceMinutesPerMonth: 0,
    videoMinutesPerMonth: 0,
    overageCapPercent: 100,
  },
  starter: {
    isolation: 'shared',
    requestsPerMinute: 1_000,
    burstPerSecond: 100,
    maxUsers: 50,
    maxMessagesPerMonth: 100_000,
    maxStorageGb: 10,
    maxApplications: 2,
    maxApiCallsPerMonth: 250_000,
    maxConcurrentConnections: 100,
    maxGroupSize: 100,
    maxFileSizeMb: 25,
    voiceMinutesPerMonth: 1_000,
    videoMinutesPerMonth: 0,
    overageCapPercent: 150,
  },
  pro: {
    isolation: 'collection',
    requestsPerMinute: 10_000,
    burstPerSecond: 500,
    maxUsers: 200,
    maxMessagesPerMonth: 500_000,
    maxStorageGb: 50,
    maxApplications: 5,
    maxApiCallsPerMonth: 1_000_000,
    maxConcurrentConnections: 500,
    maxGroupSize: 500,
    maxFileSizeMb: 100,
    voiceMinutesPerMonth: 10_000,
    videoMinutesPerMonth: 5_000,
    overageCapPercent: 150,
  },
  enterprise: {
    isolation: 'database',
    requestsPerMinute: 100_000,
    burstPerSecond: 5_000,
    maxUsers: -1,
    maxMessagesPerMonth: -1,
    maxStorageGb: -1,
    maxApplications: -1,
    maxApiCallsPerMonth: -1,
    maxConcurrentConnections: -1,
    maxGroupSize: 1_000,
    maxFileSizeMb: 500,
    voiceMinutesPerMonth: -1,
    videoMinutesPerMonth: -1,
    overageCapPercent: -1,
  },
};

/** Requests of one user in any 60 seconds, by the plan of their tenant. */
export const REQUESTS_PER_USER_PER_MINUTE: Readonly<Record<Plan, number>> = { free: 60, starter: 120, pro: 300, enterprise: 600 };
