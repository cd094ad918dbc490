import { setTimeout as pause } from 'node:timers/promises';
import { type UsageCount } from '@caas/composition';
import { type CounterValue, type QuotaCounters, type RedisAccess } from '@caas/data-access-redis';
import { type Logger, QUOTA_RESOURCES, type QuotaResource, runWithTenant, type TenantContext } from '@caas/runtime';
import { type BillingPeriod } from './billing-period.js';
import { type QuotasService } from './quotas.service.js';

/** What is known of the usage of one resource. */
export interface QuotaUsage {
  readonly resource: QuotaResource;
  /** -1 is no limit. */
  readonly limit: number;
  /** In Redis; absent where it does not have the counter. */
  readonly counted?: number;
  /** Leased to processes, spent or not. */
  readonly held?: number;
  /** In MongoDB, as of the last flush; absent where nothing was written down in this period. */
  readonly recorded?: number;
  readonly peak?: number;
}

/** What a recount found. */
export interface QuotaDrift {
  readonly resource: QuotaResource;
  /** In Redis before. */
  readonly counted: number;
  /** By the rows; absent where nothing tells it. */
  readonly rows?: number;
  /** What the counter has to be moved by. */
  readonly drift: number;
}

export interface QuotaRepairParts {
  readonly quotas: QuotasService;
  readonly redis: RedisAccess;
  /** How usage is counted from rows. */
  readonly counts: () => Promise<readonly UsageCount[]>;
  readonly logger: Logger;
  /** Milliseconds within which every process has reported what it counted. */
  readonly settleMs?: number;
}

/** Longer than a process takes to find Redis again and to report: three rounds of reports. */
const SETTLE_MS = 15_000;
/** Looks that are remembered; more than that begin anew. */
const LOOKS_MAX = 10_000;

/** What the rows of a counter said, some time ago. */
interface Look {
  readonly rows: number;
  /** Milliseconds of a clock that never goes back. */
  readonly at: number;
}

/**
 * Looks at counters, and mends them by the rows that they count. A row is stored before it is counted, and with Redis away it is counted when that is back: between
 * the two it looks as if the counter had lost it. So a counter that can only be raised is held against rows that were seen a while before; what is missing
 * then was counted by nobody.
 */
export class QuotaRepair {
  readonly #parts: QuotaRepairParts;
  readonly #counters: QuotaCounters;
  readonly #settleMs: number;
  readonly #looks = new Map<string, Look>();

  constructor(parts: QuotaRepairParts) {
    this.#parts = parts;
    this.#counters = parts.redis.quotaCounters();
    this.#settleMs = parts.settleMs ?? SETTLE_MS;
  }

  /** Usage of every resource in the present period. Rejects with `UnavailableError` when a store is away. */
  async show(tenant: TenantContext): Promise<QuotaUsage[]> {
    const { subjects, records } = this.#parts.quotas;
    const record = await records.find(tenant, subjects.period(tenant));
    return Promise.all(
      QUOTA_RESOURCES.map(async (resource) => {
        const { limit } = subjects.now(tenant, resource);
        const value = await this.#read(tenant, resource);
        return {
          resource,
          limit,
          ...(value === undefined ? {} : { counted: value.used, held: value.held }),
          ...(record === undefined ? {} : { recorded: record.usage[resource], peak: Math.max(record.peak[resource], value?.peak ?? 0) }),
        };
      }),
    );
  }

