import { type Mongo, type NewDocumentOf } from '@caas/data-access-mongo';
import { type QuotaStart, type QuotaSubject } from '@caas/data-access-redis';
import { type Clock, QUOTA_RESOURCES, type QuotaResource, type TenantContext } from '@caas/runtime';
import { type BillingPeriod } from './billing-period.js';
import { QUOTA_RULES } from './quota-rules.js';
import { periodStartOf } from './quota-subjects.js';
import { type TenantQuota, tenantQuotas } from './tenant-quotas.collection.js';

/** Usage of one resource as it is written down. */
export interface UsageRecord {
  readonly resource: QuotaResource;
  readonly used: number;
  readonly peak: number;
}

/** What Redis counts, as MongoDB keeps it. Every write is absolute: repeating one changes nothing. */
export class QuotaRecords {
  readonly #mongo: Mongo;
  readonly #clock: Clock;

  constructor({ mongo, clock }: { mongo: Mongo; clock: Clock }) {
    this.#mongo = mongo;
    this.#clock = clock;
  }

  /** The record of a period, made with nothing used where there is none. */
  async open(tenant: TenantContext, period: BillingPeriod): Promise<TenantQuota> {
    const key = { tenant_id: tenant.tenantId, period_start: period.start };
    return (await this.#repository.findOrCreate(key, this.#newRecord(tenant, period))).document;
  }

  /** The record of a period, or `undefined`. */
  find(tenant: TenantContext, period: BillingPeriod): Promise<TenantQuota | undefined> {
    return this.#repository.findOne({ tenant_id: tenant.tenantId, period_start: period.start }, { readFrom: 'primary' });
  }

  /** Writes usage down: counters never fall, gauges are what they are, peaks rise. `force` sets counters too: a repair. */
  async write(
    tenant: TenantContext,
    period: BillingPeriod,
    { usage, force = false }: { usage: readonly UsageRecord[]; force?: boolean },
  ): Promise<void> {
    const isSet = (resource: QuotaResource): boolean => force || !QUOTA_RULES[resource].isMonthly;
    const values = (chosen: readonly UsageRecord[], field: 'usage' | 'peak') =>
      Object.fromEntries(chosen.map((one) => [`${field}.${one.resource}`, field === 'usage' ? one.used : one.peak]));
    const record = this.#newRecord(tenant, period);
    const create = {
      ...record,
      usage: { ...record.usage, ...Object.fromEntries(usage.map(({ resource, used }) => [resource, used])) },
      peak: { ...record.peak, ...Object.fromEntries(usage.map(({ resource, peak }) => [resource, peak])) },
    };
    const change = {
      set: {
        flushed_at: record.flushed_at,
        limits: record.limits,
        ...values(
          usage.filter(({ resource }) => isSet(resource)),
          'usage',
        ),
      },
      max: {
        ...values(
          usage.filter(({ resource }) => !isSet(resource)),
          'usage',
        ),
        ...values(usage, 'peak'),
      },
    };
    await this.#repository.upsert({ tenant_id: tenant.tenantId, period_start: period.start }, { create, change });
  }

  /** Removes every record of a tenant: when its provisioning is undone. */
  async remove(tenant: TenantContext): Promise<void> {
    await this.#repository.deleteMany({ tenant_id: tenant.tenantId });
  }

  /**
   * Where a counter starts that Redis does not have. One that was written down before is to be recounted, because what came after that is missing; so is
   * a gauge of which nothing was ever written down.
   */
  async startOf({ tenantId, resource, ...name }: QuotaSubject): Promise<QuotaStart> {
    const start = periodStartOf({ tenantId, resource, ...name });
    const rule = QUOTA_RULES[resource as QuotaResource];
    if (rule.counting === 'live') return { used: 0, recount: false };
    const [record] = await this.#repository.findMany(
      { tenant_id: tenantId, ...(start === undefined ? {} : { period_start: start }) },
      { sort: { period_start: -1 }, limit: 1, readFrom: 'primary' },
    );
    if (record === undefined) return { used: 0, recount: start === undefined };
    return { used: record.usage[resource as QuotaResource], recount: true };
  }

  get #repository() {
    return this.#mongo.platform(tenantQuotas);
  }

  #newRecord(tenant: TenantContext, period: BillingPeriod): NewDocumentOf<typeof tenantQuotas> {
    const each = (valueOf: (resource: QuotaResource) => number) =>
      Object.fromEntries(QUOTA_RESOURCES.map((resource) => [resource, valueOf(resource)])) as Record<QuotaResource, number>;
    return {
      tenant_id: tenant.tenantId,
      period_start: period.start,
      period_end: period.end,
      limits: each((resource) => QUOTA_RULES[resource].limitOf(tenant.limits)),
      usage: each(() => 0),
      peak: each(() => 0),
      flushed_at: new Date(this.#clock.now()),
    };
  }
}
