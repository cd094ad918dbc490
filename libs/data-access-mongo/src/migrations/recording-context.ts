import { InternalError, type Logger, type TenantContext } from '@caas/runtime';
import { type PlatformCollection } from '../tenancy/data-doors.js';
import { type CollectionDefinition } from '../definition/define-collection.js';
import { type MendingRules } from '../ensure/plan-namespace.js';
import { type PlatformRepository } from '../repository/repository.js';
import { type Namespace } from '../tenancy/namespaces.js';
import { type TenantOperator } from '../tenancy/tenant-data.js';
import { countPending } from './backfill.js';
import { type Migration } from './define-migration.js';
import { type BackfillOptions, type BackfillResult, type CollectionSelection, type MigrationContext } from './migration-context.js';
import {
  type MigrationEnvironment,
  type MigrationTarget,
  type MigrationTenants,
  rowsOf,
  targetNamespace,
} from './migration-environment.js';
import { recordingRepository } from './recording-repository.js';
import { refuseElsewhere, selectDefinitions } from './selection.js';

/** What a context that only records is made of. */
export interface RecordingParts {
  readonly environment: MigrationEnvironment;
  readonly tenants: MigrationTenants;
  readonly migration: Migration;
  readonly target: MigrationTarget;
  readonly logger: Logger;
  /** What earlier migrations of the same dry run would have done; nothing is said twice. */
  readonly said: Set<string>;
}

/** The context of a dry run: reads, writes down what would be done, and has no way to write. */
export class RecordingContext implements MigrationContext {
  readonly dryRun = true;
  readonly actions: string[] = [];
  readonly #parts: RecordingParts;

  constructor(parts: RecordingParts) {
    this.#parts = parts;
  }

  get version(): string {
    return this.#parts.migration.version;
  }

  get place(): MigrationContext['place'] {
    return this.#parts.target.place;
  }

  get logger(): Logger {
    return this.#parts.logger;
  }

  namespaceOf(definition: CollectionDefinition): Namespace {
    refuseElsewhere(this.#parts.migration, definition);
    return targetNamespace(this.#parts.environment, this.#parts.target, definition);
  }

  async *tenants(): AsyncGenerator<TenantContext> {
    const { tenants, target } = this.#parts;
    if (target.place === 'platform') return;
    if (target.tenant !== undefined) return void (yield target.tenant);
    for await (const { tenant } of tenants.all()) if (tenant.isolation.model === 'shared') yield tenant;
  }

  forTenant(tenant: TenantContext): Pick<TenantOperator, 'repository'> {
    const { target, environment } = this.#parts;
    const isHere = target.place === 'shared' ? tenant.isolation.model === 'shared' : target.place === tenant.tenantId;
    if (!isHere) throw new InternalError('This migration runs in another place than the tenant’s.');
    const data = environment.mongo.operateOnTenant(tenant);
    return {
      repository: (definition) =>
        recordingRepository(data.repository(definition), this.#nameOf(definition, { ...target, tenant }), this.#say),
    };
  }

  platform<Definition extends PlatformCollection>(definition: Definition): PlatformRepository<Definition> {
    const { environment, target } = this.#parts;
    return recordingRepository(environment.mongo.platform(definition), this.#nameOf(definition, target), this.#say);
  }

  async ensure(selection: CollectionSelection = {}, rules: Partial<MendingRules> = {}): Promise<void> {
    const { environment, target } = this.#parts;
    const place = target.tenant === undefined ? {} : { tenant: target.tenant };
    const report = await environment.mongo.diff(selectDefinitions(this.#parts, selection), { ...rules, ...place });
    for (const { kind, namespace, subject } of [...report.changes, ...report.conflicts]) {
      this.#say(`${kind} ${namespace.database}.${namespace.collection}${kind === 'create_collection' ? '' : ` ${subject}`}`);
    }
  }

  async dropEmpty(selection: CollectionSelection = {}): Promise<void> {
    for (const definition of selectDefinitions(this.#parts, selection)) {
      const { database, collection } = this.namespaceOf(definition);
      this.#say(`drop ${database}.${collection} if it is empty`);
    }
  }

  async backfill<Definition extends CollectionDefinition>(
    definition: Definition,
    options: BackfillOptions<Definition>,
  ): Promise<BackfillResult> {
    const { environment, target } = this.#parts;
    const { database, collection } = this.namespaceOf(definition);
    const confinement = definition.scope === 'tenant' && target.tenant !== undefined ? { tenant_id: target.tenant.tenantId } : {};
    const pending = await countPending(rowsOf(environment, { database, collection }), options.where, confinement);
    this.#say(`backfill ${options.name}: look at ${pending} documents of ${database}.${collection}`);
    return { changed: 0, left: pending };
  }

  #nameOf(definition: CollectionDefinition, target: MigrationTarget): string {
    const { database, collection } = targetNamespace(this.#parts.environment, target, definition);
    return `${database}.${collection}`;
  }

  readonly #say = (action: string): void => {
    if (this.#parts.said.has(action)) return;
    this.#parts.said.add(action);
    this.actions.push(action);
  };
}
