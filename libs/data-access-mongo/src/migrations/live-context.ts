import { ConflictError, InternalError, type Logger, type TenantContext } from '@caas/runtime';
import { type PlatformCollection } from '../tenancy/data-doors.js';
import { type CollectionDefinition } from '../definition/define-collection.js';
import { findCollection } from '../ensure/plan-collection.js';
import { type MendingRules } from '../ensure/plan-namespace.js';
import { type PlatformRepository } from '../repository/repository.js';
import { type Namespace } from '../tenancy/namespaces.js';
import { type TenantOperator } from '../tenancy/tenant-data.js';
import { runBackfill } from './backfill.js';
import { type Migration } from './define-migration.js';
import { guarded } from './guarded-repository.js';
import { type BackfillOptions, type BackfillResult, type CollectionSelection, type MigrationContext } from './migration-context.js';
import {
  type MigrationEnvironment,
  type MigrationTarget,
  type MigrationTenants,
  rowsOf,
  targetNamespace,
} from './migration-environment.js';
import { type MigrationEntry, type MigrationJournal } from './migration-journal.js';
import { type MigrationLock } from './migration-lock.js';
import { refuseElsewhere, selectDefinitions } from './selection.js';

/** What a context that writes is made of. */
export interface LiveParts {
  readonly environment: MigrationEnvironment;
  readonly tenants: MigrationTenants;
  readonly migration: Migration;
  readonly target: MigrationTarget;
  readonly entry: MigrationEntry;
  readonly journal: MigrationJournal;
  readonly lock: MigrationLock;
  readonly logger: Logger;
  /** Rests between two batches. */
  rest(pauseMs: number): Promise<void>;
  /** A place where a drill may end the process: the batch is written, its position is not. */
  batchWritten(): void;
}

/** The context of a run that writes. */
export class LiveContext implements MigrationContext {
  readonly dryRun = false;
  readonly #parts: LiveParts;
  readonly #positions: Map<string, string>;

  constructor(parts: LiveParts) {
    this.#parts = parts;
    this.#positions = new Map(parts.entry.positions.map(({ backfill, id }) => [backfill, id]));
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
    for await (const { tenant } of tenants.all()) {
      this.#parts.lock.assertHeld();
      if (tenant.isolation.model === 'shared') yield tenant;
    }
  }

  forTenant(tenant: TenantContext): Pick<TenantOperator, 'repository'> {
    const { target, environment } = this.#parts;
    const isHere = target.place === 'shared' ? tenant.isolation.model === 'shared' : target.place === tenant.tenantId;
    if (!isHere) throw new InternalError('This migration runs in another place than the tenant’s.');
    const data = environment.mongo.operateOnTenant(tenant);
    return { repository: (definition) => guarded(data.repository(definition), () => this.#parts.lock.assertHeld()) };
  }

  platform<Definition extends PlatformCollection>(definition: Definition): PlatformRepository<Definition> {
    return guarded(this.#parts.environment.mongo.platform(definition), () => this.#parts.lock.assertHeld());
  }

  async ensure(selection: CollectionSelection = {}, rules: Partial<MendingRules> = {}): Promise<void> {
    await this.#beforeChange('ensure');
    const { environment, target } = this.#parts;
    const definitions = selectDefinitions(this.#parts, selection);
    const place = target.tenant === undefined ? {} : { tenant: target.tenant };
    const { conflicts } = await environment.mongo.ensure(definitions, { ...rules, ...place });
    if (conflicts.length === 0) return;
    const list = conflicts.map(({ namespace, subject, next }) => `${namespace.collection} ${subject}: ${next ?? ''}`).join('; ');
    throw new ConflictError(`The server has something else than is defined. ${list}`, { code: 'RES_STATE' });
  }

  async dropEmpty(selection: CollectionSelection = {}): Promise<void> {
    await this.#beforeChange('dropEmpty');
    const { environment } = this.#parts;
    const places = selectDefinitions(this.#parts, selection).map((definition) => this.namespaceOf(definition));
    const full = await Promise.all(places.map(async (at) => (await rowsOf(environment, at).findOne({}, ONE)) !== null));
    const kept = places.filter((_, index) => full[index]).map(({ collection }) => collection);
    if (kept.length > 0) {
      throw new ConflictError(`These collections have rows, so none is dropped: ${kept.join(', ')}. Remove the rows first.`, {
        code: 'RES_STATE',
      });
    }
    for (const at of places) {
      const isThere = (await findCollection(environment.database(at.database), at.collection)) !== undefined;
      if (isThere) await rowsOf(environment, at).drop();
    }
  }

  async backfill<Definition extends CollectionDefinition>(
    definition: Definition,
    options: BackfillOptions<Definition>,
  ): Promise<BackfillResult> {
    await this.#beforeChange('backfill');
    const { environment, target, entry, journal, lock } = this.#parts;
    const result = await runBackfill(definition, options, {
      collection: rowsOf(environment, this.namespaceOf(definition)),
      confinement: definition.scope === 'tenant' && target.tenant !== undefined ? { tenant_id: target.tenant.tenantId } : {},
      position: this.#positions.get(options.name),
      confirm: () => lock.confirm(),
      keep: (position) => {
        this.#positions.set(options.name, position);
        return journal.savePositions(
          entry,
          [...this.#positions].map(([backfill, id]) => ({ backfill, id })),
        );
      },
      written: () => this.#parts.batchWritten(),
      rest: (pauseMs) => this.#parts.rest(pauseMs),
    });
    this.logger.info({ collection: definition.name, backfill: options.name, ...result }, 'backfill is done');
    return result;
  }

  async #beforeChange(method: string): Promise<void> {
    const { migration, lock, environment } = this.#parts;
    if (migration.transactional && environment.session() !== undefined) {
      throw new InternalError(`Migration ${migration.version} is transactional, and ${method} cannot be part of a transaction.`);
    }
    await lock.confirm();
  }
}

const ONE = { readPreference: 'primary', projection: { _id: 1 } } as const;
