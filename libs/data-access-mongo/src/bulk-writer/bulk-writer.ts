import { AsyncLocalStorage } from 'node:async_hooks';
import { InternalError, type Logger, type TenantContext, UnavailableError, withTimeout } from '@caas/runtime';
import { RETRY_PRESETS, type RetryPreset } from '../client/retry-presets.js';
import { type CollectionDefinition } from '../definition/define-collection.js';
import { type Repository } from '../repository/repository.js';
import { type DataDoors, type PlatformCollection } from '../tenancy/data-doors.js';
import { type TenantCollection } from '../tenancy/tenant-data.js';
import { BulkBuffer } from './bulk-buffer.js';
import { BulkCollection } from './bulk-collection.js';
import { type BulkMetrics } from './bulk-metrics.js';
import { type BulkOperation, type BulkResult, type NewOperation } from './bulk-operation.js';

export interface BulkWriterOptions {
  readonly doors: Pick<DataDoors, 'forTenant' | 'platform'>;
  readonly insideTransaction: () => boolean;
  /** Operations that make a batch go out. */
  readonly batchSize: number;
  /** Milliseconds that an operation waits for others. */
  readonly flushIntervalMs: number;
  /** Of operations that failed and may be repeated; `STANDARD` unless given. */
  readonly retry?: RetryPreset;
  readonly metrics: BulkMetrics;
  readonly logger: Logger;
}

/** Batches that may be on their way; after that adds wait. */
const BATCHES_MAX = 10;
/** Milliseconds that closing waits for what is on its way. */
const CLOSE_GRACE_MS = 10_000;

interface Waiting {
  readonly target: BulkPlace;
  readonly operation: BulkOperation;
}

/** Where operations go: one collection of one tenant, or one of CAAS. */
export interface BulkPlace {
  /** The same text means the same rows. */
  readonly key: string;
  readonly definition: CollectionDefinition;
  readonly repository: Repository<CollectionDefinition>;
}

/**
 * Gathers single writes into bulk writes. Every add resolves with its own result once that is written, and rejects with its own error: an offset that is
 * committed afterwards stands for a durable write. Goes through the repositories, so tenant, times, validation and soft delete are theirs. Nothing is
 * dropped: what a repeat may mend is written again, in the order of its key, and after the last try its caller hears of it.
 */
export class BulkWriter {
  readonly #options: BulkWriterOptions;
  readonly #buffers = new Map<string, BulkBuffer>();
  /** In the order of their adds; let in as others are settled. */
  readonly #waiting: Waiting[] = [];
  readonly #whenSettled = new Set<() => void>();
  /** Batches belong to no request and no transaction: they run where the writer was made. */
  readonly #outside = AsyncLocalStorage.snapshot();
  #pending = 0;
  #closing: Promise<void> | undefined;

  constructor(options: BulkWriterOptions) {
    this.#options = options;
  }

  /** Writes for one tenant. Throws what `Mongo.forTenant` throws. Cheap: make one per request or batch; buffers are shared. */
  forTenant<Definition extends TenantCollection>(tenant: TenantContext, definition: Definition): BulkCollection<Definition> {
    const repository = this.#options.doors.forTenant(tenant).repository(definition);
    return this.#collection(`${tenant.tenantId}@${tenant.isolation.epoch}/${definition.name}`, definition, repository);
  }

  /** Writes for CAAS itself. Throws what `Mongo.platform` throws. */
  platform<Definition extends PlatformCollection>(definition: Definition): BulkCollection<Definition> {
    return this.#collection(`${definition.database}/${definition.name}`, definition, this.#options.doors.platform(definition));
  }

  /** Operations that were added and not settled yet. */
  get pending(): number {
    return this.#pending + this.#waiting.length;
  }

