/**
 * data-access-mongo → runtime → schema
 *
 * The only library that talks to MongoDB. Everything else sees definitions, repositories and the errors of `runtime`.
 *
 * - *definition*: one collection, said once ({@link defineCollection}); type, validator and indexes follow from it.
 * - *stored*, *outside*: a document as MongoDB has it (`_id`) and as everybody else sees it (`user_id`).
 * - *isolation*: how a tenant's rows are kept apart: shared collection, own collections, own database. One function knows the names.
 * - *capability*: something that a server can do or not ({@link ServerCapabilities}); asked of the server, not of the environment.
 * - *cursor*: the signed position of a page; fits the list that it came from and no other.
 */
export { BulkCollection, type BulkInserted, type BulkInsertOptions, type BulkOptions } from './bulk-writer/bulk-collection.js';
export { BulkWriter } from './bulk-writer/bulk-writer.js';
export * from './capabilities/server-capabilities.js';
export { ChangeStreams } from './change-streams/change-streams.js';
export { type DeadChange, type StreamDeadLetters } from './change-streams/dead-letters.js';
export {
  defineStream,
  type HistoryGap,
  type StreamContext,
  type StreamDefinition,
  type StreamEvent,
  type StreamSpec,
} from './change-streams/define-stream.js';
export { type ChangeStreamsOptions } from './change-streams/deployment-streams.js';
export { STREAM_COLLECTIONS } from './change-streams/stream-collections.js';
export { type StreamHealth, type StreamState } from './change-streams/stream-health.js';
export { StreamLeaseError } from './change-streams/stream-position.js';
export { connectMongo, type ConnectOptions } from './client/connect-mongo.js';
export { examineMongo, type ExamineMongoOptions, type MongoExamination, type MongoMember } from './client/examine-mongo.js';
export { Mongo, type MongoPoolStats } from './client/mongo.js';
export { MONGO_CONFIG, type MongoConfig } from './client/mongo-config.js';
export { type MongoEvents } from './client/mongo-events.js';
export { type ConnectionEvent, type PoolStats } from './client/pool-stats.js';
export { RETRY_PRESETS, retryDelayMs, type RetryPreset } from './client/retry-presets.js';
export { type TenantCredentials } from './client/tenant-connections.js';
export { type DatabaseLogin } from './client/tenant-uri.js';
export { WRITE_PRESETS, type WritePreset } from './client/write-presets.js';
export { type MongoHealth } from './monitoring/health-checker.js';
export { type MongoHealthCheck, type MongoHealthStatus } from './monitoring/health-report.js';
export { type OutboxRelayOptions } from './outbox/deployment-relay.js';
export { eventOutbox, OUTBOX_COLLECTIONS, type OutboxEvent } from './outbox/event-outbox.collection.js';
export { OutboxRelay, type RelayTimes } from './outbox/outbox-relay.js';
export { type RelayHealth, type RelayState } from './outbox/relay-health.js';
export { type TenantUsage } from './monitoring/tenant-usage.js';
export { type IndexFinding, type IndexReport, type IndexUsage } from './analysis/index-usage.js';
export { type Profiler, type ProfiledOperation, type ProfilingLevel, type SlowQueryOptions } from './analysis/profiler.js';
export { type Advice, type AdviceReport, type ExplainedQuery, QueryAnalysis } from './analysis/query-analysis.js';
export { type QueryFinding, type QueryVerdict } from './analysis/query-verdict.js';
export { type SlowQuery } from './analysis/slow-queries.js';
export {
  type CollectionDefinition,
  type CollectionScope,
  type CollectionSpec,
  defineCollection,
  type IdRule,
  PLATFORM_DATABASES,
  type PlatformDatabase,
} from './definition/define-collection.js';
export { DefinitionError } from './definition/definition-error.js';
export {
  type DocumentOf,
  type NewDocumentOf,
  type OwnFieldsOf,
  type SoftDeleteFields,
  type StandardFields,
} from './definition/document-types.js';
export { type IndexDefinition, type IndexDirection } from './definition/index-definition.js';
export { type EnsureOptions } from './ensure/ensure-collections.js';
export { type MendingRules } from './ensure/planned-change.js';
export { type Difference, hasDrift, type SchemaChange, type SchemaFailure, type SchemaReport } from './ensure/schema-report.js';
export { defineMigration, latestTenantVersion, type Migration, sortMigrations } from './migrations/define-migration.js';
export { MIGRATION_COLLECTIONS, type MigrationStatus } from './migrations/migration-collections.js';
export {
  type BackfillChange,
  type BackfillOptions,
  type BackfillResult,
  type CollectionSelection,
  type MigrationContext,
  type MigrationPlace,
  type OldDocument,
} from './migrations/migration-context.js';
export { type MigrationTenant, type MigrationTenants } from './migrations/migration-environment.js';
export { type MigrationScope, type MigrationSpec } from './migrations/migration-spec.js';
export { MigrationHistoryError, MigrationLockError } from './migrations/migration-errors.js';
export { type LockHolder, type TakenOver } from './migrations/migration-lock.js';
export { type MigrateDownOptions, type MigrateUpOptions, type MigrationRunnerOptions } from './migrations/migration-options.js';
export { type MigrationRunner } from './migrations/migration-runner.js';
export { type MigrationState, type MigrationStateRow } from './migrations/migration-state.js';
export { type MigrationRunReport, type PlaceReport } from './migrations/run-report.js';
export { type WaveOptions } from './migrations/waves.js';
export { type AggregateOptions } from './repository/aggregate.js';
export {
  type BulkUpdateResult,
  type Duplicate,
  type Increment,
  type InsertManyOptions,
  type InsertManyResult,
  type UpdateById,
} from './repository/bulk.js';
export { type BulkChange, type BulkChanges, type BulkUpdateOptions } from './repository/bulk-update.js';
export { type OffsetPage, type OffsetPageOptions, SKIP_MAX } from './repository/offset-page.js';
export { type FieldFilter, type Filter, type FilterValue, op, type Operator, type Scalar } from './repository/operators.js';
export { type ReadFrom } from './repository/driver-options.js';
export { type OperationOptions, type WriteOptions } from './repository/operation-runner.js';
export { type Page, PAGE_LIMIT_DEFAULT, PAGE_LIMIT_MAX, type PageOptions, type PagePosition } from './repository/page.js';
export { type Stage } from './repository/pipeline/joins.js';
export {
  graphLookup,
  type GraphLookupOptions,
  type Join,
  lookup,
  type LookupOptions,
  type UnionOptions,
  unionWith,
} from './repository/pipeline/joins.js';
export { type LoadedDocument } from './repository/load.js';
export { type PurgeOptions } from './repository/purge.js';
export {
  type CountOptions,
  type FindManyOptions,
  type FindOneOptions,
  type FindOptions,
  type ReadOptions,
} from './repository/read-options.js';
export { type FieldOf, ReadRepository, type Selected } from './repository/read-repository.js';
export {
  LifecycleRepository,
  type NaturalKey,
  type PlatformRepository,
  Repository,
  type TenantRepository,
} from './repository/repository.js';
export { type SoftDeleteOptions } from './repository/soft-delete.js';
export { type Sort } from './repository/sort.js';
export { type SearchOptions } from './repository/text-search.js';
export { type ElementFilter, type Push, type Update } from './repository/update.js';
export { type Upserted } from './repository/upsert.js';
export { type Change, type ChangeOperation, type WatchOptions } from './repository/watch.js';
export { type ChangedMany, type FindAndChangeOptions, type UpdateOptions } from './repository/writes.js';
export { type PlatformCollection } from './tenancy/data-doors.js';
export { type Namespace, namespaceOf, type NamespaceOptions, type Placement } from './tenancy/namespaces.js';
export { type TenantCollection, TenantData, TenantOperator, TenantReader } from './tenancy/tenant-data.js';
export { type Reconciled, type ReconcileOptions } from './tenant-migration/reconcile.js';
export { type TenantRelocation } from './tenant-migration/tenant-relocation.js';
