import { type ClientSession, type Db } from 'mongodb';
import {
  type Clock,
  currentTenant,
  type Logger,
  type OutboxStore,
  type TenantContext,
  type TenantFence,
  type TenantIsolation,
  type TypedEmitter,
} from '@caas/runtime';
import { type TenantId } from '@caas/schema';
import { QueryAnalysis } from '../analysis/query-analysis.js';
import { SlowQueries } from '../analysis/slow-queries.js';
import { type ServerCapabilities } from '../capabilities/server-capabilities.js';
import { BulkWriter } from '../bulk-writer/bulk-writer.js';
import { type ChangeStreams } from '../change-streams/change-streams.js';
import { type ChangeStreamsOptions, deploymentStreams } from '../change-streams/deployment-streams.js';
import { streamDeadLetters } from '../change-streams/stream-collections.js';
import { type CollectionDefinition } from '../definition/define-collection.js';
import { DefinitionError } from '../definition/definition-error.js';
import { ensureCollections, type EnsureOptions } from '../ensure/ensure-collections.js';
import { type SchemaReport } from '../ensure/schema-report.js';
import { type MigrationRunnerOptions } from '../migrations/migration-options.js';
import { MigrationRunner } from '../migrations/migration-runner.js';
import { HealthChecker, type MongoHealth } from '../monitoring/health-checker.js';
import { deploymentRelay, type OutboxRelayOptions } from '../outbox/deployment-relay.js';
import { eventOutbox } from '../outbox/event-outbox.collection.js';
import { MongoOutbox } from '../outbox/mongo-outbox.js';
import { type OutboxRelay } from '../outbox/outbox-relay.js';
import { TenantSampler } from '../monitoring/tenant-sampler.js';
import { TenantUsages } from '../monitoring/tenant-usage.js';
import { type CursorCodec } from '../repository/cursor.js';
import { type CollectionAccess, type OperationEnvironment } from '../repository/operation-runner.js';
import { type LifecycleRepository, type PlatformRepository } from '../repository/repository.js';
import { DataDoors, type PlatformCollection } from '../tenancy/data-doors.js';
import { type Namespace, platformNamespace } from '../tenancy/namespaces.js';
import { type TenantCollection, type TenantData, type TenantOperator, type TenantReader } from '../tenancy/tenant-data.js';
import { requireTenant } from '../tenancy/tenant-guard.js';
import { TenantRelocation } from '../tenant-migration/tenant-relocation.js';
import { type OperationMetrics } from './metrics.js';
import { type MongoSettings } from './mongo-config.js';
import { type MongoEvents } from './mongo-events.js';
import { type WatchedClient } from './open-client.js';
import { type ConnectionEvent, type PoolStats } from './pool-stats.js';
import { type TenantConnections } from './tenant-connections.js';
import { type Transactions } from './transactions.js';

/** @internal */
export interface MongoParts {
  readonly client: WatchedClient;
  /** Absent where no tenant has credentials of its own. */
  readonly tenantConnections: TenantConnections | undefined;
  readonly capabilities: ServerCapabilities;
  readonly transactions: Transactions;
  readonly collections: readonly CollectionDefinition[];
  readonly cursors: CursorCodec;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly metrics: OperationMetrics;
  readonly settings: MongoSettings;
  readonly databasePrefix: string;
  readonly fence: TenantFence | undefined;
  /** Milliseconds of a clock that never goes back. */
  readonly now: () => number;
}

/** The connections of the process. */
export interface MongoPoolStats {
  readonly main: PoolStats;
  /** Of tenants with credentials of their own, as far as a client is open for them. */
  readonly tenants: ReadonlyMap<TenantId, PoolStats>;
}

