import { currentRequest, type Logger } from '@caas/runtime';
import { type TenantId } from '@caas/schema';
import { type OperationMetrics } from '../client/metrics.js';
import { type Namespace } from '../tenancy/namespaces.js';
import { shapeOfCall } from './query-shape.js';
import { type RecordedCall } from './recorded-call.js';

/** One operation that took longer than it should. */
export interface SlowOperation {
  readonly namespace: Namespace;
  /** Logical name of the collection. */
  readonly collection: string;
  /** The repository's operation: `find_many`, `update`… */
  readonly operation: string;
  /** Whose rows; `undefined` for rows of CAAS itself. */
  readonly tenantId: TenantId | undefined;
  readonly elapsedMs: number;
  readonly call: RecordedCall;
}

/** What is remembered of all slow operations of one shape. */
export interface SlowQuery {
  readonly collection: string;
  readonly operation: string;
  /** Without values. */
  readonly shape: string;
  readonly count: number;
  readonly totalMs: number;
  readonly maxMs: number;
  /** Of the latest one. */
  readonly namespace: Namespace;
  readonly tenantId: TenantId | undefined;
  readonly requestId: string | undefined;
  readonly at: Date;
}

const SHAPES_MAX = 200;

/**
 * Collects slow operations as they end in this process, one entry a shape, the latest {@link SHAPES_MAX} shapes. The request is the
 * one that the operation runs for.
 *
 * The repositories report here instead of the driver's command events, which cover the same calls: with those on, the driver decodes the reply of
 * every read a second time (26 % more processor time for a page of 50), slow or not.
 */
export class SlowQueries {
  readonly #seen = new Map<string, SlowQuery>();
  readonly #logger: Logger;
  readonly #metrics: OperationMetrics;

  constructor({ logger, metrics }: { logger: Logger; metrics: OperationMetrics }) {
    this.#logger = logger;
    this.#metrics = metrics;
  }

  /** Counts, logs and remembers one. Never throws. */
  record({ namespace, collection, operation, tenantId, elapsedMs, call }: SlowOperation): void {
    const shape = call.method === undefined ? operation : shapeOfCall(call.method, call.args).text;
    this.#metrics.countSlow(collection, operation);
    const facts = { collection, operation, shape, tenant_id: tenantId, duration_ms: Math.round(elapsedMs) };
    this.#logger.warn(facts, 'slow MongoDB operation');
    const key = `${collection} ${operation} ${shape}`;
    const before = this.#seen.get(key);
    this.#seen.delete(key);
    this.#seen.set(key, {
      collection,
      operation,
      shape,
      count: (before?.count ?? 0) + 1,
      totalMs: (before?.totalMs ?? 0) + elapsedMs,
      maxMs: Math.max(before?.maxMs ?? 0, elapsedMs),
      namespace,
      tenantId,
      requestId: currentRequest()?.requestId,
      at: new Date(),
    });
    if (this.#seen.size > SHAPES_MAX) this.#seen.delete(this.#seen.keys().next().value ?? key);
  }

  /** The costliest first. */
  list(): SlowQuery[] {
    return [...this.#seen.values()].toSorted((one, other) => other.totalMs - one.totalMs);
  }
}
