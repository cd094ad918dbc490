import { type ClientSession, type Collection, type Db } from 'mongodb';
import { type Clock, type Logger, type TenantContext } from '@caas/runtime';
import { type TenantId } from '@caas/schema';
import { type CollectionDefinition } from '../definition/define-collection.js';
import { type StoredDocument } from '../definition/document-codec.js';
import { type EnsureOptions } from '../ensure/ensure-collections.js';
import { type SchemaReport } from '../ensure/schema-report.js';
import { type MongoHealth } from '../monitoring/health-checker.js';
import { type DataDoors } from '../tenancy/data-doors.js';
import { type Namespace, namespaceOf, type NamespaceOptions, platformNamespace, sharedNamespace } from '../tenancy/namespaces.js';
import { type MigrationPlace } from './migration-context.js';

/** A tenant and how far its data is. */
export interface MigrationTenant {
  readonly tenant: TenantContext;
  /** Number of the last tenant migration that its data has, as `provisioning.schema_version` says; 0 when it says nothing. */
  readonly schemaVersion: number;
}

/** Who knows the tenants. Implemented by the tenancy domain over its records. */
export interface MigrationTenants {
  /** Every tenant that has data, deleted ones that can be restored included, in the same order every time. */
  all(): AsyncIterable<MigrationTenant>;
  /** Notes how far the data of one tenant, or of all tenants of the shared database, is. Idempotent. */
  recordVersion(place: Exclude<MigrationPlace, 'platform'>, schemaVersion: number): Promise<void>;
}

/** What migrations do with the client; `Mongo` is one. */
export interface MigrationMongo extends Pick<DataDoors, 'operateOnTenant' | 'platform'> {
  ensure(definitions: readonly CollectionDefinition[], options?: EnsureOptions): Promise<SchemaReport>;
  diff(definitions: readonly CollectionDefinition[], options?: Omit<EnsureOptions, 'dryRun'>): Promise<SchemaReport>;
  withTransaction<Result>(work: () => Promise<Result>): Promise<Result>;
  health(): Promise<MongoHealth>;
}

/** What the runner needs of the client. The driver does not leave the library. */
export interface MigrationEnvironment extends NamespaceOptions {
  readonly mongo: MigrationMongo;
  database(name: string): Db;
  session(): ClientSession | undefined;
  readonly clock: Clock;
  readonly logger: Logger;
  /** Every definition of the process; what `ensure` of a migration chooses from. */
  readonly definitions: readonly CollectionDefinition[];
}

/** A place together with its tenant. */
export interface MigrationTarget {
  readonly place: MigrationPlace;
  /** Present when the place belongs to one tenant. */
  readonly tenant?: TenantContext;
  /** The lowest of the tenants in the place. */
  readonly schemaVersion: number;
}

/** Where a definition's rows are for one target. */
export function targetNamespace(environment: NamespaceOptions, target: MigrationTarget, definition: CollectionDefinition): Namespace {
  const { name, scope, database } = definition;
  if (scope === 'platform') return platformNamespace(database, name, environment);
  return target.tenant === undefined ? sharedNamespace(name, environment) : namespaceOf(target.tenant, name, environment);
}

/** The rows of one namespace. */
export function rowsOf(
  { database }: Pick<MigrationEnvironment, 'database'>,
  { database: name, collection }: Namespace,
): Collection<StoredDocument> {
  return database(name).collection<StoredDocument>(collection);
}

/** The targets of tenant migrations: the shared database first, then each tenant with a place of its own. */
export async function tenantTargets(tenants: MigrationTenants): Promise<MigrationTarget[]> {
  const own: MigrationTarget[] = [];
  let shared = Number.POSITIVE_INFINITY;
  for await (const { tenant, schemaVersion } of tenants.all()) {
    if (tenant.isolation.model === 'shared') shared = Math.min(shared, schemaVersion);
    else own.push({ place: tenant.tenantId, tenant, schemaVersion });
  }
  return [{ place: 'shared', schemaVersion: shared }, ...own];
}

/** The target of one tenant; `undefined` when it has no place of its own. */
export function targetOf(targets: readonly MigrationTarget[], tenantId: TenantId): MigrationTarget | undefined {
  return targets.find(({ place }) => place === tenantId);
}
