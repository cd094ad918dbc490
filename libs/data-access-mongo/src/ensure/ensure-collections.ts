import { type Db } from 'mongodb';
import { type Logger } from '@caas/runtime';
import { type ServerCapabilities } from '../capabilities/server-capabilities.js';
import { type CollectionDefinition } from '../definition/define-collection.js';
import { translateDriverError } from '../repository/driver-errors.js';
import {
  namespaceOf,
  platformNamespace,
  sharedNamespace,
  type Namespace,
  type NamespaceOptions,
  type Placement,
} from '../tenancy/namespaces.js';
import { planNamespace, type SchemaChange } from './schema-plan.js';

/** What differed and what became of it. */
export interface SchemaReport {
  /** Carried out, or only planned when `dryRun`. Empty when everything is in place. */
  readonly changes: readonly SchemaChange[];
  /** What the server lacks the means for, with the capability that is missing. */
  readonly skipped: readonly SchemaChange[];
  /** Indexes that mean something else under the same name; nothing was done about them. */
  readonly conflicts: readonly SchemaChange[];
  /** Indexes that no definition names; nothing was done about them. */
  readonly unknown: readonly SchemaChange[];
  readonly dryRun: boolean;
}

export interface EnsureOptions {
  /** Where tenant collections are: the tenant's own place. Without it the shared database. */
  readonly tenant?: Placement;
  /** Report only. */
  readonly dryRun?: boolean;
}

export interface EnsureEnvironment extends NamespaceOptions {
  database(name: string): Db;
  readonly capabilities: ServerCapabilities;
  readonly logger: Logger;
}

/**
 * Makes collections, validators and indexes what their definitions say, in the order of the definitions, and reports every step. Idempotent,
 * also when several processes do it at once. Never drops or rebuilds anything: an index of the same name with another meaning is
 * reported as a conflict.
 */
export async function ensureCollections(
  environment: EnsureEnvironment,
  definitions: readonly CollectionDefinition[],
  { tenant, dryRun = false }: EnsureOptions = {},
): Promise<SchemaReport> {
  const done: SchemaChange[] = [];
  for (const definition of definitions) {
    const namespace = placeOf(environment, definition, tenant);
    const db = environment.database(namespace.database);
    try {
      const plan = await planNamespace(db, { definition, namespace, capabilities: environment.capabilities });
      for (const { apply, ...change } of plan) {
        if (!dryRun) await apply?.(db);
        done.push(change);
      }
    } catch (error) {
      throw translateDriverError(error, { collection: definition.name, operation: 'ensure' });
    }
  }
  const report = reportOf(done, dryRun);
  if (!dryRun && report.changes.length > 0)
    environment.logger.info({ changes: report.changes.length }, 'MongoDB collections brought up to date');
  return report;
}

function placeOf(environment: EnsureEnvironment, definition: CollectionDefinition, tenant: Placement | undefined): Namespace {
  if (definition.scope === 'platform') return platformNamespace(definition.database, definition.name, environment);
  return tenant === undefined ? sharedNamespace(definition.name, environment) : namespaceOf(tenant, definition.name, environment);
}

function reportOf(all: readonly SchemaChange[], dryRun: boolean): SchemaReport {
  const of = (...kinds: SchemaChange['kind'][]): SchemaChange[] => all.filter(({ kind }) => kinds.includes(kind));
  return {
    changes: of('create_collection', 'set_validator', 'create_index'),
    skipped: of('skipped'),
    conflicts: of('conflict'),
    unknown: of('unknown'),
    dryRun,
  };
}
