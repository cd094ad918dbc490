import { type Db } from 'mongodb';
import { type Logger } from '@caas/runtime';
import { type CollectionDefinition } from '../definition/define-collection.js';
import { type OperationMetrics } from '../client/metrics.js';
import { namespaceOf, type NamespaceOptions, type Placement } from '../tenancy/namespaces.js';
import { type TenantUsages } from './tenant-usage.js';

export interface TenantSamplerOptions extends NamespaceOptions {
  readonly usages: TenantUsages;
  readonly database: (name: string) => Db;
  /** Tenant collections of the process. */
  readonly collections: readonly CollectionDefinition[];
  readonly metrics: OperationMetrics;
  readonly logger: Logger;
}

const EVERY_MS = 60_000;
/** Tenants looked at in one round; the others follow in the next ones. */
const TENANTS_PER_ROUND = 50;
const COMMAND_TIMEOUT_MS = 5_000;

/** Asks the server once a minute what the tenants with storage of their own take up, one tenant after another and beside all other work. */
export class TenantSampler {
  readonly #options: TenantSamplerOptions;
  #timer: NodeJS.Timeout | undefined;
  #round: Promise<void> | undefined;

  constructor(options: TenantSamplerOptions) {
    this.#options = options;
  }

  /** Does not keep the process alive. */
  start(): void {
    this.#timer ??= setInterval(() => void this.sample(), EVERY_MS).unref();
  }

  /** Resolves when a round under way has ended. */
  async stop(): Promise<void> {
    clearInterval(this.#timer);
    this.#timer = undefined;
    await this.#round;
  }

  /** One round; calls during a round share it. Never rejects: what cannot be read is left out and logged. */
  sample(): Promise<void> {
    this.#round ??= this.#sample().finally(() => (this.#round = undefined));
    return this.#round;
  }

  async #sample(): Promise<void> {
    const { usages, metrics, logger } = this.#options;
    const sums = new Map<string, { storage: number; indexes: number }>();
    for (const placement of usages.placements().slice(0, TENANTS_PER_ROUND)) {
      try {
        const bytes = await this.#measure(placement);
        usages.setStorage(placement.tenantId, bytes);
        const { model } = placement.isolation;
        const sum = sums.get(model) ?? { storage: 0, indexes: 0 };
        sums.set(model, { storage: sum.storage + bytes.storage, indexes: sum.indexes + bytes.indexes });
      } catch (error) {
        logger.debug({ err: error, tenant_id: placement.tenantId }, 'storage of a tenant could not be read');
      }
    }
    for (const [model, sum] of sums) metrics.setTenantStorage(model, sum);
  }

  async #measure(placement: Placement): Promise<{ storage: number; indexes: number }> {
    const places = this.#options.collections
      .filter(({ scope }) => scope === 'tenant')
      .map(({ name }) => namespaceOf(placement, name, this.#options));
    const [first] = places;
    if (first === undefined) return { storage: 0, indexes: 0 };
    const db = this.#options.database(first.database);
    if (placement.isolation.model === 'database') return bytesOf(await db.command({ dbStats: 1 }, { timeoutMS: COMMAND_TIMEOUT_MS }));
    const sum = { storage: 0, indexes: 0 };
    for (const { collection } of places) {
      const { storage, indexes } = bytesOf(await db.command({ collStats: collection }, { timeoutMS: COMMAND_TIMEOUT_MS }));
      sum.storage += storage;
      sum.indexes += indexes;
    }
    return sum;
  }
}

/** `dbStats` and `collStats` name the same things differently. */
function bytesOf(stats: Record<string, unknown>): { storage: number; indexes: number } {
  const number = (value: unknown): number => (typeof value === 'number' ? value : Number(value ?? 0));
  return { storage: number(stats['storageSize']), indexes: number(stats['totalIndexSize'] ?? stats['indexSize']) };
}