  /** Resolves when an add would not wait. For producers that do not wait for each result. */
  async ready(): Promise<void> {
    while (this.#full()) await new Promise<void>((resolve) => this.#whenSettled.add(resolve));
  }

  /** Sends what is there; resolves when all that was added so far, and since, is settled. */
  async flush(): Promise<void> {
    while (this.pending > 0) {
      this.#outside(() => this.#buffers.forEach((buffer) => buffer.flush()));
      await new Promise<void>((resolve) => this.#whenSettled.add(resolve));
    }
  }

  /**
   * Refuses further adds and writes what is there. After ten seconds what is still not sent rejects with `UnavailableError` (`closing`), and its caller
   * repeats it elsewhere. Safe to call again.
   */
  close({ graceMs = CLOSE_GRACE_MS }: { graceMs?: number } = {}): Promise<void> {
    this.#closing ??= this.#close(graceMs);
    return this.#closing;
  }

  /** @internal Called by the collections that this writer made. */
  add(target: BulkPlace, operation: NewOperation): Promise<unknown> {
    if (this.#closing !== undefined) return Promise.reject(closing());
    if (this.#options.insideTransaction()) {
      return Promise.reject(new InternalError('A bulk write was added inside a transaction, of which it could not be a part.'));
    }
    return new Promise((resolve, reject) => {
      const settle = (result: BulkResult): void => {
        this.#pending -= 1;
        if (result.ok) resolve(result.value);
        else reject(result.error instanceof Error ? result.error : new InternalError('A bulk write failed.', { cause: result.error }));
        this.#outside(() => this.#settled());
      };
      const whole: BulkOperation = { ...operation, attempts: 0, settle };
      if (this.#full()) this.#waiting.push({ target, operation: whole });
      else this.#outside(() => this.#admit(target, whole));
    });
  }

  #collection<Definition extends CollectionDefinition>(
    key: string,
    definition: Definition,
    repository: unknown,
  ): BulkCollection<Definition> {
    const place: BulkPlace = { key, definition, repository: repository as Repository<CollectionDefinition> };
    return new BulkCollection<Definition>(definition, (operation) => this.add(place, operation));
  }

  #full(): boolean {
    return this.#waiting.length > 0 || this.#pending >= BATCHES_MAX * this.#options.batchSize;
  }

  #admit({ key, definition, repository }: BulkPlace, operation: BulkOperation): void {
    this.#pending += 1;
    this.#options.metrics.setPending(this.#pending);
    let buffer = this.#buffers.get(key);
    if (buffer === undefined) {
      const { batchSize, flushIntervalMs, metrics, logger, retry = RETRY_PRESETS.STANDARD } = this.#options;
      const onIdle = (): void => void this.#buffers.delete(key);
      buffer = new BulkBuffer(repository, { definition, batchSize, flushIntervalMs, retry, metrics, logger, onIdle });
      this.#buffers.set(key, buffer);
    }
    buffer.add(operation);
    if (this.#closing !== undefined) buffer.flush({ draining: true });
  }

  #settled(): void {
    while (this.#waiting.length > 0 && this.#pending < BATCHES_MAX * this.#options.batchSize) {
      const next = this.#waiting.shift();
      if (next !== undefined) this.#admit(next.target, next.operation);
    }
    this.#options.metrics.setPending(this.#pending);
    const told = [...this.#whenSettled];
    this.#whenSettled.clear();
    for (const tell of told) tell();
  }

  async #close(graceMs: number): Promise<void> {
    const drained = async (): Promise<void> => {
      while (this.pending > 0) {
        this.#outside(() => this.#buffers.forEach((buffer) => buffer.flush({ draining: true })));
        await new Promise<void>((resolve) => this.#whenSettled.add(resolve));
      }
    };
    await withTimeout(graceMs, drained(), closing).catch((error: unknown) => this.#abandon(error));
  }

  #abandon(error: unknown): void {
    this.#options.logger.error({ operations: this.pending }, 'bulk writes were given back to their callers: the process stops');
    for (const { operation } of this.#waiting.splice(0)) {
      this.#pending += 1;
      operation.settle({ ok: false, error });
    }
    for (const buffer of [...this.#buffers.values()]) buffer.abandon(error);
  }
}

function closing(): UnavailableError {
  return new UnavailableError('The process stops; the write was not sent.', { details: { reason: 'closing', retryAfterSeconds: 1 } });
}
