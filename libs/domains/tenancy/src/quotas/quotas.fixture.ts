import { once } from 'node:events';
import { connect } from 'node:net';
import { connectRedis, type RedisAccess } from '@caas/data-access-redis';
import { type UsageCount } from '@caas/composition';
import { type Mongo } from '@caas/data-access-mongo';
import { ManualClock, Metrics, QUOTA_RESOURCES, type QuotaResource, type TenantContext, type TenantDirectory } from '@caas/runtime';
import { stack } from '@caas/testing/stack';
import { anOutbox } from '../fixtures/outbox.fixture.js';
import { silent } from '../fixtures/platform.fixture.js';
import { type BillingPeriod } from './billing-period.js';
import { QuotaRepair } from './quota-repair.js';
import { QuotaSync } from './quota-sync.js';
import { periodName } from './quota-subjects.js';
import { QuotasService } from './quotas.service.js';
import { aTenant } from './tenant.fixture.js';

export const DAY_MS = 86_400_000;

const aMonth = (offset: number): BillingPeriod => {
  const now = new Date();
  const start = (more: number): Date => new Date(Date.UTC(now.getUTCFullYear(), now.getUTCMonth() + offset + more, 1));
  return { start: start(0), end: start(1) };
};
/** Counters expire by the clock of Redis, so that the billing periods of specs are those of today. */
export const THIS_MONTH = aMonth(0);
export const NEXT_MONTH = aMonth(1);

/** Takes every counter of a tenant out of Redis, as a loss of its memory does. */
export async function forgetInRedis({ tenantId }: TenantContext): Promise<void> {
  const { hostname, port } = new URL(stack().redis_url);
  const socket = connect(Number(port), hostname);
  const periods = ['live', periodName(THIS_MONTH), periodName(NEXT_MONTH)];
  const keys = QUOTA_RESOURCES.flatMap((resource) => periods.map((period) => `quota:{${tenantId}}:${period}:${resource}`));
  socket.write(`DEL ${keys.join(' ')}\r\n`);
  await once(socket, 'data');
  socket.destroy();
}

/** A process that counts, with everything that belongs to it. Reports and syncs happen when they are asked for. */
export interface QuotaProcess {
  readonly redis: RedisAccess;
  readonly metrics: Metrics;
  readonly quotas: QuotasService;
  readonly repair: QuotaRepair;
  readonly sync: QuotaSync;
}

/** Processes that share the servers of the stack, and the tenants they know. */
export class QuotaBench {
  readonly clock = new ManualClock(THIS_MONTH.start.getTime() + 14 * DAY_MS);
  readonly tenants = new Map<string, TenantContext>();
  /** What rows tell; changed by specs. */
  readonly rows = new Map<QuotaResource, number>();
  /** Happens after the counter was read and before the rows are told. */
  whileCounting: () => Promise<void> = async () => undefined;
  readonly #mongo: Mongo;
  readonly #opened: RedisAccess[] = [];

  constructor(mongo: Mongo) {
    this.#mongo = mongo;
  }

  tenant(options: Parameters<typeof aTenant>[0] = {}): TenantContext {
    const tenant = aTenant(options);
    this.tenants.set(tenant.tenantId, tenant);
    return tenant;
  }

  async process({ url = stack().redis_url, intervalMs = 3_600_000 } = {}): Promise<QuotaProcess> {
    const metrics = new Metrics({ service: 'spec', defaults: false });
    const redis = await connectRedis({ url, logger: silent, metrics, name: 'spec' });
    this.#opened.push(redis);
    const ledger = { timeoutMs: 30_000, reportEveryMs: 3_600_000 };
    const quotas = new QuotasService({
      mongo: this.#mongo,
      outbox: anOutbox(this.#mongo),
      redis,
      clock: this.clock,
      logger: silent,
      metrics,
      ledger,
    });
    const repair = new QuotaRepair({ quotas, redis, counts: async () => this.#counts(), logger: silent, settleMs: 0 });
    const sync = new QuotaSync({ quotas, redis, tenants: this.#directory(), repair, logger: silent, metrics, intervalMs });
    return { redis, metrics, quotas, repair, sync };
  }

  async close(): Promise<void> {
    await Promise.all(this.#opened.splice(0).map((redis) => redis.close()));
  }

  #counts(): UsageCount[] {
    return [...this.rows].map(([resource, rows]) => ({
      resource,
      isLowerBound: resource === 'messages_count',
      count: () => this.#count(rows),
    }));
  }

  async #count(rows: number): Promise<number> {
    await this.whileCounting();
    return rows;
  }

  #directory(): TenantDirectory {
    return { get: (tenantId) => this.tenants.get(tenantId), invalidate: async () => undefined };
  }
}
