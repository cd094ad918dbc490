import { type TenantContext } from '../tenant/tenant-context.js';

/** What is metered per tenant. */
export const QUOTA_RESOURCES = [
  'messages_count',
  'users_count',
  'storage_bytes',
  'api_calls',
  'concurrent_connections',
  'voice_minutes',
  'video_minutes',
  'applications',
] as const;
export type QuotaResource = (typeof QUOTA_RESOURCES)[number];

/**
 * How near a tenant is to what it may use. `degraded`: from 90 % on, what is not essential is to be throttled. `overage`: above the limit, which is
 * billed, up to the plan's cap. `blocked`: no more.
 */
export type QuotaMode = 'ok' | 'degraded' | 'overage' | 'blocked';

/** The outcome of one check. */
export interface QuotaCheck {
  readonly resource: QuotaResource;
  readonly allowed: boolean;
  /** -1 is no limit. */
  readonly limit: number;
  /** As far as this process knows, what was asked for included when it is allowed. */
  readonly used: number;
  /** Up to the limit, never below 0; -1 without a limit. */
  readonly remaining: number;
  /** Of the limit, rounded down; above 100 in overage; 0 without a limit. */
  readonly percent: number;
  /** When a counter starts anew; absent for gauges, which fall when something is removed. */
  readonly resetAt?: Date;
  readonly mode: QuotaMode;
}

/** Counts what tenants use against their plans. Implemented by the tenancy domain over Redis. */
export interface Quotas {
  /**
   * Checks and reserves `quantity` (1 unless given) in one step. Synchronous while leased credits are at hand. Never rejects: with Redis away
   * the last known value decides, and what is allowed then is counted later. Give it back with {@link release} when the operation fails.
   */
  check(tenant: TenantContext, resource: QuotaResource, quantity?: number): QuotaCheck | Promise<QuotaCheck>;
  /** The same, for callers that only go on when it is allowed: throws or rejects with `QuotaExceededError` (429) otherwise. */
  require(tenant: TenantContext, resource: QuotaResource, quantity?: number): QuotaCheck | Promise<QuotaCheck>;
  /** Gives back what a check reserved and the operation did not use, or what was removed from a gauge. */
  release(tenant: TenantContext, resource: QuotaResource, quantity?: number): void;
  /**
   * Counts what happened, without asking: for resources that are reserved at the edge and counted where they become real. `at` is the time of
   * the event, in milliseconds since the epoch: what is at most 24 hours late counts for its own period. Never rejects.
   */
  count(tenant: TenantContext, resource: QuotaResource, quantity: number, options?: { readonly at?: number }): Promise<void>;
}