/** A connected client. The only ways to data are {@link forTenant} and {@link platform}; the driver stays inside. */
export class Mongo {
  readonly capabilities: ServerCapabilities;
  /** Slow queries, how a query runs, which indexes are used. */
  readonly analysis: QueryAnalysis;
  /** What this process did for each tenant, and what the server keeps for it. */
  readonly usage = new TenantUsages();
  /** Gathers single writes into bulk writes. {@link close} writes what it holds. */
  readonly bulk: BulkWriter;
  /** Events that are committed together with what they tell of. */
  readonly outbox: OutboxStore;
  /** Signs positions of lists that are not pages of one repository. */
  readonly cursors: CursorCodec;
  readonly #parts: MongoParts;
  readonly #doors: DataDoors;
  readonly #environmentFor: (tenant: TenantContext) => OperationEnvironment;
  readonly #health: HealthChecker;
  readonly #sampler: TenantSampler;
  #closing: Promise<void> | undefined;

  /** @internal Made by `connectMongo` only. */
  constructor(parts: MongoParts) {
    refuseDoubles(parts.collections);
    this.#parts = parts;
    this.capabilities = parts.capabilities;
    this.cursors = parts.cursors;
    const { client, collections, metrics, logger, databasePrefix } = parts;
    const database = (name: string): Db => client.driver.db(name);
    const slowQueries = new SlowQueries({ logger, metrics });
    this.analysis = new QueryAnalysis({ database, slowQueries, capabilities: parts.capabilities, collections, databasePrefix });
    const environment = this.#environmentWith(slowQueries);
    const environmentOf = (tenant?: TenantContext): OperationEnvironment =>
      tenant === undefined ? environment : this.#environmentOf(environment, tenant);
    this.#environmentFor = environmentOf;
    const doors = { ...parts, environment, environmentOf };
    this.#doors = new DataDoors(doors);
    const { database: databaseName } = platformNamespace('platform', 'any', parts);
    this.#health = new HealthChecker({ client, capabilities: parts.capabilities, metrics, databaseName, now: parts.now });
    this.#sampler = new TenantSampler({ usages: this.usage, database, collections, metrics, logger, databasePrefix });
    this.#sampler.start();
    this.bulk = new BulkWriter({
      doors: this.#doors,
      insideTransaction: () => parts.transactions.current() !== undefined,
      batchSize: parts.settings.BULK_WRITE_BATCH_SIZE,
      flushIntervalMs: parts.settings.BULK_WRITE_FLUSH_INTERVAL_MS,
      metrics: metrics.bulk,
      logger,
    });
    this.outbox = new MongoOutbox({
      rows: this.platform(eventOutbox),
      clock: parts.clock,
      logger,
      hasTransactions: parts.capabilities.transactions,
      insideTransaction: () => parts.transactions.current() !== undefined,
      withTransaction: (work) => this.withTransaction(work),
    });
  }

  /** Lifecycle of the process's own client, typed; logged and counted already. */
  get events(): TypedEmitter<MongoEvents> {
    return this.#parts.client.events;
  }

  /** Tells of every connection of the process's own client that is opened, lent, given back or closed; the returned function stops it. */
  onConnectionEvent(listener: (event: ConnectionEvent) => void): () => void {
    return this.#parts.client.onConnectionEvent(listener);
  }

  /** The connections as the driver's events have counted them. */
  getPoolStats(): MongoPoolStats {
    const { client, tenantConnections } = this.#parts;
    return { main: { ...client.pool }, tenants: tenantConnections?.poolStats() ?? new Map() };
  }

  /**
   * The data of one tenant; there is no other way to it for the tenant's own calls. Throws, before anything reaches the driver:
   * `TenantContextMissingError` without a tenant, `InternalError` for what is no tenant context, `TenantSuspendedError` for a tenant that is not
   * served, and `CrossTenantAccessError` for another tenant than the one that the running code is in. A tenant of the database strategy with credentials of its own is reached through a client of
   * its own, except inside transactions: those belong to the process's client, whose user needs rights there.
   */
  forTenant(tenant: TenantContext): TenantData {
    return this.#doors.forTenant(tenant);
  }

  /** The data of the tenant that the running code is in. Throws `TenantContextMissingError` outside of any, else as {@link forTenant}. */
  forCurrentTenant(): TenantData {
    return this.#doors.forTenant(currentTenant());
  }

