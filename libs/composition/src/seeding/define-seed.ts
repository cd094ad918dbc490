import { type CollectionDefinition, type LoadedDocument, type PlatformCollection, type TenantCollection } from '@caas/data-access-mongo';
import { type SeedContext } from './seed-context.js';
import { TenantSeedContext } from './tenant-seed-context.js';

/** A row as a seed says it: with its id and `created_at`; the other standard fields where they are not those of a new row. */
export type SeedRow<Definition> = LoadedDocument<Definition>;

/** The rows of one collection. Not kept: they are made while they are written. */
export interface SeedPlan<Row = Readonly<Record<string, unknown>>> {
  /** How many rows there are. */
  readonly total: number;
  readonly rows: Iterable<Row> | AsyncIterable<Row>;
}

interface SeedSpec<Definition, Context> {
  /** Unique over all modules, for people. */
  readonly name: string;
  readonly collection: Definition;
  /** Must give equal plans for equal contexts, without a clock, chance or I/O. Several seeds may write one collection. */
  readonly plan: (context: Context) => SeedPlan<SeedRow<Definition>>;
  /** Reference data that others rely on: put there when it is missing, and left there by `clear`. */
  readonly permanent?: true;
}

interface AnySeed<Scope extends 'platform' | 'tenant', Definition extends CollectionDefinition, Context> {
  readonly name: string;
  readonly scope: Scope;
  readonly collection: Definition;
  readonly plan: (context: Context) => SeedPlan;
  readonly permanent: boolean;
}

/** The rows of one collection, as a domain makes them up. Made by {@link definePlatformSeed} and {@link defineTenantSeed} only. */
export type Seed = AnySeed<'platform', PlatformCollection, SeedContext> | AnySeed<'tenant', TenantCollection, TenantSeedContext>;

/** Rows of CAAS itself. */
export function definePlatformSeed<Definition extends PlatformCollection>(spec: SeedSpec<Definition, SeedContext>): Seed {
  const { name, collection, permanent = false } = spec;
  return { name, scope: 'platform', collection, permanent, plan: (context) => spec.plan(context) };
}

/** Rows of a tenant. */
export function defineTenantSeed<Definition extends TenantCollection>(spec: SeedSpec<Definition, TenantSeedContext>): Seed {
  const { name, collection, permanent = false } = spec;
  return { name, scope: 'tenant', collection, permanent, plan: (context) => spec.plan(context) };
}

/** The plan of a seed in a context of its scope. Throws `TypeError` for a tenant's seed without a tenant. */
export function seedPlanOf(seed: Seed, context: SeedContext): SeedPlan {
  if (seed.scope === 'platform') return seed.plan(context);
  if (context instanceof TenantSeedContext) return seed.plan(context);
  throw new TypeError(`The seed "${seed.name}" needs a tenant.`);
}
