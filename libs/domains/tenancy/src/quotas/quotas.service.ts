import { type Outbox } from '@caas/composition';
import { type Mongo } from '@caas/data-access-mongo';
import { type QuotaCrossing, type QuotaLedger, type QuotaReading, type RedisAccess } from '@caas/data-access-redis';
import {
  type Clock,
  InternalError,
  type Logger,
  type Metrics,
  type QuotaCheck,
  QuotaExceededError,
  type QuotaResource,
  type Quotas,
  type TenantContext,
} from '@caas/runtime';
import { calendarMonth, type PeriodSource } from './billing-period.js';
import { levelOf, QuotaAlerts } from './quota-alerts.js';
import { quotaCheckOf } from './quota-check.js';
import { QuotaRecords } from './quota-records.js';
import { QuotaSubjects } from './quota-subjects.js';

export interface QuotasOptions {
  readonly mongo: Mongo;
  readonly redis: RedisAccess;
  readonly outbox: Pick<Outbox, 'add'>;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly metrics: Metrics;
  /** The billing period of a tenant; the month of the calendar unless given. */
  readonly periodOf?: PeriodSource;
  /** For specs: how the ledger treats Redis. */
  readonly ledger?: { readonly timeoutMs?: number; readonly reportEveryMs?: number; readonly leaseFraction?: number };
}

/** Quotas of all tenants, counted in Redis with leases, limits from their plans and contracts. One per process. */
export class QuotasService implements Quotas {
  readonly subjects: QuotaSubjects;
  readonly records: QuotaRecords;
  readonly alerts: QuotaAlerts;
  readonly #ledger: QuotaLedger;
  readonly #logger: Logger;
  readonly #observe: (check: QuotaCheck, seconds: number) => void;

  constructor({ mongo, redis, outbox, clock, logger, metrics, periodOf = calendarMonth, ledger = {} }: QuotasOptions) {
    this.#logger = logger.child({ module: 'quotas' });
    this.subjects = new QuotaSubjects({ clock, periodOf });
    this.records = new QuotaRecords({ mongo, clock });
    this.alerts = new QuotaAlerts({ mongo, outbox, clock, logger: this.#logger, metrics });
    this.#ledger = redis.quotaLedger({
      startOf: (subject) => this.records.startOf(subject),
      onCrossing: (crossing) => this.#crossed(crossing),
      ...ledger,
    });
    this.#observe = checkMetrics(metrics);
  }

  check(tenant: TenantContext, resource: QuotaResource, quantity = 1): QuotaCheck | Promise<QuotaCheck> {
    requireWhole(quantity);
    const timed = this.subjects.now(tenant, resource);
    const started = performance.now();
    const done = (reading: QuotaReading): QuotaCheck => {
      const check = quotaCheckOf(reading, timed);
      this.#observe(check, (performance.now() - started) / 1_000);
      return check;
    };
    const reading = this.#ledger.take(timed.subject, quantity);
    return reading instanceof Promise ? reading.then(done) : done(reading);
  }

  require(tenant: TenantContext, resource: QuotaResource, quantity = 1): QuotaCheck | Promise<QuotaCheck> {
    const check = this.check(tenant, resource, quantity);
    return check instanceof Promise ? check.then(requireAllowed) : requireAllowed(check);
  }

  release(tenant: TenantContext, resource: QuotaResource, quantity = 1): void {
    requireWhole(quantity);
    this.#ledger.release(this.subjects.now(tenant, resource).subject, quantity);
  }

  async count(tenant: TenantContext, resource: QuotaResource, quantity: number, { at }: { readonly at?: number } = {}): Promise<void> {
    requireWhole(quantity);
    if (quantity === 0) return;
    const { subject } = at === undefined ? this.subjects.now(tenant, resource) : this.subjects.at(tenant, resource, at);
    await this.#ledger.count(subject, quantity);
  }

  /** Reports what this process spent; it does so by itself every few seconds. Never rejects. */
  flush(): Promise<void> {
    return this.#ledger.report();
  }

  #crossed({ subject, used, to }: QuotaCrossing): void {
    const timed = this.subjects.of(subject);
    if (timed === undefined) return;
    this.alerts
      .settle(levelOf(timed, { used, level: to }))
      .catch((error: unknown) => this.#logger.warn({ err: error }, 'a quota alert waits for the next flush'));
  }
}

/** The outcomes and times of checks, looked up once. */
function checkMetrics(metrics: Metrics): (check: QuotaCheck, seconds: number) => void {
  const checks = metrics.counter({ name: 'quota_checks_total', help: 'Quota checks', labels: ['resource', 'mode'] });
  const duration = metrics.histogram({
    name: 'quota_check_duration_seconds',
    help: 'Time of quota checks',
    buckets: [0.00001, 0.0001, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.05, 0.1],
  });
  const children = new Map<string, { inc(): void }>();
  return ({ resource, mode }, seconds) => {
    const name = `${resource} ${mode}`;
    const child = children.get(name) ?? checks.labels({ resource, mode });
    children.set(name, child);
    child.inc();
    duration.observe(seconds);
  };
}

function requireAllowed(check: QuotaCheck): QuotaCheck {
  if (check.allowed) return check;
  const { resource, limit, used, resetAt } = check;
  throw new QuotaExceededError({ resource, limit, used, resetAt });
}

function requireWhole(quantity: number): void {
  if (!Number.isSafeInteger(quantity) || quantity < 0) throw new InternalError('A quota is counted in whole numbers of at least 0.');
}
