import { type Mongo } from '@caas/data-access-mongo';
import { type Clock } from '@caas/runtime';
import { type TenantOperation, tenantOperations } from '../provisioning/tenant-operations.collection.js';

/** How long a runner may be silent before another one takes the operation over. */
export const LEASE_MS = 60_000;
const HEARTBEAT_MS = LEASE_MS / 3;

/** What an operation looks like when nobody works on it. */
export const NO_LEASE = { lease_owner: null, lease_until: null } as const;

/** Who works on operations, and by which clock. */
export interface OperationHolder {
  readonly mongo: Mongo;
  readonly clock: Clock;
  /** Names the process in the log. */
  readonly instanceId: string;
}

/** The lease that a runner writes into the operation it works on. */
export function leaseOf({ clock, instanceId }: OperationHolder): { lease_owner: string; lease_until: Date } {
  return { lease_owner: instanceId.slice(0, 100), lease_until: new Date(clock.now() + LEASE_MS) };
}

/**
 * An operation that this process works on. Every write of the log passes through here, one after another and each guarded by the version of the one before,
 * so a runner that slept past its lease cannot write over its successor: its next write rejects with `VersionConflictError`. A heartbeat renews
 * the lease three times per term while a step is long. `release` it in the end, whatever happened.
 */
export class HeldOperation {
  readonly #holder: OperationHolder;
  readonly #lost = new AbortController();
  readonly #heartbeat: NodeJS.Timeout;
  #operation: TenantOperation;
  #last: Promise<unknown> = Promise.resolve();

  constructor(holder: OperationHolder, operation: TenantOperation) {
    this.#holder = holder;
    this.#operation = operation;
    this.#heartbeat = setInterval(() => void this.record({}).catch((error: unknown) => this.#lost.abort(error)), HEARTBEAT_MS).unref();
  }

  /** As it was written last. */
  get row(): TenantOperation {
    return this.#operation;
  }

  /** Aborts when the lease could not be renewed: somebody else may be at work. Long steps look at it between two batches. */
  get signal(): AbortSignal {
    return this.#lost.signal;
  }

  /** Writes part of the log and renews the lease. */
  record(set: Partial<TenantOperation>): Promise<void> {
    return this.#inTurn(() => this.#write(set));
  }

  /**
   * The same in one transaction with other writes, which come first: on a server without transactions, the log then never claims what did not happen.
   * `also` may run more than once.
   */
  recordWith(set: Partial<TenantOperation>, also: () => Promise<void>): Promise<void> {
    return this.#inTurn(() =>
      this.#holder.mongo.withTransaction(async () => {
        await also();
        return this.#write(set);
      }),
    );
  }

  #write(set: Partial<TenantOperation>): Promise<TenantOperation> {
    const { operation_id: id, __v: expectedVersion } = this.#operation;
    const change = { set: { ...leaseOf(this.#holder), ...set } };
    return this.#holder.mongo.platform(tenantOperations).update(id, change, { expectedVersion });
  }

  #inTurn(write: () => Promise<TenantOperation>): Promise<void> {
    const next = async (): Promise<void> => {
      this.#operation = await write();
    };
    const written = this.#last.then(next, next);
    this.#last = written.catch(() => undefined);
    return written;
  }

  /** Ends the heartbeat. What is in the log stays: a lease that was not given back runs out by itself. */
  async release(): Promise<void> {
    clearInterval(this.#heartbeat);
    await this.#last;
  }
}
