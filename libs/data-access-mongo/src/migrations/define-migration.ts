import { migrationChecksum } from './checksum.js';
import { type MigrationSpec } from './migration-spec.js';

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
