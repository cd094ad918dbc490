import { type BackgroundJob } from '@caas/composition';
import { type RedisAccess, type RedisLease } from '@caas/data-access-redis';
import { type Clock, type Logger, type TenantContext } from '@caas/runtime';
import { type QuotaRepair } from './quota-repair.js';

const DAY_MS = 86_400_000;
const LOOK_EVERY_MS = 600_000;
/** Longer than a run takes; the lease keeps the others out for the rest of the night. */
const LEASE_MS = 6 * 3_600_000;
/** When the night's run begins, in milliseconds of the day, UTC. */
const NIGHT_MS = 3 * 3_600_000;

export interface QuotaReconciliationParts {
  readonly repair: QuotaRepair;
  readonly redis: RedisAccess;
  /** Every tenant that has data. */
  readonly tenants: () => AsyncIterable<TenantContext>;
  readonly clock: Clock;
  readonly logger: Logger;
}

/** Counts the usage of every tenant anew, once a night, by one worker: what a crash left wrong is right the next day. */
export class QuotaReconciliation implements BackgroundJob {
  readonly name = 'quota-reconciliation';
  readonly #parts: QuotaReconciliationParts;
  readonly #lease: RedisLease;
  #timer: NodeJS.Timeout | undefined;
  #running: Promise<unknown> = Promise.resolve();
  #stopped = false;
  #doneFor = -1;

  constructor(parts: QuotaReconciliationParts) {
    this.#parts = parts;
    this.#lease = parts.redis.lease(this.name, { ttlMs: LEASE_MS });
  }

  start(): void {
    this.#doneFor = this.#night();
    this.#timer = setInterval(() => {
      this.#running = this.look();
    }, LOOK_EVERY_MS);
    this.#timer.unref();
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    clearInterval(this.#timer);
    await this.#running;
  }

  /** Begins the night's run when it is time, and nobody else does it. Never rejects. */
  async look(): Promise<void> {
    const night = this.#night();
    if (night === this.#doneFor) return;
    this.#doneFor = night;
    try {
      if (await this.#lease.take()) await this.run();
    } catch (error) {
      this.#parts.logger.warn({ err: error }, 'the nightly recount of usage did not run');
    }
  }

  /** Mends the counters of every tenant; one that fails does not keep the others. Resolves with how many counters were off. */
  async run(): Promise<number> {
    let off = 0;
    for await (const tenant of this.#parts.tenants()) {
      if (this.#stopped) break;
      try {
        off += (await this.#parts.repair.repair(tenant)).filter(({ drift }) => drift !== 0).length;
      } catch (error) {
        this.#parts.logger.warn({ err: error, tenant_id: tenant.tenantId }, 'the usage of a tenant could not be recounted');
      }
    }
    return off;
  }

  #night(): number {
    return Math.floor((this.#parts.clock.now() - NIGHT_MS) / DAY_MS);
  }
}
