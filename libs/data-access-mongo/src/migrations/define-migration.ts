import { migrationChecksum } from './checksum.js';
import { type MigrationContext } from './migration-context.js';

/** `platform`: runs once. `tenant`: runs in the shared database and in the place of each tenant that has its own. */
export type MigrationScope = 'platform' | 'tenant';

/** One direction of a migration. Must succeed from any state that an earlier, interrupted run of itself can have left. */
export type MigrationStep = (context: MigrationContext) => Promise<void>;

export interface MigrationSpec {
  /** `V` and at least three digits. Given once, never changed: the order of migrations is the order of these numbers. */
  readonly version: string;
  /** snake_case, says what changes. */
  readonly name: string;
  readonly scope: MigrationScope;
  /**
   * Runs in one transaction together with its entry in the history: all or nothing. For a few documents: no collection, index or backfill may
   * be touched inside. On a server without transactions the steps run one after another.
   */
  readonly transactional?: boolean;
  readonly up: MigrationStep;
  /** Takes back what `up` did, as far as no data of users goes with it; throws and says why where it cannot. */
  readonly down: MigrationStep;
}

/** A change of the stored data that is made once in every place. Made by {@link defineMigration} only. */
export interface Migration extends Required<MigrationSpec> {
  /** The digits of the version. */
  readonly number: number;
  /** Of the declared content and the code; a migration that has run must not change. */
  readonly checksum: string;
}

/** Defines a migration. Throws `TypeError` for a malformed version or name. */
export function defineMigration(spec: MigrationSpec): Migration {
  const { version, name, scope, transactional = false, up, down } = spec;
  if (!/^V\d{3,6}$/.test(version)) throw new TypeError(`A migration's version is V and 3–6 digits, not "${version}".`);
  if (!/^[a-z][a-z0-9_]{0,79}$/.test(name)) throw new TypeError(`Migration ${version} needs a name of 1–80 of [a-z0-9_], not "${name}".`);
  const number = Number(version.slice(1));
  const whole = { version, name, scope, transactional, up, down };
  return Object.freeze({ ...whole, number, checksum: migrationChecksum(whole) });
}

/** In the order of their numbers. Throws `TypeError` when two have the same number. */
export function sortMigrations(migrations: readonly Migration[]): Migration[] {
  const sorted = migrations.toSorted((one, two) => one.number - two.number);
  for (const [index, { number, version, name }] of sorted.entries()) {
    const next = sorted[index + 1];
    if (next?.number === number)
      throw new TypeError(`Migrations "${name}" and "${next.name}" are both ${version}. Renumber the newer one.`);
  }
  return sorted;
}

/** What `provisioning.schema_version` of a tenant is whose collections were just made from the present definitions; 0 without tenant migrations. */
export function latestTenantVersion(migrations: readonly Migration[]): number {
  return Math.max(0, ...migrations.filter(({ scope }) => scope === 'tenant').map(({ number }) => number));
}
