import { type TenantContext } from '@caas/runtime';
import { type PlatformCollection } from '../tenancy/data-doors.js';
import { type CollectionDefinition } from '../definition/define-collection.js';
import { type MendingRules } from '../ensure/planned-change.js';
import { type PlatformRepository } from '../repository/repository.js';
import { type TenantOperator } from '../tenancy/tenant-data.js';
import { countPending } from './backfill.js';
import { type BackfillOptions, type BackfillResult, type CollectionSelection, type MigrationContext } from './migration-context.js';
import { type MigrationTarget, rowsOf, targetNamespace } from './migration-environment.js';
import { PlaceContext, type PlaceParts } from './place-context.js';
import { recordingRepository } from './recording-repository.js';
import { selectDefinitions } from './selection.js';

/** What a context that only records is made of. */
export interface RecordingParts extends PlaceParts {
  /** What earlier migrations of the same dry run would have done; nothing is said twice. */
  readonly said: Set<string>;
}

/** The context of a dry run: reads, writes down what would be done, and has no way to write. */
export class RecordingContext extends PlaceContext<RecordingParts> implements MigrationContext {
  readonly dryRun = true;
  readonly actions: string[] = [];

  forTenant(tenant: TenantContext): Pick<TenantOperator, 'repository'> {
    const data = this.dataOf(tenant);
    const { target } = this.parts;
    return {
      repository: (definition) =>
        recordingRepository(data.repository(definition), this.#nameOf(definition, { ...target, tenant }), this.#say),
    };
  }

  platform<Definition extends PlatformCollection>(definition: Definition): PlatformRepository<Definition> {
    const { environment, target } = this.parts;
    return recordingRepository(environment.mongo.platform(definition), this.#nameOf(definition, target), this.#say);
  }

  async ensure(selection: CollectionSelection = {}, rules: Partial<MendingRules> = {}): Promise<void> {
    const { environment, target } = this.parts;
    const place = target.tenant === undefined ? {} : { tenant: target.tenant };
    const report = await environment.mongo.diff(selectDefinitions(this.parts, selection), { ...rules, ...place });
    for (const { kind, namespace, subject } of [...report.changes, ...report.conflicts]) {
      this.#say(`${kind} ${namespace.database}.${namespace.collection}${kind === 'create_collection' ? '' : ` ${subject}`}`);
    }
  }

  async dropEmpty(selection: CollectionSelection = {}): Promise<void> {
    for (const definition of selectDefinitions(this.parts, selection)) {
      const { database, collection } = this.namespaceOf(definition);
      this.#say(`drop ${database}.${collection} if it is empty`);
    }
  }

  async backfill<Definition extends CollectionDefinition>(
    definition: Definition,
    options: BackfillOptions<Definition>,
  ): Promise<BackfillResult> {
    const { environment, target } = this.parts;
    const { database, collection } = this.namespaceOf(definition);
    const confinement = definition.scope === 'tenant' && target.tenant !== undefined ? { tenant_id: target.tenant.tenantId } : {};
    const pending = await countPending(rowsOf(environment, { database, collection }), options.where, confinement);
    this.#say(`backfill ${options.name}: look at ${pending} documents of ${database}.${collection}`);
    return { changed: 0, left: pending };
  }

  #nameOf(definition: CollectionDefinition, target: MigrationTarget): string {
    const { database, collection } = targetNamespace(this.parts.environment, target, definition);
    return `${database}.${collection}`;
  }

  readonly #say = (action: string): void => {
    if (this.parts.said.has(action)) return;
    this.parts.said.add(action);
    this.actions.push(action);
  };
}
