import { InternalError } from '@caas/runtime';
import { type CollectionDefinition } from '../definition/define-collection.js';

/** Stored fields to return, for the driver. */
export type Projection = Readonly<Record<string, 0 | 1>>;

/**
 * The projection for a list of top-level fields; the id always comes along. `undefined` without a list: the whole document.
 * Throws `InternalError` for a field that the definition does not have.
 */
export function compileProjection(definition: CollectionDefinition, select: readonly string[] | undefined): Projection | undefined {
  if (select === undefined) return undefined;
  return Object.fromEntries([['_id', 1] as const, ...select.map((field) => [storedField(definition, field), 1] as const)]);
}

/** The stored path of one outside path. Throws `InternalError` when the definition has no such field. */
export function storedField(definition: CollectionDefinition, path: string): string {
  // A path with an operator never names a field, but a free-form object would let it pass.
  if (path.includes('$') || definition.codec.field(path) === undefined)
    throw new InternalError(`Collection "${definition.name}" has no field "${path}" to read.`);
  return definition.codec.storageName(path);
}
