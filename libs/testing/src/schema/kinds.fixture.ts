import {
  bsonDate,
  bytes,
  cidr,
  country,
  currency,
  dateTime,
  double,
  email,
  freeForm,
  hash,
  hexColor,
  httpUrl,
  idOf,
  int32,
  int64,
  ipAddress,
  language,
  passwordHash,
  phone,
  postalAddress,
  recordOf,
  rowIdField,
  sealed,
  tenantReference,
  text,
  timestampMs,
  timeZone,
  webOrigin,
  z,
} from '@caas/schema';
import { type RenderedDialect } from './expect-renderings-agree.js';

const ALL: readonly RenderedDialect[] = ['bson', 'json', 'avro'];

const point = z.strictObject({ x: int32(), y: int32().optional() });

/** Every kind of field with the dialects that can say it, and a default where Avro has one. */
const KINDS: Record<string, { field: z.ZodType; dialects?: readonly RenderedDialect[]; defaultValue?: unknown }> = {
  'an id': { field: idOf('conv') },
  'a text': { field: text({ min: 1, max: 3 }), defaultValue: 'x' },
  'a text without bounds': { field: text() },
  'a text with two patterns': {
    field: text({ max: 6 })
      .regex(/^[a-z]+$/u)
      .regex(/^[^x]*$/u),
    defaultValue: 'abc',
  },
  'an e-mail address': { field: email() },
  'a URL': { field: httpUrl() },
  'a date and time': { field: dateTime() },
  'a row id': { field: rowIdField() },
  'a tenant': { field: tenantReference() },
  'an IP address': { field: ipAddress() },
  'a network': { field: cidr() },
  'a country': { field: country() },
  'a currency': { field: currency() },
  'a language': { field: language() },
  'a time zone': { field: timeZone() },
  'a telephone number': { field: phone() },
  'a postal address': { field: postalAddress() },
  'an origin': { field: webOrigin() },
  'a colour': { field: hexColor() },
  'a hash': { field: hash() },
  'a password hash': { field: passwordHash() },
  'a sealed secret': { field: sealed({ maxBytes: 64 }) },
  'an int32': { field: int32({ min: -5 }), defaultValue: 0 },
  'an int64': { field: int64(), defaultValue: -1 },
  'an instant': { field: timestampMs(), defaultValue: 0 },
  'a double': { field: double({ max: 1e10 }), defaultValue: 0.5 },
  'a double with excluded bounds': { field: z.number().gt(-1).lt(1), defaultValue: 0 },
  'a boolean': { field: z.boolean(), defaultValue: false },
  'an enum': { field: z.enum(['a', 'b', '\u{1F600}']), defaultValue: 'b' },
  'a literal number': { field: z.literal([1, 2]), defaultValue: 2 },
  'a literal boolean': { field: z.literal(false), defaultValue: false },
  'a date': { field: bsonDate(), dialects: ['bson'] },
  bytes: { field: bytes({ max: 3 }), dialects: ['bson', 'avro'] },
  'a free-form object': { field: freeForm({ maxKeys: 3, maxDepth: 3, maxBytes: 100 }), defaultValue: {} },
  'an object': { field: point },
  'an object with a name of its own': { field: point.meta({ id: 'Point' }) },
  'a union': {
    field: z.discriminatedUnion('t', [
      z.strictObject({ t: z.literal('a'), v: text() }),
      z.strictObject({ t: z.enum(['b', 'c']), v: int32() }),
    ]),
  },
  'a union of one': { field: z.discriminatedUnion('t', [z.strictObject({ t: z.literal('a'), v: text().nullable() })]) },
  'a list': { field: z.array(int32()).min(1).max(2) },
  'a list that can be empty': { field: z.array(point).max(2), defaultValue: [] },
  'a map': { field: recordOf(point, { maxKeys: 2 }), defaultValue: {} },
  'a map with keys of its own': { field: z.record(text({ min: 1, max: 2 }).regex(/^[^b]/u), z.boolean()) },
};

/** A schema that has the kind in every place where a field can be. */
const everywhere = (field: z.ZodType, defaultValue: unknown): z.ZodType =>
  z.strictObject({
    plain: field,
    nullable: field.nullable(),
    optional: field.optional(),
    list: z.array(field).max(2).optional(),
    list_of_nullables: z.array(field.nullable()).max(2).optional(),
    lists: z.array(z.array(field).max(2)).max(2).nullable(),
    map: recordOf(field, { maxKeys: 2 }).optional(),
    map_of_nullables: recordOf(field.nullable(), { maxKeys: 2 }).optional(),
    null_by_default: field.nullable().default(null),
    ...(defaultValue !== undefined && { filled: field.default(defaultValue), filled_or_null: field.nullable().default(defaultValue) }),
  });

/** Every kind of field in every place, with the dialects that can say it. */
export const KINDS_EVERYWHERE = Object.entries(KINDS).map(([name, { field, dialects = ALL, defaultValue }]) => ({
  name,
  schema: everywhere(field, defaultValue),
  dialects,
}));
