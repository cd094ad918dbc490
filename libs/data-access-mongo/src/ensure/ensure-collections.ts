import { type Db } from 'mongodb';
import { AppError, ConflictError, type Logger } from '@caas/runtime';
import { type ServerCapabilities } from '../capabilities/server-capabilities.js';
import { type CollectionDefinition } from '../definition/define-collection.js';
import { translateDriverError } from '../repository/driver-errors.js';
import { type Namespace, type NamespaceOptions, type Placement } from '../tenancy/namespaces.js';
import { planNamespace } from './plan-namespace.js';
import { type MendingRules } from './planned-change.js';
import { onePlace, type SchemaPlace, schemaPlaces } from './schema-places.js';
import { type SchemaChange, type SchemaFailure, type SchemaReport, schemaReport } from './schema-report.js';

export interface EnsureOptions extends Partial<MendingRules> {
  /** Where tenant collections are: the tenant's own place. Without it the shared database. */
  readonly tenant?: Placement;
  /**
   * Every tenant, from whoever knows them: tenant collections are then treated in the shared database and in the place of each that has its own. Names
   * are built from this list and the definitions, never found by a prefix. A namespace that fails is reported, the others go on.
   */
  readonly tenants?: AsyncIterable<Placement>;
  /** Report only: nothing is written. */
  readonly dryRun?: boolean;
}

export interface EnsureEnvironment extends NamespaceOptions {
  database(name: string): Db;
  readonly capabilities: ServerCapabilities;
  readonly logger: Logger;
}

/**
 * Makes collections, validators and indexes what their definitions say, in the order of the definitions, and reports every step. Idempotent,
 * also when several processes do it at once. Takes nothing away unless told to: an index of the same name with another meaning is
 * reported as a conflict, one that nobody defines as unknown.
 */
export async function ensureCollections(
  environment: EnsureEnvironment,
  definitions: readonly CollectionDefinition[],
  options: EnsureOptions = {},
): Promise<SchemaReport> {
  const { dryRun = false, tenant, tenants } = options;
  const run = new EnsureRun(environment, options);
  if (tenants === undefined) {
    for (const place of onePlace(environment, definitions, tenant)) await run.mend(place);
  } else {
    for await (const place of schemaPlaces(environment, definitions, tenants)) await run.mendOrReport(place);
  }
  const report = run.report();
  if (!dryRun && report.changes.length > 0)
    environment.logger.info({ changes: report.changes.length }, 'MongoDB collections brought up to date');
  return report;
}

class EnsureRun {
  readonly #environment: EnsureEnvironment;
  readonly #rules: MendingRules;
  readonly #dryRun: boolean;
  readonly #found: SchemaChange[] = [];
  readonly #failed: SchemaFailure[] = [];
  #namespaces = 0;

  constructor(environment: EnsureEnvironment, options: EnsureOptions) {
    const { replaceIndexes = false, dropExtra = false, include = { collections: true, indexes: true }, dryRun = false } = options;
    this.#environment = environment;
    this.#rules = { replaceIndexes, dropExtra, include };
    this.#dryRun = dryRun;
  }

  async mend({ definition, namespace }: SchemaPlace): Promise<void> {
    const { capabilities } = this.#environment;
    const db = this.#environment.database(namespace.database);
    this.#namespaces += 1;
    try {
      for (const { apply, ...change } of await planNamespace(db, { definition, namespace, capabilities, ...this.#rules })) {
        if (!this.#dryRun) await apply?.(db);
        this.#found.push(change);
      }
    } catch (error) {
      throw translateDriverError(error, { collection: definition.name, operation: 'ensure' });
    }
  }

  /** A server that does not answer ends the run; anything else is about this namespace only. */
  async mendOrReport(place: SchemaPlace): Promise<void> {
    try {
      await this.mend(place);
    } catch (error) {
      if (!(error instanceof AppError) || error.retryable) throw error;
      this.#failed.push(failureOf(place.namespace, error));
    }
  }

  report(): SchemaReport {
    return schemaReport(this.#found, { failed: this.#failed, namespaces: this.#namespaces, dryRun: this.#dryRun });
  }
}

function failureOf(namespace: Namespace, error: AppError): SchemaFailure {
  const next =
    error instanceof ConflictError
      ? `remove the rows with equal ${String(error.details.conflictWith)}, then apply again`
      : 'see the message and the server’s log, then apply again';
  return { namespace, message: error.message, next };
}
