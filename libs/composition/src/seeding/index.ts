/**
 * seeding → data-access-mongo → schema; faker
 *
 * Rows for development, demonstrations and tests, made anew from a number. An entry of its own, loaded by `caas-admin` and specs only: gateway and worker
 * never load the generator.
 *
 * - *seed*: the rows of one collection, as a domain makes them up ({@link defineTenantSeed}, {@link definePlatformSeed}).
 * - *profile*: how much of everything. *seed number*: which rows; the same number gives the same bytes.
 * - *as of*: the day on which the rows are as they are; all times lie before it or are counted from it.
 */
export { definePlatformSeed, defineTenantSeed, type Seed, type SeedPlan, seedPlanOf, type SeedRow } from './define-seed.js';
export { planDigest } from './plan-digest.js';
export { SEED_AS_OF_DEFAULT, SeedContext, type SeedContextOptions } from './seed-context.js';
export { SEED_PROFILES, type SeedProfile, type SeedProfileName, type SeedRange } from './seed-profile.js';
export { type SeedCounts, Seeder, type SeederOptions, type SeedProgress, type SeedRunOptions } from './seeder.js';
export { rowChecker, type RowChecker } from './row-checker.js';
export { TenantSeedContext, type TenantSeedContextOptions } from './tenant-seed-context.js';
