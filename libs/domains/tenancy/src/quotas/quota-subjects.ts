import { type QuotaName, type QuotaSubject } from '@caas/data-access-redis';
import { type Clock, type QuotaResource, type TenantContext } from '@caas/runtime';
import { type BillingPeriod, type PeriodSource } from './billing-period.js';
import { capOf, QUOTA_RULES } from './quota-rules.js';

const DAY_MS = 86_400_000;
/** How late an event may be to count for its own period. */
const LATE_MS = DAY_MS;
/** For so long a counter stays in Redis when its period is over, for late events and for the last flush. */
const KEEP_COUNTER_MS = 8 * DAY_MS;
/** A gauge that nobody touches goes from Redis and starts again from what was written down. */
const KEEP_GAUGE_MS = 40 * DAY_MS;

/** The period of gauges in Redis: they are never reset. */
export const GAUGE_PERIOD = 'live';

/** A counter as the ledger takes it, with when its period ends. */
export interface TimedSubject {
  readonly subject: QuotaSubject;
  readonly period: BillingPeriod;
  readonly limit: number;
}

/** A counter that knows its period. All tenants have some, so there is no table beside them. */
class Counter implements QuotaSubject {
  readonly tenantId: TenantContext['tenantId'];
  readonly resource: QuotaResource;
  readonly period: string;
  readonly counting: QuotaSubject['counting'];
  readonly limit: number;
  readonly cap: number;
  readonly isGauge: boolean;
  readonly expiresAt: number;
  readonly #billing: BillingPeriod;

  constructor(tenant: TenantContext, resource: QuotaResource, billing: BillingPeriod) {
    const rule = QUOTA_RULES[resource];
    const { isMonthly } = rule;
    this.tenantId = tenant.tenantId;
    this.resource = resource;
    this.period = isMonthly ? periodName(billing) : GAUGE_PERIOD;
    this.counting = rule.counting;
    this.limit = rule.limitOf(tenant.limits);
    this.cap = capOf(rule, tenant.limits);
    this.isGauge = !isMonthly;
    this.expiresAt = billing.end.getTime() + (isMonthly ? KEEP_COUNTER_MS : KEEP_GAUGE_MS);
    this.#billing = billing;
  }

  static timed(subject: QuotaSubject): TimedSubject | undefined {
    return #billing in subject ? { subject, period: subject.#billing, limit: subject.limit } : undefined;
  }
}

/** Finds the counter of a tenant's resource at a moment. Remembers the present ones: checks ask for the same few again and again. */
export class QuotaSubjects {
  readonly #clock: Clock;
  readonly #periodOf: PeriodSource;
  readonly #present = new WeakMap<TenantContext, Partial<Record<QuotaResource, TimedSubject>>>();

  constructor({ clock, periodOf }: { clock: Clock; periodOf: PeriodSource }) {
    this.#clock = clock;
    this.#periodOf = periodOf;
  }

  /** The counter that is in force now. */
  now(tenant: TenantContext, resource: QuotaResource): TimedSubject {
    const nowMs = this.#clock.now();
    let known = this.#present.get(tenant);
    if (known === undefined) this.#present.set(tenant, (known = {}));
    const remembered = known[resource];
    if (remembered !== undefined && nowMs < remembered.period.end.getTime() && nowMs >= remembered.period.start.getTime())
      return remembered;
    const made = this.#make(tenant, resource, nowMs);
    known[resource] = made;
    return made;
  }

  /** The counter of an event: that of its own period when it is at most a day late. */
  at(tenant: TenantContext, resource: QuotaResource, atMs: number): TimedSubject {
    const nowMs = this.#clock.now();
    const { period } = this.now(tenant, resource);
    if (atMs >= period.start.getTime()) return this.now(tenant, resource);
    return this.#make(tenant, resource, Math.max(atMs, nowMs - LATE_MS));
  }

  /** The counter of the billing period that starts at this moment. */
  starting(tenant: TenantContext, resource: QuotaResource, start: Date): TimedSubject {
    const present = this.now(tenant, resource);
    return start.getTime() === present.period.start.getTime() ? present : this.#make(tenant, resource, start.getTime());
  }

  /** The billing period of a tenant that a moment lies in; the present one unless given. */
  period(tenant: TenantContext, atMs = this.#clock.now()): BillingPeriod {
    return this.#periodOf(tenant, atMs);
  }

  /** What a subject that was made here stands for. */
  of(subject: QuotaSubject): TimedSubject | undefined {
    return Counter.timed(subject);
  }

  #make(tenant: TenantContext, resource: QuotaResource, atMs: number): TimedSubject {
    const period = this.#periodOf(tenant, atMs);
    const subject = new Counter(tenant, resource, period);
    return { subject, period, limit: subject.limit };
  }
}

/** A billing period in the name of a counter: the day on which it starts. */
export function periodName(period: BillingPeriod): string {
  let name = names.get(period);
  if (name === undefined) names.set(period, (name = period.start.toISOString().slice(0, 10)));
  return name;
}

const names = new WeakMap<BillingPeriod, string>();

/** When the period in the name of a counter starts; `undefined` for a gauge. */
export function periodStartOf({ period }: QuotaName): Date | undefined {
  return period === GAUGE_PERIOD ? undefined : new Date(`${period}T00:00:00.000Z`);
}
