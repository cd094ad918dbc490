import { type CollectionDefinition } from '@caas/data-access-mongo';
import { type BsonSchema, hash, passwordHash, sealed, toBsonSchema, z } from '@caas/schema';

const RENDERED = toBsonSchema(z.strictObject({ hash: hash(), password: passwordHash(), sealed: sealed() })).properties ?? {};
const SECRET_PATTERNS: ReadonlySet<unknown> = new Set([RENDERED['hash']?.pattern, RENDERED['password']?.pattern]);
const SEALED_FIELDS = Object.keys(RENDERED['sealed']?.properties ?? {})
  .toSorted()
  .join();

/** Digests of contents, in the form of a hash but no secrets. */
const DIGESTS: ReadonlySet<string> = new Set(['checksum', 'request_digest', 'body_hash', 'prev_hash', 'hash']);

type Row = Readonly<Record<string, unknown>>;

/**
 * A copy of a document without what must not leave: sealed secrets, hashes of secrets, hashed passwords. Which fields those are follows from their types in
 * the definition; the fields are absent from the copy. An import gives new secrets in their place.
 */
export function withoutSecrets({ validator }: CollectionDefinition): (document: Row) => Row {
  return (document) => strip(document, validator) as Row;
}

function strip(value: unknown, schema: BsonSchema): unknown {
  if (Array.isArray(value)) return schema.items === undefined ? value : value.map((item) => strip(item, schema.items as BsonSchema));
  const { properties } = schema;
  if (properties === undefined || typeof value !== 'object' || value === null) return value;
  const kept = Object.entries(value).filter(([name]) => !isSecret(name, properties[name]));
  return Object.fromEntries(kept.map(([name, field]) => [name, properties[name] === undefined ? field : strip(field, properties[name])]));
}

function isSecret(name: string, schema: BsonSchema | undefined): boolean {
  if (schema === undefined) return false;
  if (schema.pattern !== undefined && SECRET_PATTERNS.has(schema.pattern)) return !DIGESTS.has(name);
  return (
    Object.keys(schema.properties ?? {})
      .toSorted()
      .join() === SEALED_FIELDS
  );
}