  /** The data of one tenant to look at, whatever the tenant's state: for operators, exports and repair jobs. Throws as {@link forTenant} does without a tenant. */
  inspectTenant(tenant: TenantContext): TenantReader {
    return this.#doors.inspectTenant(tenant);
  }

  /** The data of one tenant for life-cycle jobs, whatever the tenant's state and past its fence. Throws as {@link forTenant} does without a tenant. */
  operateOnTenant(tenant: TenantContext): TenantOperator {
    return this.#doors.operateOnTenant(tenant);
  }

  /** What moves a tenant's data to another place. Throws as {@link forTenant} does without a tenant, and `ConflictError` when it is there. */
  relocation(tenant: TenantContext, to: TenantIsolation): TenantRelocation {
    const { databasePrefix } = this.#parts;
    const parts = {
      databasePrefix,
      environmentOf: this.#environmentFor,
      operateOnTenant: (placed: TenantContext) => this.operateOnTenant(placed),
      ensure: (definitions: readonly TenantCollection[], placed: TenantContext) => this.ensure(definitions, { tenant: placed }),
    };
    return new TenantRelocation(parts, { tenant: requireTenant(tenant), to });
  }

  /** Rows of CAAS itself. Throws `InternalError` for a tenant collection. */
  platform<Definition extends PlatformCollection>(definition: Definition): PlatformRepository<Definition> {
    return this.#doors.platform(definition);
  }

  /** Rows of CAAS itself for life-cycle jobs: they may remove for good what has soft delete, and bring rows in. Throws as {@link platform} does. */
  operateOnPlatform<Definition extends PlatformCollection>(definition: Definition): LifecycleRepository<Definition> {
    return this.#doors.operateOnPlatform(definition);
  }

  /** Ids of the tenants with rows in a collection of the shared strategy, for the search for orphans. Tells ids and nothing else; reads an index. */
  tenantsInShared(definition: TenantCollection): Promise<string[]> {
    return this.#doors.tenantsInShared(definition);
  }

  /** Removes a collection of the shared strategy when no tenant has a row in it. Resolves with whether it is gone. */
  dropEmptyShared(definition: TenantCollection): Promise<boolean> {
    return this.#doors.dropEmptyShared(definition);
  }

  /**
   * Runs `work` in one transaction: snapshot reads, majority writes, all or nothing. Repository calls inside join it by themselves, nested calls
   * join the outer one. After a conflict the whole of `work` is repeated, at most three times, so it must have no effects outside MongoDB.
   * On a server without transactions the steps run one after another, as was said at start.
   */
  withTransaction<Result>(work: () => Promise<Result>): Promise<Result> {
    return this.#parts.transactions.run(work);
  }

  /** Makes collections, validators and indexes what the definitions say; idempotent; takes nothing away unless the options say so. */
  ensure(definitions: readonly CollectionDefinition[] = this.#parts.collections, options: EnsureOptions = {}): Promise<SchemaReport> {
    const { client, capabilities, logger, databasePrefix } = this.#parts;
    const database = (name: string): Db => client.driver.db(name);
    return ensureCollections({ database, capabilities, logger, databasePrefix }, definitions, options);
  }

  /** What {@link ensure} would do. */
  diff(
    definitions: readonly CollectionDefinition[] = this.#parts.collections,
    options: Omit<EnsureOptions, 'dryRun'> = {},
  ): Promise<SchemaReport> {
    return this.ensure(definitions, { ...options, dryRun: true });
  }

  /** Runs, takes back and lists migrations of stored data. Connects to nothing until asked to. */
  migrations(options: MigrationRunnerOptions): MigrationRunner {
    const { client, transactions, clock, logger, databasePrefix, collections: definitions } = this.#parts;
    const database = (name: string): Db => client.driver.db(name);
    const session = (): ClientSession | undefined => transactions.current();
    return new MigrationRunner({ mongo: this, database, session, clock, logger, databasePrefix, definitions }, options);
  }

