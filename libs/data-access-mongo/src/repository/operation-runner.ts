import { type ClientSession, type Collection } from 'mongodb';
import { type TenantId } from '@caas/schema';
import { RecordedCall } from '../analysis/recorded-call.js';
import { WRITE_PRESETS, type WritePreset } from '../client/write-presets.js';
import { type StoredDocument } from '../definition/document-codec.js';
import { type Namespace } from '../tenancy/namespaces.js';
import { type TenantWriteGate } from '../tenancy/tenant-write-gate.js';
import { ConfinedCollection } from './confined-collection.js';
import { translateDriverError } from './driver-errors.js';
import { type DriverOptions, type DriverReadOptions, type DriverWriteOptions, type ReadFrom } from './driver-options.js';

/**
 * Runs one driver call on a collection: through the circuit breaker of its client, which stays open at least until the call has ended.
 * Rejects with `CircuitOpenError` without making the call, else as the call does.
 */
export type CollectionAccess = <Result>(work: (collection: Collection<StoredDocument>) => Promise<Result>) => Promise<Result>;

/** What the repositories need of the client. The only holder of driver collections; never leaves the library. */
export interface OperationEnvironment {
  collection(namespace: Namespace): CollectionAccess;
  /** The session of the running transaction, if any. */
  session(): ClientSession | undefined;
  /** Told of every operation when it has ended: metrics, slow queries, use by tenants. Never throws. */
  observe(target: OperationTarget, operation: string, measured: MeasuredOperation): void;
  readonly operationTimeoutMs: number;
}

export interface MeasuredOperation {
  readonly outcome: 'ok' | 'error';
  readonly elapsedMs: number;
  /** What was asked of the driver. */
  readonly call: RecordedCall;
}

export interface OperationOptions {
  /** Milliseconds that the server may spend; the environment's budget unless given. */
  readonly timeoutMs?: number;
}

export interface WriteOptions extends OperationOptions {
  /** How sure the write is when it is acknowledged; `SAFE` unless given. A transaction is `SAFE` as a whole, whatever is asked for inside. */
  readonly preset?: WritePreset;
}

/** What a runner works on. */
export interface OperationTarget {
  readonly namespace: Namespace;
  readonly name: string;
  readonly idField: string;
  /** Present exactly when the collection is in tenant scope. */
  readonly tenantId: TenantId | undefined;
  /** Holds back writes while the tenant's data changes place. */
  readonly gate?: TenantWriteGate | undefined;
}

/** Runs the driver calls of one collection: session, time budget, duration and error translation in one place. */
export class OperationRunner {
  readonly #environment: OperationEnvironment;
  readonly #collection: CollectionAccess;
  readonly #target: OperationTarget;
  readonly #fieldName: (stored: string) => string;

  constructor(environment: OperationEnvironment, target: OperationTarget) {
    this.#environment = environment;
    this.#collection = environment.collection(target.namespace);
    this.#target = target;
    this.#fieldName = (stored) => (stored === '_id' ? target.idField : stored);
  }

  /** A read: where it may go comes with the options. Inside a transaction all reads go to the primary, whatever was asked for. */
  read<Result>(
    operation: string,
    work: (collection: ConfinedCollection, options: DriverReadOptions) => Promise<Result>,
    { readFrom = 'primaryPreferred', timeoutMs }: OperationOptions & { readonly readFrom?: ReadFrom } = {},
  ): Promise<Result> {
    const session = this.#environment.session();
    const options = { ...this.#driverOptions(session, timeoutMs), readPreference: session === undefined ? readFrom : ('primary' as const) };
    return this.#run(operation, (collection) => work(collection, options));
  }

  /** A write: through the fence of the tenant, with the write concern of the preset. */
  write<Result>(
    operation: string,
    work: (collection: ConfinedCollection, options: DriverWriteOptions) => Promise<Result>,
    { preset, timeoutMs }: WriteOptions = {},
  ): Promise<Result> {
    const { gate } = this.#target;
    const session = this.#environment.session();
    const base = this.#driverOptions(session, timeoutMs);
    const options = preset === undefined || session !== undefined ? base : { ...base, writeConcern: WRITE_PRESETS[preset] };
    const write = (): Promise<Result> => this.#run(operation, (collection) => work(collection, options));
    return gate === undefined ? write() : gate.pass(session, write);
  }

  /**
   * Work that lasts as long as its reader likes, such as a change stream: the client stays open until it settles. Neither bounded nor measured;
   * errors are translated.
   */
  async follow<Result>(operation: string, work: (collection: ConfinedCollection) => Promise<Result>): Promise<Result> {
    try {
      return await this.#collection((collection) => work(this.#confined(collection)));
    } catch (error) {
      throw this.#translated(error, operation);
    }
  }

  async #run<Result>(operation: string, work: (collection: ConfinedCollection) => Promise<Result>): Promise<Result> {
    const call = new RecordedCall();
    const started = performance.now();
    let outcome: 'ok' | 'error' = 'error';
    try {
      const result = await this.#collection((collection) => work(this.#confined(collection, call)));
      outcome = 'ok';
      return result;
    } catch (error) {
      throw this.#translated(error, operation);
    } finally {
      this.#environment.observe(this.#target, operation, { outcome, elapsedMs: performance.now() - started, call });
    }
  }

  #confined(collection: Collection<StoredDocument>, call?: RecordedCall): ConfinedCollection {
    return new ConfinedCollection(collection, this.#target.tenantId, call);
  }

  #driverOptions(session: ClientSession | undefined, timeoutMs = this.#environment.operationTimeoutMs): DriverOptions {
    return session === undefined ? { maxTimeMS: timeoutMs } : { maxTimeMS: timeoutMs, session };
  }

  #translated(error: unknown, operation: string): unknown {
    return translateDriverError(error, { collection: this.#target.name, operation, fieldName: this.#fieldName });
  }
}
