import { type TenantId } from '@caas/schema';
import { type Placement } from '../tenancy/namespaces.js';

/** What a process did for one tenant, and what the server keeps for it. Never a metric label: there are too many tenants. */
export interface TenantUsage {
  readonly tenantId: TenantId;
  /** Repository operations of this process since it started, or since the tenant was last forgotten. */
  readonly operations: number;
  /** Bytes at the latest sample; `undefined` before the first, and always in the shared strategy, where collections are common. */
  readonly storageBytes: number | undefined;
  readonly indexBytes: number | undefined;
  readonly sampledAt: Date | undefined;
}

interface Entry {
  placement: Placement;
  operations: number;
  storageBytes?: number;
  indexBytes?: number;
  sampledAt?: Date;
}

const TENANTS_MAX = 10_000;

/** Counts operations by tenant. One map look-up for each operation; memory is bounded. */
export class TenantUsages {
  readonly #entries = new Map<TenantId, Entry>();

  /** Remembers where a tenant's data is. The tenant that was first seen longest ago is forgotten when there are too many. */
  saw(placement: Placement): void {
    const entry = this.#entries.get(placement.tenantId);
    if (entry !== undefined) {
      entry.placement = placement;
      return;
    }
    if (this.#entries.size >= TENANTS_MAX) {
      const [oldest] = this.#entries.keys();
      if (oldest !== undefined) this.#entries.delete(oldest);
    }
    this.#entries.set(placement.tenantId, { placement, operations: 0 });
  }

  countOperation(tenantId: TenantId): void {
    const entry = this.#entries.get(tenantId);
    if (entry !== undefined) entry.operations += 1;
  }

  setStorage(tenantId: TenantId, bytes: { storage: number; indexes: number }): void {
    const entry = this.#entries.get(tenantId);
    if (entry !== undefined) Object.assign(entry, { storageBytes: bytes.storage, indexBytes: bytes.indexes, sampledAt: new Date() });
  }

  /** Tenants with storage of their own, those sampled longest ago first. */
  placements(): Placement[] {
    return [...this.#entries.values()]
      .filter(({ placement }) => placement.isolation.model !== 'shared')
      .toSorted((one, other) => (one.sampledAt?.getTime() ?? 0) - (other.sampledAt?.getTime() ?? 0))
      .map(({ placement }) => placement);
  }

  get(tenantId: TenantId): TenantUsage | undefined {
    const entry = this.#entries.get(tenantId);
    return entry === undefined ? undefined : usageOf(tenantId, entry);
  }

  /** The busiest first. */
  list(): TenantUsage[] {
    return [...this.#entries]
      .map(([tenantId, entry]) => usageOf(tenantId, entry))
      .toSorted((one, other) => other.operations - one.operations);
  }
}

function usageOf(tenantId: TenantId, { operations, storageBytes, indexBytes, sampledAt }: Entry): TenantUsage {
  return { tenantId, operations, storageBytes, indexBytes, sampledAt };
}
