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
export * from './capabilities/server-capabilities.js';
export { connectMongo, type ConnectOptions } from './client/connect-mongo.js';
export { Mongo, type MongoHealth, type PlatformCollection } from './client/mongo.js';
export { MONGO_CONFIG, type MongoConfig } from './client/mongo-config.js';
export { type MongoEvents } from './client/mongo-events.js';
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
export { type EnsureOptions, type SchemaReport } from './ensure/ensure-collections.js';
export { type SchemaChange } from './ensure/schema-plan.js';
export {
  type BulkUpdateResult,
  type Duplicate,
  type Increment,
  type InsertManyOptions,
  type InsertManyResult,
  type UpdateById,
} from './repository/bulk.js';
export { type Filter, type FilterValue, op, type Operator, type Scalar } from './repository/operators.js';
export { type OperationOptions, type ReadFrom } from './repository/operation-runner.js';
export { type Page, PAGE_LIMIT_DEFAULT, PAGE_LIMIT_MAX, type PageOptions } from './repository/page.js';
export {
  type CountOptions,
  type FindManyOptions,
  type PlatformRepository,
  type ReadOptions,
  Repository,
  type TenantRepository,
  type UpdateOptions,
} from './repository/repository.js';
export { type Sort } from './repository/sort.js';
export { type Update } from './repository/update.js';
export { type Namespace, namespaceOf, type NamespaceOptions, type Placement } from './tenancy/namespaces.js';
export { type TenantCollection, TenantData } from './tenancy/tenant-data.js';
