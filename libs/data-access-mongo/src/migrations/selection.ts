import { InternalError } from '@caas/runtime';
import { type CollectionDefinition } from '../definition/define-collection.js';
import { type Migration } from './define-migration.js';
import { MIGRATION_COLLECTIONS } from './migration-collections.js';
import { type CollectionSelection } from './migration-context.js';
import { type MigrationEnvironment } from './migration-environment.js';

/**
 * The definitions of a group, in the order of the process. The runner's own collections are never among them. Throws `InternalError` for
 * a name that no definition has, and when nothing is selected: a migration that silently does nothing would be marked as done.
 */
export function selectDefinitions(
  { environment, migration }: { environment: Pick<MigrationEnvironment, 'definitions'>; migration: Migration },
  { scope = migration.scope, database, names }: CollectionSelection,
): CollectionDefinition[] {
  const own = new Set<string>(MIGRATION_COLLECTIONS.map(({ name }) => name));
  const known = environment.definitions.filter(({ name }) => !own.has(name));
  const missing = (names ?? []).filter((name) => !known.some((definition) => definition.name === name));
  if (missing.length > 0)
    throw new InternalError(`Migration ${migration.version} names collections that nobody defines: ${missing.join(', ')}.`);
  const selected = known.filter(
    (definition) =>
      definition.scope === scope &&
      (database === undefined || definition.database === database) &&
      (names === undefined || names.includes(definition.name)),
  );
  if (selected.length === 0) throw new InternalError(`Migration ${migration.version} selects no collection.`);
  for (const definition of selected) refuseElsewhere(migration, definition);
  return selected;
}

/** Throws `InternalError` for a collection that is not in the place where the migration runs. */
export function refuseElsewhere(migration: Migration, definition: CollectionDefinition): void {
  if (definition.scope === migration.scope) return;
  throw new InternalError(
    `Migration ${migration.version} has scope ${migration.scope}; collection "${definition.name}" has scope ${definition.scope}.`,
  );
}
