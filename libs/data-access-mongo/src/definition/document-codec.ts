import { int64Plan, planAt, widen } from './int64-plan.js';
import { fieldAt, type FieldInfo, type SchemaNode } from './schema-node.js';

/** A document as the driver reads and writes it. */
export type StoredDocument = { _id: string } & Record<string, unknown>;

/** Between the names and types of the outside and those of storage; compiled once per definition. */
export interface DocumentCodec {
  /** The stored name of an outside path: the id field becomes `_id`, all others stay. */
  storageName(this: void, path: string): string;
  /** What the definition says of an outside path; `undefined` when there is no such field. */
  field(this: void, path: string): FieldInfo | undefined;
  /** Own fields for storage: 64-bit integers beyond 32 bits become `Long`, because the driver would write a double. Copies only what changes. */
  encode(this: void, document: Readonly<Record<string, unknown>>): Record<string, unknown>;
  /** One value for storage, as {@link encode} would write it at that path. */
  encodeAt(this: void, path: string, value: unknown): unknown;
  /** A stored document for the outside: `_id` under its name. Takes the object over. */
  decode(this: void, stored: StoredDocument): Record<string, unknown>;
}

/** Fields that a codec remembers what the definition says of. */
const FIELDS_KEPT_MAX = 500;

export function createCodec(idField: string, storage: SchemaNode): DocumentCodec {
  const plan = int64Plan(storage);
  const storageName = (path: string): string => (path === idField ? '_id' : path);
  // Paths come from code as a rule; what callers may name, such as keys of a map, must not add up.
  const fields = new Map<string, FieldInfo>();
  const field = (path: string): FieldInfo | undefined => {
    const known = fields.get(path);
    if (known !== undefined || path === '_id') return known;
    const found = fieldAt(storage, storageName(path));
    if (found !== undefined && fields.size < FIELDS_KEPT_MAX) fields.set(path, found);
    return found;
  };
  return {
    storageName,
    field,
    encode: (document) => (plan === undefined ? document : (widen(document, plan) as Record<string, unknown>)),
    encodeAt: (path, value) => {
      const at = plan === undefined ? undefined : planAt(plan, path);
      return at === undefined ? value : widen(value, at);
    },
    decode: ({ _id, ...rest }) => ({ [idField]: _id, ...rest }),
  };
}
