import { type CollectionDefinition } from '@caas/data-access-mongo';
import { InternalError } from '@caas/runtime';
import { compileValidator, type TenantId, type Validator } from '@caas/schema';

/** Checks a seed's row as it will lie in the store. Throws `InternalError` naming collection, id and fields. */
export type RowChecker = (row: Readonly<Record<string, unknown>>) => void;

/** The compiled validator of a collection's stored form, for the rows of one tenant or of CAAS. */
export function rowChecker(collection: CollectionDefinition, tenantId: TenantId | undefined): RowChecker {
  const validate = validatorOf(collection);
  const { field } = collection.id;
  return (row) => {
    const { [field]: id, ...fields } = row;
    const result = validate({
      ...fields,
      _id: id,
      ...(tenantId === undefined || collection.scope === 'platform' ? {} : { tenant_id: tenantId }),
      updated_at: row['updated_at'] ?? row['created_at'],
      ...(collection.softDelete ? { deleted_at: row['deleted_at'] ?? null, deleted_by: row['deleted_by'] ?? null } : {}),
      __v: row['__v'] ?? 0,
    });
    if (result.ok) return;
    const problems = result.issues.slice(0, 5).map((issue) => JSON.stringify(issue));
    throw new InternalError(`The seed of "${collection.name}" made a bad row ${String(id)}: ${problems.join(', ')}.`);
  };
}

/** Compiling takes longer than checking the rows of a small profile. */
const compiled = new WeakMap<CollectionDefinition, Validator<unknown>>();

function validatorOf(collection: CollectionDefinition): Validator<unknown> {
  const validator = compiled.get(collection) ?? compileValidator<unknown>(collection.storedSchema);
  compiled.set(collection, validator);
  return validator;
}
