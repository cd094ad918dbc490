import { type TenantContext } from '@caas/runtime';

/** A half-open span of time, in UTC. */
export interface BillingPeriod {
  readonly start: Date;
  readonly end: Date;
}

/** In which billing period a moment (milliseconds since the epoch) lies for a tenant. Called often: synchronous. */
export type PeriodSource = (tenant: TenantContext, atMs: number) => BillingPeriod;

/** The month of the calendar, for tenants without a subscription of another rhythm. */
export const calendarMonth: PeriodSource = (_, atMs) => {
  if (atMs < latest.start.getTime() || atMs >= latest.end.getTime()) latest = monthOf(atMs);
  return latest;
};

function monthOf(atMs: number): BillingPeriod {
  const at = new Date(atMs);
  const [year, month] = [at.getUTCFullYear(), at.getUTCMonth()];
  return { start: new Date(Date.UTC(year, month, 1)), end: new Date(Date.UTC(year, month + 1, 1)) };
}

/** The month that was asked for last: all tenants are in the same one, and share it. */
let latest = monthOf(0);
