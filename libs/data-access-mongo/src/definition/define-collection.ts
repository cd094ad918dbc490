import {
  bsonDate,
  idOf,
  int32,
  isId,
  newId,
  newRowId,
  parseTenantId,
  rowIdField,
  tenantIdField,
  text,
  toBsonSchema,
  z,
  type BsonSchema,
  type IdPrefix,
} from '@caas/schema';
import { DefinitionError } from './definition-error.js';
import { capabilitiesFor, type IndexDefinition } from './index-definition.js';
import { checkIndexes } from './index-rules.js';
import { createCodec, type DocumentCodec } from './document-codec.js';

/** `tenant`: one tenant's rows, reached through `forTenant` only. `platform`: rows of CAAS itself. */
export type CollectionScope = 'tenant' | 'platform';

/** The databases of platform collections; each is `{prefix}_{name}`. */
export const PLATFORM_DATABASES = ['platform', 'billing', 'analytics'] as const;
export type PlatformDatabase = (typeof PLATFORM_DATABASES)[number];

/** What the id is called outside (stored as `_id`), and how new ones are made. */
export interface IdRule<IdField extends string = string> {
  readonly field: IdField;
  /** `row`: 26 characters without a prefix, for rows that nobody outside names. `name`: a text that the inserter chooses, such as a counter's name. */
  readonly prefix: IdPrefix | 'row' | 'name';
}

export interface CollectionSpec<
  Schema extends z.ZodObject,
  IdField extends string,
  Scope extends CollectionScope,
  SoftDelete extends boolean,
> {
  /** Plural, snake_case; the name of the collection in the shared and the database strategy. */
  readonly name: string;
  readonly scope: Scope;
  /** Platform scope only; `platform` unless given. */
  readonly database?: PlatformDatabase;
  readonly id: IdRule<IdField>;
  /** Documents are marked deleted and disappear from reads. */
  readonly softDelete?: SoftDelete;
  /** The collection's own fields: a strict object without id, tenant and standard fields. */
  readonly schema: Schema;
  readonly indexes?: readonly IndexDefinition[];
  /** Change streams also carry documents as they were before a change. */
  readonly preImages?: true;
  /** One sentence, for the generated pages. */
  readonly description: string;
}

/** One collection, said once: type, validator, indexes and place follow from it. Made by {@link defineCollection} only. */
export interface CollectionDefinition<
  Schema extends z.ZodObject = z.ZodObject,
  IdField extends string = string,
  Scope extends CollectionScope = CollectionScope,
  SoftDelete extends boolean = boolean,
> {
  readonly name: string;
  readonly scope: Scope;
  readonly database: PlatformDatabase;
  readonly id: IdRule<IdField>;
  readonly softDelete: SoftDelete;
  readonly schema: Schema;
  /** The whole stored document, standard fields included. */
  readonly storedSchema: z.ZodObject;
  /** The stored document as MongoDB's `$jsonSchema`. */
  readonly validator: BsonSchema;
  readonly indexes: readonly IndexDefinition[];
  /** Change streams also carry documents as they were before a change. */
  readonly preImages: boolean;
  readonly description: string;
  /** Between the outside's names and the stored ones. */
  readonly codec: DocumentCodec;
}

/** Names that the repository keeps; a definition may not define them. */
const STANDARD_FIELDS = ['_id', 'created_at', 'updated_at', '__v', 'deleted_at', 'deleted_by'] as const;

/**
 * Defines a collection. Adds the standard fields (`_id`, `created_at`, `updated_at`, `__v`; `tenant_id` in tenant scope; `deleted_at`,
 * `deleted_by` with soft delete), renders the validator and checks the indexes at once.
 * Throws {@link DefinitionError} naming collection and field; throws `UnrepresentableError` for what `$jsonSchema` cannot say.
 */
export function defineCollection<
  Schema extends z.ZodObject,
  const IdField extends string,
  const Scope extends CollectionScope,
  const SoftDelete extends boolean = false,
