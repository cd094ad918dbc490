import { type IdPrefix, newId, newRowId, newTenantId } from '@caas/schema';

/** What {@link storedDocument} needs of a collection's definition. */
export interface StoredForm {
  readonly id: { readonly prefix: IdPrefix | 'row' | 'name' };
  readonly softDelete: boolean;
}

/** A document as MongoDB holds it: the collection's own fields, with the id and the fields that the repository keeps. */
export function storedDocument({ id, softDelete }: StoredForm, fields: object): Record<string, unknown> {
  const at = new Date('2026-01-02T03:04:05.678Z');
  return {
    _id: newStoredId(id.prefix),
    ...fields,
    created_at: at,
    updated_at: at,
    ...(softDelete ? { deleted_at: null, deleted_by: null } : {}),
    __v: 0,
  };
}

function newStoredId(prefix: StoredForm['id']['prefix']): string {
  if (prefix === 'row') return newRowId();
  if (prefix === 'name') return 'a:name';
  return prefix === 'clnt' ? newTenantId() : newId(prefix);
}

/**
 * A copy of the document with another value at a dotted path (`card.exp_month`, `items.0.amount`); `undefined` removes the field. Throws TypeError
 * where the path leads through something that is not there, so that a misspelled path proves nothing by accident.
 */
export function changed<Document extends object>(document: Document, path: string, value: unknown): Document {
  const [name = '', ...rest] = path.split('.');
  const copy = (Array.isArray(document) ? [...(document as unknown[])] : { ...document }) as Record<string, unknown>;
  if (rest.length > 0) {
    const inner = copy[name];
    if (typeof inner !== 'object' || inner === null) throw new TypeError(`There is nothing at "${name}".`);
    copy[name] = changed(inner, rest.join('.'), value);
  } else if (value === undefined) {
    if (!(name in copy)) throw new TypeError(`There is no field "${name}" to remove.`);
    delete copy[name];
  } else copy[name] = value;
  return copy as Document;
}
