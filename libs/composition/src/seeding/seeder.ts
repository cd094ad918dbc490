import {
  type CollectionDefinition,
  type InsertManyResult,
  type LifecycleRepository,
  type Mongo,
  op,
  type PlatformCollection,
  type TenantCollection,
} from '@caas/data-access-mongo';
import { ConflictError } from '@caas/runtime';
import { type Seed, seedPlanOf } from './define-seed.js';
import { inBatches } from './in-batches.js';
import { rowChecker } from './row-checker.js';
import { type SeedContext } from './seed-context.js';
import { TenantSeedContext } from './tenant-seed-context.js';

/** How far one collection is. */
export interface SeedProgress {
  readonly seed: string;
  readonly collection: string;
  readonly done: number;
  readonly total: number;
  /** Rows, since this seed began. */
  readonly perSecond: number;
}

/** What became of the rows of one seed. */
export interface SeedCounts {
  readonly seed: string;
  readonly collection: string;
  readonly total: number;
  /** Inserted or, by `clear`, removed; with `dryRun`: would be. */
  readonly changed: number;
}

export interface SeedRunOptions {
  /** Reads and counts, and writes nothing. */
  readonly dryRun?: boolean;
  /** Ends the run between two batches; what is written stays, and another run goes on there. */
  readonly signal?: AbortSignal;
  /** Told after each batch. */
  readonly onProgress?: (progress: SeedProgress) => void;
}

export interface SeederOptions {
  readonly mongo: Mongo;
  /** Of all modules, in their order. */
  readonly seeds: readonly Seed[];
  /** Rows of one write, 1–1 000; 1 000 unless given. */
  readonly batchSize?: number;
}

type Row = Readonly<Record<string, unknown>>;
type Door = LifecycleRepository<CollectionDefinition>;

const BATCH_MAX = 1_000;

/**
 * Writes and removes what seeds make up. A row that is there already, whatever somebody made of it since, is left alone: a second run changes nothing, and
 * a run that was killed is finished by the next one. Nothing but rows of the seeds themselves is ever touched.
 */
export class Seeder {
  readonly #mongo: Mongo;
  readonly #seeds: readonly Seed[];
  readonly #batchSize: number;

  constructor({ mongo, seeds, batchSize = BATCH_MAX }: SeederOptions) {
    this.#mongo = mongo;
    this.#seeds = seeds;
    this.#batchSize = Math.min(batchSize, BATCH_MAX);
  }

  /**
   * Writes a tenant's rows, or those of CAAS, as the context says. Rejects with `InternalError` for a row that breaks its definition, before that batch is
   * written, and with `ConflictError` when a row of somebody else has a unique key of a seeded one.
   */
  async run(context: SeedContext, options: SeedRunOptions = {}): Promise<SeedCounts[]> {
    const counts: SeedCounts[] = [];
    for (const seed of this.#seedsOf(context)) {
      const check = rowChecker(seed.collection, tenantIdOf(context));
      counts.push(
        await this.#each(seed, { context, options }, async (door, rows) => {
          rows.forEach(check);
          return add(door, { seed, rows, dryRun: options.dryRun === true });
        }),
      );
    }
    return counts;
  }

  /** Removes what {@link run} of an equal context wrote, the last first, whatever became of it; reference data stays. Needs the same seed number and profile. */
  async clear(context: SeedContext, options: SeedRunOptions = {}): Promise<SeedCounts[]> {
    const counts: SeedCounts[] = [];
    for (const seed of this.#seedsOf(context)
      .filter(({ permanent }) => !permanent)
      .toReversed()) {
      counts.push(
        await this.#each(seed, { context, options }, async (door, rows) => {
          const ids = rows.map((row) => idOf(seed, row));
          if (options.dryRun === true) return (await door.findExisting(ids, [])).size;
          return door.purge({ [seed.collection.id.field]: op.in(ids) }, { pauseMs: 0 });
        }),
      );
    }
    return counts;
  }

  #seedsOf(context: SeedContext): Seed[] {
    const scope = context instanceof TenantSeedContext ? 'tenant' : 'platform';
    return this.#seeds.filter((seed) => seed.scope === scope);
  }

  async #each(
    seed: Seed,
    { context, options: { signal, onProgress } }: { context: SeedContext; options: SeedRunOptions },
    work: (door: Door, rows: readonly Row[]) => Promise<number>,
  ): Promise<SeedCounts> {
    const { total, rows } = seedPlanOf(seed, context);
    const door = this.#door(seed, context);
    const startedAt = performance.now();
    const at = { seed: seed.name, collection: seed.collection.name, total };
    let [done, changed] = [0, 0];
    for await (const batch of inBatches(rows, this.#batchSize)) {
      signal?.throwIfAborted();
      changed += await work(door, batch);
      done += batch.length;
      const seconds = Math.max((performance.now() - startedAt) / 1_000, 0.001);
      onProgress?.({ ...at, done, perSecond: Math.round(done / seconds) });
    }
    return { ...at, total: done, changed };
  }

  /** Past the state of the tenant: whoever seeds has looked at that. */
  #door(seed: Seed, context: SeedContext): Door {
    const door =
      context instanceof TenantSeedContext
        ? this.#mongo.operateOnTenant(context.tenant).repository(seed.collection as TenantCollection)
        : this.#mongo.operateOnPlatform(seed.collection as PlatformCollection);
    return door;
  }
}

/** Inserts what is not there; resolves with how many rows that were. */
async function add(door: Door, { seed, rows, dryRun }: { seed: Seed; rows: readonly Row[]; dryRun: boolean }): Promise<number> {
  const existing = await door.findExisting(
    rows.map((row) => idOf(seed, row)),
    [],
  );
  const missing = rows.filter((row) => !existing.has(idOf(seed, row)));
  if (dryRun || missing.length === 0) return missing.length;
  const result = await door.load(missing as never);
  refuseTaken(seed, result);
  return result.inserted.length;
}

/** The same id means that somebody seeds the same at once; any other key is somebody else's. */
function refuseTaken({ collection }: Seed, { duplicates }: InsertManyResult): void {
  const taken = duplicates.find(({ indexName }) => indexName !== '_id_');
  if (taken === undefined) return;
  const fields = taken.fields.join(', ');
  throw new ConflictError(`A row of "${collection.name}" that was not seeded has the same ${fields}. Use another seed number.`, {
    details: { conflictWith: fields },
  });
}

function idOf({ collection }: Seed, row: Row): string {
  return String(row[collection.id.field]);
}

function tenantIdOf(context: SeedContext) {
  return context instanceof TenantSeedContext ? context.tenant.tenantId : undefined;
}