>(spec: CollectionSpec<Schema, IdField, Scope, SoftDelete>): CollectionDefinition<Schema, IdField, Scope, SoftDelete> {
  checkNames(spec);
  const storedSchema = storedSchemaOf(spec);
  const validator = toBsonSchema(storedSchema);
  const codec = createCodec(spec.id.field, validator);
  const indexes = (spec.indexes ?? []).map((index) => Object.freeze({ ...index, requires: capabilitiesFor(index) }));
  checkIndexes({ name: spec.name, tenantScoped: spec.scope === 'tenant', storage: validator, storageName: codec.storageName }, indexes);
  return Object.freeze({
    name: spec.name,
    scope: spec.scope,
    database: spec.database ?? 'platform',
    id: spec.id,
    softDelete: (spec.softDelete ?? false) as SoftDelete,
    schema: spec.schema,
    storedSchema,
    validator,
    indexes,
    preImages: spec.preImages ?? false,
    description: spec.description,
    codec,
  });
}

/** A new id of the collection's kind. */
export function newIdFor(definition: CollectionDefinition): string {
  const { prefix, field } = definition.id;
  if (prefix === 'name') throw new DefinitionError(definition.name, field, 'is a name: the inserter gives it');
  return prefix === 'row' ? newRowId() : newId(prefix);
}

/** Whether the value has the form of the collection's ids. */
export function isIdOf(definition: CollectionDefinition, value: unknown): value is string {
  const { prefix } = definition.id;
  if (prefix === 'row' || prefix === 'name') return idField(prefix).safeParse(value).success;
  if (prefix !== 'clnt') return isId(prefix, value);
  try {
    return parseTenantId(value) === value;
  } catch {
    return false;
  }
}

function idField(prefix: IdRule['prefix']): z.ZodType {
  if (prefix === 'clnt') return tenantIdField;
  if (prefix === 'row') return rowIdField();
  return prefix === 'name' ? text({ min: 1, max: 200 }) : idOf(prefix);
}

function checkNames(spec: CollectionSpec<z.ZodObject, string, CollectionScope, boolean>): void {
  const fail = (subject: string, rule: string): never => {
    throw new DefinitionError(spec.name, subject, rule);
  };
  if (!/^_?[a-z][a-z0-9_]{0,47}$/.test(spec.name)) fail('name', 'must be 1–48 of [a-z0-9_] and start with a letter');
  if (spec.database !== undefined && spec.scope === 'tenant') fail('database', 'is decided by the tenant’s isolation; leave it out');
  if (!/^[a-z][a-z0-9_]{0,47}$/.test(spec.id.field)) fail('id.field', 'must be a field name such as user_id; it is stored as _id');
  if (!(spec.schema instanceof z.ZodObject)) fail('schema', 'must be z.strictObject({ … })');
  const fields = Object.keys(spec.schema.shape);
  for (const name of STANDARD_FIELDS) {
    if (fields.includes(name)) fail(`field "${name}"`, 'is added by defineCollection; leave it out of the schema');
  }
  if (fields.includes(spec.id.field)) fail(`field "${spec.id.field}"`, 'is the id and stored as _id; leave it out of the schema');
  if (spec.scope === 'tenant' && fields.includes('tenant_id')) {
    fail('field "tenant_id"', 'is added by defineCollection in tenant scope; leave it out of the schema');
  }
}

function storedSchemaOf(spec: CollectionSpec<z.ZodObject, string, CollectionScope, boolean>): z.ZodObject {
  return z.strictObject({
    _id: idField(spec.id.prefix),
    ...(spec.scope === 'tenant' ? { tenant_id: tenantIdField } : {}),
    ...spec.schema.shape,
    created_at: bsonDate(),
    updated_at: bsonDate(),
    ...(spec.softDelete === true ? { deleted_at: bsonDate().nullable(), deleted_by: text({ max: 64 }).nullable() } : {}),
    __v: int32({ min: 0 }),
  });
}
