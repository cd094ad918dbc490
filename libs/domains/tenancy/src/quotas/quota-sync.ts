import { type BackgroundJob } from '@caas/composition';
import { type DirtyCounter, markNow, type QuotaCounters, type RedisAccess, type RedisLease } from '@caas/data-access-redis';
import { groupBy, inLanes, type Logger, type Metrics, type QuotaResource, type TenantContext, type TenantDirectory } from '@caas/runtime';
import { levelOf } from './quota-alerts.js';
import { type QuotaRepair } from './quota-repair.js';
import { QUOTA_RULES } from './quota-rules.js';
import { periodStartOf, type TimedSubject } from './quota-subjects.js';
import { type UsageRecord } from './quota-records.js';
import { type QuotasService } from './quotas.service.js';

export interface QuotaSyncParts {
  readonly quotas: QuotasService;
  readonly redis: RedisAccess;
  readonly tenants: TenantDirectory;
  readonly repair: QuotaRepair;
  readonly logger: Logger;
  readonly metrics: Metrics;
  readonly intervalMs: number;
}

/** What became of the counters of a tenant. */
type Outcome = 'ok' | 'failed' | 'later';

/** Counters that one step writes down. */
const BATCH = 500;
/** Tenants that are written at once. */
const LANES = 8;

/**
 * Writes usage from Redis into `tenant_quotas`, mends counters that Redis lost, and sees to alerts, every few seconds. One worker at a time does it; two would do
 * no harm. Whatever fails stays marked and is done the next time.
 */
export class QuotaSync implements BackgroundJob {
  readonly name = 'quota-sync';
  readonly #parts: QuotaSyncParts;
  readonly #counters: QuotaCounters;
  readonly #lease: RedisLease;
  readonly #logger: Logger;
  readonly #written: (outcome: Outcome, counters: number) => void;
  #timer: NodeJS.Timeout | undefined;
  #running: Promise<unknown> = Promise.resolve();
  #stopped = false;

  constructor(parts: QuotaSyncParts) {
    this.#parts = parts;
    this.#logger = parts.logger.child({ module: 'quota-sync' });
    this.#counters = parts.redis.quotaCounters();
    this.#lease = parts.redis.lease(this.name, { ttlMs: 3 * parts.intervalMs });
    const counter = parts.metrics.counter({ name: 'caas_quota_syncs_total', help: 'Counters written to the store', labels: ['outcome'] });
    this.#written = (outcome, counters) => counter.inc({ outcome }, counters);
  }

  start(): void {
    this.#schedule();
  }

  /** A last run, so that what this process counted is written down, and the lease for somebody else. */
  async stop(): Promise<void> {
    this.#stopped = true;
    clearTimeout(this.#timer);
    await this.#running;
    await this.#tick();
    await this.#lease.release();
  }

  /** Writes down everything that moved until now. Resolves with the number of counters written; rejects when Redis is away. */
  async run(): Promise<number> {
    const before = markNow();
    let written = 0;
    for (;;) {
      const dirty = await this.#counters.dirty(BATCH, before);
      const done = await this.#write(dirty);
      written += done;
      if (dirty.length < BATCH || done === 0) return written;
      await this.#lease.take();
    }
  }

  #schedule(): void {
    this.#timer = setTimeout(() => {
      this.#running = this.#tick().finally(() => {
        if (!this.#stopped) this.#schedule();
      });
    }, this.#parts.intervalMs);
    this.#timer.unref();
  }

  async #tick(): Promise<void> {
    try {
      await this.#parts.quotas.flush();
      if (await this.#lease.take()) await this.run();
    } catch (error) {
      this.#logger.warn({ err: error }, 'usage could not be written down; it is tried again');
    }
  }

  async #write(dirty: readonly DirtyCounter[]): Promise<number> {
    let written = 0;
    await inLanes(groupBy(dirty, ({ tenantId }) => tenantId).values(), LANES, async (counters) => {
      const done = await this.#writeTenant(counters);
      this.#written(done, counters.length);
      if (done === 'ok') written += counters.length;
    });
    return written;
  }

  /** The counters of one tenant; unless that is `ok` they stay marked. */
  async #writeTenant(counters: readonly DirtyCounter[]): Promise<Outcome> {
    const [first] = counters;
    try {
      const tenant = first === undefined ? undefined : await this.#parts.tenants.get(first.tenantId);
      const later: boolean[] = [];
      if (tenant !== undefined) for (const counter of counters) later.push(!(await this.#writeCounter(tenant, counter)));
      if (later.includes(true)) return 'later';
      await this.#counters.settle(counters); // of a tenant that is gone, nothing is written down
      return 'ok';
    } catch (error) {
      this.#logger.warn({ err: error, tenant_id: first?.tenantId }, 'usage of a tenant could not be written down');
      return 'failed';
    }
  }

  /** False when the counter has to be looked at again: Redis lost it, and what is missing may be on its way. */
  async #writeCounter(tenant: TenantContext, counter: DirtyCounter): Promise<boolean> {
    const { quotas, repair } = this.#parts;
    const resource = counter.resource as QuotaResource;
    if (!Object.hasOwn(QUOTA_RULES, resource)) return true; // a newer version counts something else
    const timed = this.#timedOf(tenant, counter, resource);
    const isLive = timed.subject.counting === 'live';
    let value = await this.#counters.read(counter, { isLive });
    if (value === undefined) return true;
    const isKnown = !value.recount || (await repair.recount(tenant, resource, timed.period)) !== undefined;
    if (value.recount && isKnown) value = (await this.#counters.read(counter, { isLive })) ?? value;
    const usage: UsageRecord = { resource, used: value.used, peak: Math.max(value.peak, value.used) };
    await quotas.records.write(tenant, timed.period, { usage: [usage] });
    await quotas.alerts.settle(levelOf(timed, { used: value.used, level: value.level }));
    return isKnown;
  }

  #timedOf(tenant: TenantContext, counter: DirtyCounter, resource: QuotaResource): TimedSubject {
    const { subjects } = this.#parts.quotas;
    const start = periodStartOf(counter);
    return start === undefined ? subjects.now(tenant, resource) : subjects.starting(tenant, resource, start);
  }
}