  /** How far each counter is off that rows tell of; moves nothing. */
  async drift(tenant: TenantContext): Promise<QuotaDrift[]> {
    const counts = await this.#parts.counts();
    const period = this.#parts.quotas.subjects.period(tenant);
    const drifts: QuotaDrift[] = [];
    for (const { resource } of counts) drifts.push(await this.#driftOf(tenant, resource, period));
    return drifts;
  }

  /** Mends every counter that rows tell of, and writes it down; waits where it has to look twice. Resolves with what was off. */
  async repair(tenant: TenantContext): Promise<QuotaDrift[]> {
    const counts = await this.#parts.counts();
    const period = this.#parts.quotas.subjects.period(tenant);
    const drifts: QuotaDrift[] = [];
    for (const { resource } of counts) {
      let found = await this.recount(tenant, resource, period);
      while (found === undefined) {
        await pause(this.#settleMs);
        found = await this.recount(tenant, resource, period);
      }
      drifts.push(found);
    }
    return drifts;
  }

  /**
   * Moves one counter to what its rows say, by the difference, so that what is counted meanwhile is kept. A resource without rows keeps its value and is taken
   * for whole. `undefined` when what is missing may be on its way: nothing was moved, and it is to be asked again after {@link QuotaRepairParts.settleMs}.
   */
  async recount(tenant: TenantContext, resource: QuotaResource, period: BillingPeriod): Promise<QuotaDrift | undefined> {
    const { quotas, logger } = this.#parts;
    const found = await this.#settled(tenant, resource, period);
    if (found === undefined) return undefined;
    const { subject } = quotas.subjects.starting(tenant, resource, period.start);
    const adjusted = await this.#counters.adjust(subject, found.drift);
    const used = adjusted ?? found.counted + found.drift;
    if (found.drift !== 0 || adjusted === undefined) {
      await quotas.records.write(tenant, period, { usage: [{ resource, used, peak: used }], force: true });
    }
    if (found.drift !== 0) logger.warn({ tenant_id: tenant.tenantId, ...found }, 'a quota counter was off and is mended');
    return found;
  }

  /** How far a counter is off for good; `undefined` until that is known. */
  async #settled(tenant: TenantContext, resource: QuotaResource, period: BillingPeriod): Promise<QuotaDrift | undefined> {
    const count = await this.#countOf(resource);
    if (count?.isLowerBound !== true) return this.#driftOf(tenant, resource, period);
    const key = `${tenant.tenantId} ${resource} ${period.start.getTime()}`;
    const look = this.#looks.get(key);
    if (look === undefined) {
      const found = await this.#driftOf(tenant, resource, period);
      if (found.drift === 0) return found;
      if (this.#looks.size >= LOOKS_MAX) this.#looks.clear();
      this.#looks.set(key, { rows: found.counted + found.drift, at: performance.now() });
      return undefined;
    }
    if (performance.now() - look.at < this.#settleMs) return undefined;
    this.#looks.delete(key);
    const counted = await this.#counted(tenant, resource, period);
    return { resource, counted, rows: look.rows, drift: Math.max(0, look.rows - counted) };
  }

  async #driftOf(tenant: TenantContext, resource: QuotaResource, period: BillingPeriod): Promise<QuotaDrift> {
    const count = await this.#countOf(resource);
    const before = await this.#counted(tenant, resource, period);
    if (count === undefined) return { resource, counted: before, drift: 0 };
    const rows = await runWithTenant(tenant, () => count.count(tenant, period));
    // A counter that is only ever raised is held against its latest value: rows that were on their way to it would be counted twice for good.
    const counted = count.isLowerBound ? await this.#counted(tenant, resource, period) : before;
    const drift = rows - counted;
    return { resource, counted, rows, drift: count.isLowerBound ? Math.max(0, drift) : drift };
  }

  async #countOf(resource: QuotaResource): Promise<UsageCount | undefined> {
    return (await this.#parts.counts()).find((one) => one.resource === resource);
  }

  /** In Redis, or what was written down last. */
  async #counted(tenant: TenantContext, resource: QuotaResource, period: BillingPeriod): Promise<number> {
    const { records, subjects } = this.#parts.quotas;
    const value = await this.#read(tenant, resource, period);
    return value?.used ?? (await records.startOf(subjects.starting(tenant, resource, period.start).subject)).used;
  }

  #read(tenant: TenantContext, resource: QuotaResource, period?: BillingPeriod): Promise<CounterValue | undefined> {
    const { subjects } = this.#parts.quotas;
    const { subject } = period === undefined ? subjects.now(tenant, resource) : subjects.starting(tenant, resource, period.start);
    return this.#counters.read(subject, { isLive: subject.counting === 'live' });
  }
}
