import { type ClientSession, type Collection, type ReadPreferenceMode } from 'mongodb';
import { type Logger } from '@caas/runtime';
import { type StoredDocument } from '../definition/document-codec.js';
import { type OperationMetrics } from '../client/metrics.js';
import { type Namespace } from '../tenancy/namespaces.js';
import { translateDriverError } from './driver-errors.js';

/** What the repositories need of the client. The only holder of driver collections; never leaves the library. */
export interface OperationEnvironment {
  collection(namespace: Namespace): Collection<StoredDocument>;
  /** The session of the running transaction, if any. */
  session(): ClientSession | undefined;
  readonly metrics: OperationMetrics;
  readonly logger: Logger;
  readonly operationTimeoutMs: number;
  readonly slowQueryMs: number;
}

/** Where a read may go: `primary` for decisions (access, quota, status) and for what the same request wrote. */
export type ReadFrom = Extract<ReadPreferenceMode, 'primary' | 'primaryPreferred' | 'secondaryPreferred'>;

/** Options that every driver call of ours carries: a time budget in the server, the session of the transaction. */
export interface DriverOptions {
  readonly maxTimeMS: number;
  readonly session?: ClientSession;
}

export interface DriverReadOptions extends DriverOptions {
  readonly readPreference: ReadFrom;
}

export interface OperationOptions {
  /** Milliseconds that the server may spend; the environment's budget unless given. */
  readonly timeoutMs?: number;
}

/** Runs the driver calls of one collection: session, time budget, duration, slow-operation line and error translation in one place. */
export class OperationRunner {
  readonly #environment: OperationEnvironment;
  readonly #collection: Collection<StoredDocument>;
  readonly #name: string;
  readonly #fieldName: (stored: string) => string;

  constructor(environment: OperationEnvironment, target: { namespace: Namespace; name: string; idField: string }) {
    this.#environment = environment;
    this.#collection = environment.collection(target.namespace);
    this.#name = target.name;
    this.#fieldName = (stored) => (stored === '_id' ? target.idField : stored);
  }

  /** A read: where it may go comes with the options. Inside a transaction all reads go to the primary, whatever was asked for. */
  read<Result>(
    operation: string,
    work: (collection: Collection<StoredDocument>, options: DriverReadOptions) => Promise<Result>,
    options: OperationOptions & { readonly readFrom?: ReadFrom } = {},
  ): Promise<Result> {
    const { readFrom = 'primaryPreferred' } = options;
    return this.run(
      operation,
      (collection, driver) => work(collection, { ...driver, readPreference: driver.session === undefined ? readFrom : 'primary' }),
      options,
    );
  }

  /** A write, or anything else that names its own read preference. */
  async run<Result>(
    operation: string,
    work: (collection: Collection<StoredDocument>, options: DriverOptions) => Promise<Result>,
    { timeoutMs }: OperationOptions = {},
  ): Promise<Result> {
    const { metrics, operationTimeoutMs } = this.#environment;
    const session = this.#environment.session();
    const options: DriverOptions = { maxTimeMS: timeoutMs ?? operationTimeoutMs, ...(session === undefined ? {} : { session }) };
    const started = performance.now();
    let outcome: 'ok' | 'error' = 'error';
    try {
      const result = await work(this.#collection, options);
      outcome = 'ok';
      return result;
    } catch (error) {
      throw translateDriverError(error, { collection: this.#name, operation, fieldName: this.#fieldName });
    } finally {
      const elapsedMs = performance.now() - started;
      metrics.observe(this.#name, operation, { outcome, elapsedMs });
      if (elapsedMs > this.#environment.slowQueryMs) this.#logSlow(operation, elapsedMs);
    }
  }

  #logSlow(operation: string, elapsedMs: number): void {
    this.#environment.metrics.countSlow(this.#name, operation);
    this.#environment.logger.warn({ collection: this.#name, operation, duration_ms: Math.round(elapsedMs) }, 'slow MongoDB operation');
  }
}
