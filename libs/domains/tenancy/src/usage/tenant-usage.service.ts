import { type Mongo } from '@caas/data-access-mongo';
import { type Clock, QUOTA_RESOURCES, type QuotaResource, type TenantContext } from '@caas/runtime';
import { type BillingPeriod, calendarMonth } from '../quotas/billing-period.js';
import { QuotaRecords } from '../quotas/quota-records.js';
import { QUOTA_RULES } from '../quotas/quota-rules.js';
import { type TenantQuota, tenantQuotas } from '../quotas/tenant-quotas.collection.js';

/** Earlier periods that are shown at most: a year. */
const SERIES_MAX = 12;

/** What is used of one resource. */
export interface MetricUsage {
  readonly used: number;
  /** -1 is no limit. */
  readonly limit: number;
  readonly remaining: number;
  readonly percent: number;
  /** Used above the limit. */
  readonly overage: number;
}

export interface TenantUsageReport {
  readonly period: BillingPeriod;
  readonly metrics: Readonly<Record<QuotaResource, MetricUsage>>;
  /** Periods up to this one, the oldest first. */
  readonly series: readonly { readonly start: Date; readonly usage: Readonly<Record<QuotaResource, number>> }[];
  /** When it was written down. */
  readonly asOf: Date;
}

/** What tenants use, as it is written down every few seconds. */
export class TenantUsageService {
  readonly #mongo: Mongo;
  readonly #clock: Clock;
  readonly #records: QuotaRecords;

  constructor({ mongo, clock }: { mongo: Mongo; clock: Clock }) {
    this.#mongo = mongo;
    this.#clock = clock;
    this.#records = new QuotaRecords({ mongo, clock });
  }

  /** Usage in the month (`2026-11`) or the present one. A period of which nothing is known shows nothing used. */
  async report(tenant: TenantContext, month?: string): Promise<TenantUsageReport> {
    const at = month === undefined ? this.#clock.now() : Date.parse(`${month}-01T00:00:00Z`);
    const period = calendarMonth(tenant, at);
    const [record, rows] = await Promise.all([this.#records.find(tenant, period), this.#series(tenant)]);
    const isPresent = period.end.getTime() > this.#clock.now();
    const metrics = QUOTA_RESOURCES.map((resource) => {
      const limit = record === undefined || isPresent ? QUOTA_RULES[resource].limitOf(tenant.limits) : record.limits[resource];
      return [resource, metricOf(record?.usage[resource] ?? 0, limit)] as const;
    });
    return {
      period,
      metrics: Object.fromEntries(metrics) as Record<QuotaResource, MetricUsage>,
      series: rows
        .filter(({ period_start: start }) => start <= period.start)
        .map(({ period_start: start, usage }) => ({ start, usage }))
        .reverse(),
      asOf: record?.flushed_at ?? new Date(this.#clock.now()),
    };
  }

  #series({ tenantId }: TenantContext): Promise<Pick<TenantQuota, 'period_start' | 'usage'>[]> {
    return this.#mongo.platform(tenantQuotas).findMany({ tenant_id: tenantId }, { sort: { period_start: -1 }, limit: SERIES_MAX });
  }
}

function metricOf(used: number, limit: number): MetricUsage {
  if (limit < 0) return { used, limit: -1, remaining: -1, percent: 0, overage: 0 };
  const percent = limit === 0 ? (used > 0 ? 100 : 0) : Math.floor((used * 100) / limit);
  return { used, limit, remaining: Math.max(0, limit - used), percent, overage: Math.max(0, used - limit) };
}
