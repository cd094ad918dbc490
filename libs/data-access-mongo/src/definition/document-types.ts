import { type TenantId, type z } from '@caas/schema';
import { type CollectionDefinition } from './define-collection.js';

type Flat<Type> = { [Key in keyof Type]: Type[Key] };

/** Fields that the repository keeps on every document. */
export interface StandardFields {
  readonly created_at: Date;
  readonly updated_at: Date;
  /** Optimistic lock: 0 when inserted, one more with every update and soft delete; bulk counters and summaries leave it alone. */
  readonly __v: number;
}

/** Fields of a collection with soft delete; null while the document lives. */
export interface SoftDeleteFields {
  readonly deleted_at: Date | null;
  readonly deleted_by: string | null;
}

/** A document as code outside of this library sees it: named as on the wire, `user_id` instead of `_id`. */
export type DocumentOf<Definition> =
  Definition extends CollectionDefinition<infer Schema, infer IdField, infer Scope, infer SoftDelete>
    ? Flat<
        z.output<Schema> &
          Readonly<Record<IdField, string>> &
          StandardFields &
          (Scope extends 'tenant' ? { readonly tenant_id: TenantId } : unknown) &
          (SoftDelete extends true ? SoftDeleteFields : unknown)
      >
    : never;

/** A document to insert: the definition's own fields. Without an id a new one is made; `tenant_id` may be given when it is the repository's own. */
export type NewDocumentOf<Definition> =
  Definition extends CollectionDefinition<infer Schema, infer IdField, infer Scope>
    ? Flat<
        z.output<Schema> &
          Readonly<Partial<Record<IdField, string>>> &
          (Scope extends 'tenant' ? { readonly tenant_id?: TenantId } : unknown)
      >
    : never;

/** Fields that callers may set: the definition's own. */
export type OwnFieldsOf<Definition> = Definition extends CollectionDefinition<infer Schema> ? z.output<Schema> : never;
