import { int64, z } from '@caas/schema';

/** What a plan bounds, by the names that plans, overrides and quota snapshots share. */
export const PLAN_LIMIT_NAMES = [
  'max_users',
  'max_messages_per_month',
  'max_storage_gb',
  'max_applications',
  'max_api_calls_per_month',
  'max_concurrent_connections',
  'max_group_size',
  'max_file_size_mb',
  'voice_minutes',
  'video_minutes',
] as const;
export type PlanLimitName = (typeof PLAN_LIMIT_NAMES)[number];

/** What a plan switches on, from the smallest plan to the largest. */
export const PLAN_FEATURES = [
  'text_chat',
  'file_sharing',
  'voice_calls',
  'e2e_encryption',
  'webhooks',
  'video_calls',
  'screen_sharing',
  'custom_branding',
  'remove_powered_by',
  'advanced_analytics',
  'priority_support',
  'sso',
  'sla_guarantee',
  'dedicated_infrastructure',
] as const;
export type PlanFeature = (typeof PLAN_FEATURES)[number];

/** -1 is no limit. */
const limit = int64({ min: -1 });
/** Requests are always bounded: a limiter without a limit protects nobody. */
const rate = int64({ min: 1 });

const fieldsOf = <Name extends string, Field>(names: readonly Name[], field: Field): Record<Name, Field> =>
  Object.fromEntries(names.map((name) => [name, field])) as Record<Name, Field>;

/** Every limit of a plan. */
export const planLimits = z.strictObject({
  ...fieldsOf(PLAN_LIMIT_NAMES, limit),
  requests_per_minute: rate,
  burst_per_second: rate,
});

/** Limits of a contract in place of the plan's; one that is absent or null is the plan's. */
export const planLimitOverrides = z.strictObject({
  ...fieldsOf(PLAN_LIMIT_NAMES, limit.nullable().optional()),
  requests_per_minute: rate.nullable().optional(),
  burst_per_second: rate.nullable().optional(),
});

/** Every feature of a plan. */
export const planFeatures = z.strictObject(fieldsOf(PLAN_FEATURES, z.boolean()));

/** Features of a contract in place of the plan's; one that is absent is the plan's. */
export const planFeatureOverrides = z.strictObject(fieldsOf(PLAN_FEATURES, z.boolean().optional()));