  /**
   * The change streams of this process. They follow nothing until started; stop them before {@link close}. Where the server has no streams over all
   * databases, registered ones are degraded and never run.
   */
  changeStreams(options: ChangeStreamsOptions): ChangeStreams {
    return deploymentStreams({ ...this.#parts, deadLetterRows: this.platform(streamDeadLetters) }, options);
  }

  /**
   * What publishes {@link outbox}, by one process at a time. It does nothing until started; stop it before {@link close}. Call it once per process: its
   * metrics have one owner.
   */
  outboxRelay(options: OutboxRelayOptions): OutboxRelay {
    const rows = this.platform(eventOutbox);
    const readers = {
      platform: (definition: PlatformCollection) => this.platform(definition),
      ofTenant: (tenant: TenantContext, definition: TenantCollection) => this.inspectTenant(tenant).repository(definition),
    };
    return deploymentRelay({ ...this.#parts, ...readers, rows }, options);
  }

  /** The state of the database, at most a second old. Takes five seconds at most and never rejects: without an answer it is `unhealthy`. */
  health(): Promise<MongoHealth> {
    return this.#health.check();
  }

  /** Connects tenants with credentials of their own ahead of their first request. Resolves with those that could not be reached. */
  async warmup(tenants: Iterable<TenantContext>): Promise<TenantId[]> {
    return (await this.#parts.tenantConnections?.warmup(tenants)) ?? [];
  }

  /**
   * Writes what {@link bulk} holds, refuses new operations, waits ten seconds at most for those under way, closes the tenants' clients and then the process's
   * own. Stop what follows change streams before. Safe to call again.
   */
  close(): Promise<void> {
    this.#closing ??= this.#close();
    return this.#closing;
  }

  async #close(): Promise<void> {
    const { client, tenantConnections } = this.#parts;
    await this.bulk.close();
    client.refuse();
    await this.#sampler.stop();
    await tenantConnections?.close();
    await client.close();
  }

  #environmentWith(slowQueries: SlowQueries): OperationEnvironment {
    const { client, transactions, metrics, settings } = this.#parts;
    const slowMs = settings.SLOW_QUERY_THRESHOLD_MS;
    return {
      collection: (namespace) => accessTo(client, namespace),
      session: () => transactions.current(),
      observe: ({ namespace, name: collection, tenantId }, operation, { outcome, elapsedMs, call }) => {
        metrics.observe(collection, operation, { outcome, elapsedMs });
        if (tenantId !== undefined) this.usage.countOperation(tenantId);
        if (elapsedMs > slowMs) slowQueries.record({ namespace, collection, operation, tenantId, elapsedMs, call });
      },
      operationTimeoutMs: settings.MONGODB_OPERATION_TIMEOUT_MS,
    };
  }

  #environmentOf(shared: OperationEnvironment, tenant: TenantContext): OperationEnvironment {
    this.usage.saw(tenant);
    const { client, tenantConnections: connections, transactions } = this.#parts;
    if (connections === undefined || tenant.isolation.model !== 'database') return shared;
    const collection = (namespace: Namespace): CollectionAccess => {
      const throughMain = accessTo(client, namespace);
      return async (work) => {
        if (transactions.current() !== undefined) return throughMain(work);
        const connection = await connections.getConnection(tenant);
        try {
          return await accessTo(connection.client, namespace)(work);
        } finally {
          connections.releaseConnection(connection);
        }
      };
    };
    return { ...shared, collection };
  }
}

function accessTo(client: WatchedClient, namespace: Namespace): CollectionAccess {
  const stored = client.collections.get(namespace);
  return (work) => client.run(() => work(stored));
}

function refuseDoubles(definitions: readonly CollectionDefinition[]): void {
  const seen = new Set<string>();
  for (const { name, scope, database } of definitions) {
    const place = scope === 'tenant' ? name : `${database}.${name}`;
    if (seen.has(place)) throw new DefinitionError(name, 'name', 'is taken by another definition in the same place');
    seen.add(place);
  }
}
