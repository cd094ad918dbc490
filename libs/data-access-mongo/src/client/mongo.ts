import { type Db, type MongoClient } from 'mongodb';
import { type Clock, InternalError, type Logger, type TenantContext, type TypedEmitter } from '@caas/runtime';
import { type TenantId } from '@caas/schema';
import { type ServerCapabilities } from '../capabilities/server-capabilities.js';
import { type CollectionDefinition } from '../definition/define-collection.js';
import { type StoredDocument } from '../definition/document-codec.js';
import { DefinitionError } from '../definition/definition-error.js';
import { ensureCollections, type EnsureOptions, type SchemaReport } from '../ensure/ensure-collections.js';
import { type CursorCodec } from '../repository/cursor.js';
import { translateDriverError } from '../repository/driver-errors.js';
import { type OperationEnvironment, OperationRunner } from '../repository/operation-runner.js';
import { type PlatformRepository, Repository } from '../repository/repository.js';
import { type Namespace, namespaceOf, platformNamespace } from '../tenancy/namespaces.js';
import { requireTenant } from '../tenancy/tenant-guard.js';
import { TenantData } from '../tenancy/tenant-data.js';
import { type OperationMetrics } from './metrics.js';
import { type MongoSettings } from './mongo-config.js';
import { type ClientObserver, type MongoEvents } from './mongo-events.js';
import { type Transactions } from './transactions.js';

/** A definition in platform scope. */
export type PlatformCollection = CollectionDefinition<CollectionDefinition['schema'], string, 'platform'>;

/** @internal */
export interface MongoParts {
  readonly client: MongoClient;
  readonly observer: ClientObserver;
  readonly capabilities: ServerCapabilities;
  readonly transactions: Transactions;
  readonly collections: readonly CollectionDefinition[];
  readonly cursors: CursorCodec;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly metrics: OperationMetrics;
  readonly settings: MongoSettings;
  readonly databasePrefix: string;
}

/** Facts for an operator's health page. */
export type MongoHealth = {
  readonly topology: string;
  readonly version: string;
  readonly missing: readonly string[];
  readonly latencyMs: number;
  readonly connections: { readonly active: number; readonly available: number };
};

const HEALTH_TIMEOUT_MS = 5_000;

/** A connected client. The only ways to data are {@link forTenant} and {@link platform}; the driver stays inside. */
export class Mongo {
  readonly capabilities: ServerCapabilities;
  readonly #parts: MongoParts;
  readonly #environment: OperationEnvironment;
  #closing: Promise<void> | undefined;

  /** @internal Made by `connectMongo` only. */
  constructor(parts: MongoParts) {
    refuseDoubles(parts.collections);
    this.#parts = parts;
    this.capabilities = parts.capabilities;
    const { client, transactions, metrics, logger, settings } = parts;
    this.#environment = {
      collection: ({ database, collection }: Namespace) => client.db(database).collection<StoredDocument>(collection),
      session: () => transactions.current(),
      metrics,
      logger,
      operationTimeoutMs: settings.MONGODB_OPERATION_TIMEOUT_MS,
      slowQueryMs: settings.SLOW_QUERY_THRESHOLD_MS,
    };
  }

  /** Lifecycle of the connection, typed; logged and counted already. */
  get events(): TypedEmitter<MongoEvents> {
    return this.#parts.observer.events;
  }

  /**
   * The data of one tenant; there is no other way to it. Throws `TenantContextMissingError` without a tenant and `InternalError` for what is no
   * tenant context, before anything reaches the driver.
   */
  forTenant(tenant: TenantContext): TenantData {
    return new TenantData(requireTenant(tenant), (definition, { tenantId }) => {
      const namespace = namespaceOf(tenant, definition.name, this.#parts);
      return this.#repository(definition, { namespace, tenantId });
    });
  }

  /** Rows of CAAS itself. Throws `InternalError` for a tenant collection. */
  platform<Definition extends PlatformCollection>(definition: Definition): PlatformRepository<Definition> {
    if (definition.scope !== 'platform') {
      throw new InternalError(`Collection "${(definition as CollectionDefinition).name}" is a tenant collection; use forTenant().`);
    }
    const namespace = platformNamespace(definition.database, definition.name, this.#parts);
    return this.#repository(definition, { namespace, tenantId: undefined });
  }

  /**
   * Runs `work` in one transaction: snapshot reads, majority writes, all or nothing. Repository calls inside join it by themselves, nested calls
   * join the outer one. After a conflict the whole of `work` is repeated, at most three times, so it must have no effects outside MongoDB.
   * On a server without transactions the steps run one after another, as was said at start.
   */
  withTransaction<Result>(work: () => Promise<Result>): Promise<Result> {
    return this.#parts.transactions.run(work);
  }

  /** Makes collections, validators and indexes what the definitions say; idempotent; never drops anything. */
  ensure(definitions: readonly CollectionDefinition[] = this.#parts.collections, options: EnsureOptions = {}): Promise<SchemaReport> {
    const { client, capabilities, logger, databasePrefix } = this.#parts;
    const database = (name: string): Db => client.db(name);
    return ensureCollections({ database, capabilities, logger, databasePrefix }, definitions, options);
  }

  /** What {@link ensure} would do. */
  diff(
    definitions: readonly CollectionDefinition[] = this.#parts.collections,
    options: Omit<EnsureOptions, 'dryRun'> = {},
  ): Promise<SchemaReport> {
    return this.ensure(definitions, { ...options, dryRun: true });
  }

  /** Pings the server. Rejects with `UnavailableError` or `TimeoutError` when it does not answer within 5 s. */
  async health(signal?: AbortSignal): Promise<MongoHealth> {
    const { client, capabilities, observer } = this.#parts;
    const started = performance.now();
    try {
      await client.db('admin').command({ ping: 1 }, { timeoutMS: HEALTH_TIMEOUT_MS, ...(signal === undefined ? {} : { signal }) });
    } catch (error) {
      throw translateDriverError(error, { collection: 'admin', operation: 'ping' });
    }
    return {
      topology: capabilities.topology,
      version: capabilities.version,
      missing: capabilities.missing(),
      latencyMs: Math.round(performance.now() - started),
      connections: { ...observer.pool },
    };
  }

  /** Waits for nothing: operations under way are cut off, so stop their callers first. Safe to call again. */
  close(): Promise<void> {
    this.#closing ??= this.#close();
    return this.#closing;
  }

  async #close(): Promise<void> {
    const { client, observer } = this.#parts;
    observer.events.emit('closing', {});
    await client.close();
    observer.events.emit('closed', {});
    observer.events.removeAllListeners();
  }

  #repository<Definition extends CollectionDefinition>(
    definition: Definition,
    { namespace, tenantId }: { namespace: Namespace; tenantId: TenantId | undefined },
  ): Repository<Definition> {
    const { clock, cursors } = this.#parts;
    const runner = new OperationRunner(this.#environment, { namespace, name: definition.name, idField: definition.id.field });
    return new Repository<Definition>({ definition, tenantId, runner, clock, cursors });
  }
}

function refuseDoubles(definitions: readonly CollectionDefinition[]): void {
  const seen = new Set<string>();
  for (const { name, scope, database } of definitions) {
    const place = scope === 'tenant' ? name : `${database}.${name}`;
    if (seen.has(place)) throw new DefinitionError(name, 'name', 'is taken by another definition in the same place');
    seen.add(place);
  }
}
