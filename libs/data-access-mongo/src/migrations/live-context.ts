import { ConflictError, InternalError, type TenantContext } from '@caas/runtime';
import { type PlatformCollection } from '../tenancy/data-doors.js';
import { type CollectionDefinition } from '../definition/define-collection.js';
import { findCollection } from '../ensure/plan-collection.js';
import { type MendingRules } from '../ensure/planned-change.js';
import { type PlatformRepository } from '../repository/repository.js';
import { type TenantOperator } from '../tenancy/tenant-data.js';
import { runBackfill } from './backfill.js';
import { guarded } from './guarded-repository.js';
import { type BackfillOptions, type BackfillResult, type CollectionSelection, type MigrationContext } from './migration-context.js';
import { rowsOf } from './migration-environment.js';
import { type MigrationEntry, type MigrationJournal } from './migration-journal.js';
import { type MigrationLock } from './migration-lock.js';
import { PlaceContext, type PlaceParts } from './place-context.js';
import { selectDefinitions } from './selection.js';

/** What a context that writes is made of. */
export interface LiveParts extends PlaceParts {
  readonly entry: MigrationEntry;
  readonly journal: MigrationJournal;
  readonly lock: MigrationLock;
  /** Rests between two batches. */
  rest(pauseMs: number): Promise<void>;
  /** A place where a drill may end the process: the batch is written, its position is not. */
  batchWritten(): void;
}

/** The context of a run that writes. */
export class LiveContext extends PlaceContext<LiveParts> implements MigrationContext {
  readonly dryRun = false;
  readonly #positions: Map<string, string>;

  constructor(parts: LiveParts) {
    super(parts);
    this.#positions = new Map(parts.entry.positions.map(({ backfill, id }) => [backfill, id]));
  }

  forTenant(tenant: TenantContext): Pick<TenantOperator, 'repository'> {
    const data = this.dataOf(tenant);
    return { repository: (definition) => guarded(data.repository(definition), () => this.parts.lock.assertHeld()) };
  }

  platform<Definition extends PlatformCollection>(definition: Definition): PlatformRepository<Definition> {
    return guarded(this.parts.environment.mongo.platform(definition), () => this.parts.lock.assertHeld());
  }

  async ensure(selection: CollectionSelection = {}, rules: Partial<MendingRules> = {}): Promise<void> {
    await this.#beforeChange('ensure');
    const { environment, target } = this.parts;
    const definitions = selectDefinitions(this.parts, selection);
    const place = target.tenant === undefined ? {} : { tenant: target.tenant };
    const { conflicts } = await environment.mongo.ensure(definitions, { ...rules, ...place });
    if (conflicts.length === 0) return;
    const list = conflicts.map(({ namespace, subject, next }) => `${namespace.collection} ${subject}: ${next ?? ''}`).join('; ');
    throw new ConflictError(`The server has something else than is defined. ${list}`, { code: 'RES_STATE' });
  }

  async dropEmpty(selection: CollectionSelection = {}): Promise<void> {
    await this.#beforeChange('dropEmpty');
    const { environment } = this.parts;
    const places = selectDefinitions(this.parts, selection).map((definition) => this.namespaceOf(definition));
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
    const { environment, target, entry, journal, lock } = this.parts;
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
      written: () => this.parts.batchWritten(),
      rest: (pauseMs) => this.parts.rest(pauseMs),
    });
    this.logger.info({ collection: definition.name, backfill: options.name, ...result }, 'backfill is done');
    return result;
  }

  protected override beforeTenant(): void {
    this.parts.lock.assertHeld();
  }

  async #beforeChange(method: string): Promise<void> {
    const { migration, lock, environment } = this.parts;
    if (migration.transactional && environment.session() !== undefined) {
      throw new InternalError(`Migration ${migration.version} is transactional, and ${method} cannot be part of a transaction.`);
    }
    await lock.confirm();
  }
}

const ONE = { readPreference: 'primary', projection: { _id: 1 } } as const;
