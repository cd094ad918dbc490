import { type BsonSchema } from '@caas/schema';

const KNOWN: ReadonlySet<string> = new Set([
  'bsonType',
  'enum',
  'required',
  'properties',
  'additionalProperties',
  'patternProperties',
  'items',
  'minItems',
  'maxItems',
  'minLength',
  'maxLength',
  'pattern',
  'minimum',
  'maximum',
  'exclusiveMinimum',
  'exclusiveMaximum',
  'maxProperties',
  'anyOf',
  'allOf',
  'title',
  'description',
]);

type Values = Record<string, unknown>;

/** The BSON type that a value is stored as: integers by their size (the data access library writes those beyond 32 bits as Long). */
const bsonTypeOf = (value: unknown): string => {
  if (value === null) return 'null';
  if (value instanceof Date) return Number.isNaN(value.getTime()) ? 'unstorable' : 'date';
  if (value instanceof Uint8Array) return 'binData';
  if (Array.isArray(value)) return 'array';
  if (typeof value === 'number') return numberType(value);
  return { string: 'string', boolean: 'bool', object: 'object' }[typeof value as string] ?? 'unstorable';
};

const numberType = (value: number): string => {
  if ((value | 0) === value) return 'int';
  return Number.isSafeInteger(value) ? 'long' : 'double';
};

/** The patterns are PCRE2; of its own spellings they use `\x{…}` only. */
const pcre = (pattern: string): RegExp => new RegExp(pattern.replaceAll(/\\x\{([0-9a-f]+)\}/gu, '\\u{$1}'), 'u');

const acceptsString = ({ minLength = 0, maxLength = Number.POSITIVE_INFINITY, pattern }: BsonSchema, value: string): boolean => {
  const length = [...value].length;
  const isStorable = !/\p{Surrogate}/u.test(value); // UTF-8 has no halves of pairs
  return isStorable && length >= minLength && length <= maxLength && (pattern === undefined || pcre(pattern).test(value));
};

const acceptsNumber = ({ minimum, maximum, exclusiveMinimum, exclusiveMaximum }: BsonSchema, value: number): boolean => {
  if (minimum !== undefined && !(exclusiveMinimum ? value > minimum : value >= minimum)) return false;
  return maximum === undefined || (exclusiveMaximum ? value < maximum : value <= maximum);
};

const acceptsProperty = (schema: BsonSchema, name: string, value: unknown): boolean => {
  const named = schema.properties && Object.hasOwn(schema.properties, name) ? schema.properties[name] : undefined;
  const patterned = Object.entries(schema.patternProperties ?? {}).filter(([pattern]) => pcre(pattern).test(name));
  if (!named && patterned.length === 0) return schema.additionalProperties !== false;
  return (!named || bsonAccepts(named, value)) && patterned.every(([, inner]) => bsonAccepts(inner, value));
};

const acceptsObject = (schema: BsonSchema, value: Values): boolean => {
  const stored = Object.entries(value).filter(([, entry]) => entry !== undefined); // the driver leaves undefined out
  if (stored.length > (schema.maxProperties ?? Number.POSITIVE_INFINITY)) return false;
  if (schema.required?.some((name) => !stored.some(([stored]) => stored === name))) return false;
  return stored.every(([name, entry]) => acceptsProperty(schema, name, entry));
};

const acceptsArray = ({ items, minItems = 0, maxItems = Number.POSITIVE_INFINITY }: BsonSchema, value: unknown[]): boolean =>
  value.length >= minItems && value.length <= maxItems && (!items || value.every((item) => bsonAccepts(items, item)));

/**
 * What MongoDB's `$jsonSchema` says of a document, for the keywords that are rendered: every keyword binds values of its own type only.
 * Throws on any other keyword, as the server does.
 */
export const bsonAccepts = (schema: BsonSchema, value: unknown): boolean => {
  const unknown = Object.keys(schema).find((keyword) => !KNOWN.has(keyword));
  if (unknown !== undefined) throw new Error(`$jsonSchema has no keyword ${unknown}`);
  if (schema.required?.length === 0) throw new Error('$jsonSchema wants at least one name in required');
  const type = bsonTypeOf(value);
  if (type === 'unstorable') return false;
  if (schema.bsonType !== undefined && ![schema.bsonType].flat().includes(type)) return false;
  if (schema.enum && !schema.enum.includes(value as null)) return false;
  if (schema.anyOf && !schema.anyOf.some((inner) => bsonAccepts(inner, value))) return false;
  if (schema.allOf && !schema.allOf.every((inner) => bsonAccepts(inner, value))) return false;
  if (type === 'string') return acceptsString(schema, value as string);
  if (type === 'array') return acceptsArray(schema, value as unknown[]);
  if (type === 'object') return acceptsObject(schema, value as Values);
  return typeof value === 'number' ? acceptsNumber(schema, value) : true;
};
