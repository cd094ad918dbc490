import { type TenantId } from '@caas/schema';

/**
 * How what was checked becomes usage.
 *
 * - `take`: by the check. Credits are leased, spent here, and reported every few seconds.
 * - `commit`: by the check, at once, in the script: gauges that must be exact and change seldom.
 * - `reserve`: by {@link QuotaLedger.count}, later and elsewhere; the check holds room until then.
 * - `live`: it is usage as long as the process holds it: connections.
 */
export type QuotaCounting = 'take' | 'commit' | 'reserve' | 'live';

/** What is counted, against what. */
export interface QuotaSubject {
  readonly tenantId: TenantId;
  readonly resource: string;
  /** Start of the billing period, as `2026-01-01`; the same text for ever where nothing is reset. Part of the key: a new period is a new key. */
  readonly period: string;
  readonly counting: QuotaCounting;
  /** Alerts fire at parts of this; -1 is no limit. */
  readonly limit: number;
  /** What is never exceeded; -1 is no end. */
  readonly cap: number;
  /** Whether usage can fall, so that alerts are armed again. */
  readonly isGauge: boolean;
  /** When the counter may go from Redis, in milliseconds since the epoch. */
  readonly expiresAt: number;
}

/** Names one counter. */
export type QuotaName = Pick<QuotaSubject, 'tenantId' | 'period' | 'resource'>;

/** Where the counter lives. All counters of a tenant share a hash slot. */
export function quotaKey({ tenantId, period, resource }: QuotaName): string {
  return `quota:{${tenantId}}:${period}:${resource}`;
}

/** The outcome of one check. */
export interface QuotaReading {
  readonly allowed: boolean;
  /** Counted and reserved, as far as this process knows; with what was asked for when that is allowed. */
  readonly used: number;
  /** Whether Redis knows of it (`shared`), or it was decided by the last known value (`local`). */
  readonly source: 'shared' | 'local';
}

/** A check that found the counter in another part of its limit than before. */
export interface QuotaCrossing {
  /** As it was given to the ledger last. */
  readonly subject: QuotaSubject;
  readonly used: number;
  /** Highest percentage that an alert was due for before and now: 0, 80, 90 or 100. Lower than before: alerts are armed again. */
  readonly from: number;
  readonly to: number;
}
