import {
  bsonDate,
  bytes,
  dateTime,
  double,
  email,
  fieldKey,
  freeForm,
  httpUrl,
  idOf,
  int32,
  int64,
  recordOf,
  tenantIdField,
  text,
  timestampMs,
  z,
} from '@caas/schema';
import { type RenderedDialect } from './expect-renderings-agree.js';

/** A schema with documents that are good and documents that are bad for one reason each. */
export interface CorpusEntry {
  schema: z.ZodType;
  dialects: RenderedDialect[];
  good: Record<string, unknown>;
  bad: Record<string, unknown>;
}

const USER_ID = 'usr_01h455vb4pex5vsknk084sn02q';
const MESSAGE_ID = 'msg_01h455vb4pex5vsknk084sn02q';
const SMILE = '\u{1F600}';

const storedUser = z.strictObject({
  _id: idOf('usr'),
  tenant_id: tenantIdField,
  display_name: text({ min: 1, max: 10 }),
  email: email().nullable(),
  avatar_url: httpUrl({ httpsOnly: true }).nullable(),
  status: z.enum(['active', 'disabled']).default('active'),
  roles: z.array(z.enum(['member', 'admin'])).max(3),
  metadata: freeForm({ maxBytes: 200, maxDepth: 2, maxKeys: 4 }).optional(),
  secret: z.strictObject({ kid: text({ max: 20 }), ct: bytes({ max: 8 }) }).nullable(),
  features: recordOf(z.boolean(), { maxKeys: 3 }),
  quota: recordOf(int64({ min: -1 }), { key: fieldKey({ max: 8 }), maxKeys: 2 }).optional(),
  is_bot: z.boolean(),
  created_at: bsonDate(),
  deleted_at: bsonDate().nullable(),
  __v: int32({ min: 0 }),
});
const aUser = {
  _id: USER_ID,
  tenant_id: 'clnt_acme0001',
  display_name: SMILE.repeat(10),
  email: 'ada@example.com',
  avatar_url: null,
  status: 'active',
  roles: ['member'],
  secret: { kid: 'k1', ct: Buffer.from([1, 2]) },
  features: { voice_calls: true },
  is_bot: false,
  created_at: new Date('2024-01-01T00:00:00Z'),
  deleted_at: null,
  __v: 0,
};

const content = z.discriminatedUnion('type', [
  z.strictObject({
    type: z.literal('text'),
    text: text({ min: 1, max: 100 }),
    mentions: z
      .array(z.strictObject({ user_id: idOf('usr'), offset: int32({ min: 0 }) }))
      .max(2)
      .optional(),
  }),
  z.strictObject({ type: z.enum(['image', 'video']), url: httpUrl(), width: int32({ min: 1 }).optional() }),
  z.strictObject({ type: z.literal('location'), latitude: double({ min: -90, max: 90 }), longitude: double({ min: -180, max: 180 }) }),
]);
const messageEvent = z.strictObject({
  message_id: idOf('msg'),
  content,
  old_content: content.nullable(),
  forwarded: content.optional(),
  sequence: int64(),
  sent_at: timestampMs(),
  priority: z.enum(['low', 'normal']).default('normal'),
  retry_count: int32().optional(),
  reply_to: z.strictObject({ message_id: idOf('msg'), preview: text({ max: 5 }).nullable() }).optional(),
  waveform: z.array(double()).max(3).nullable(),
  attributes: z.record(text({ max: 4 }), text({ max: 4 })).optional(),
  metadata: freeForm().optional(),
  history: z.array(content).max(2).default([]),
  version: z.literal(1),
  final: z.literal(true).optional(),
});
const aMessage = {
  message_id: MESSAGE_ID,
  content: { type: 'text', text: `a${SMILE}` },
  old_content: null,
  sequence: Number.MIN_SAFE_INTEGER,
  sent_at: 1_700_000_000_000,
  waveform: null,
  version: 1,
};

const request = z.strictObject({
  from: dateTime().optional(),
  email: email({ anyCase: true }),
  website: httpUrl().nullable(),
  country: z
    .string()
    .regex(/^[A-Z]{2}$/u)
    .optional(),
  phone: z.e164().optional(),
  uuid: z.uuid().optional(),
  name: z.string().min(1),
  word: z
    .string()
    .regex(/^[^\r\n]{1,3}$/u)
    .optional(),
  ratio: z.number().gt(0).lt(1).optional(),
  count: z.int().positive().optional(),
  limit: int32({ min: 1, max: 100 }).default(50),
  tags: z
    .array(text({ min: 1, max: 3 }))
    .min(1)
    .max(2)
    .optional(),
});
const aRequest = { email: 'Ada@Example.COM', website: 'http://example.com/?a=b%20c#d', name: 'x' };

/** Representative shapes: a stored document, an event, a request. */
export const CORPUS: Record<string, CorpusEntry> = {
  'a stored document': {
    schema: storedUser,
    dialects: ['bson'],
    good: {
      'with every length at its bound, in astral characters': aUser,
      'with optional parts': { ...aUser, metadata: { a: { b: 'c' } }, quota: { [SMILE.repeat(8)]: -1, max: Number.MAX_SAFE_INTEGER } },
      'with a null in place of each nullable': { ...aUser, email: null, secret: null },
      'with no roles and no features': { ...aUser, roles: [], features: {} },
    },
    bad: {
      'an id of another kind': { ...aUser, _id: MESSAGE_ID },
      'an id in capitals': { ...aUser, _id: USER_ID.toUpperCase() },
      'an id and a line break': { ...aUser, _id: `${USER_ID}\n` },
      'an id that overflows 128 bits': { ...aUser, _id: 'usr_81h455vb4pex5vsknk084sn02q' },
      'a name that is one astral character too long': { ...aUser, display_name: SMILE.repeat(11) },
      'an empty name': { ...aUser, display_name: '' },
      'half a surrogate pair': { ...aUser, display_name: '\ud83d' },
      'a capital letter in a stored e-mail address': { ...aUser, email: 'Ada@example.com' },
      'a URL that is not https': { ...aUser, avatar_url: 'http://example.com' },
      'a value outside of an enum': { ...aUser, status: 'gone' },
      'too many roles': { ...aUser, roles: ['member', 'member', 'member', 'member'] },
      'a key that starts with $': { ...aUser, features: { $where: true } },
      'a key with a dot': { ...aUser, features: { 'a.b': true } },
      'too many keys': { ...aUser, features: { a: true, b: true, c: true, d: true } },
      'a missing field': { ...aUser, is_bot: undefined },
      'an unknown field': { ...aUser, admin: true },
      'an unknown field in an inner object': { ...aUser, secret: { ...aUser.secret, x: 1 } },
      'a null for what is not nullable': { ...aUser, is_bot: null },
      'text for a date': { ...aUser, created_at: '2024-01-01T00:00:00Z' },
      'an invalid date': { ...aUser, created_at: new Date(Number.NaN) },
      'a fraction for an integer': { ...aUser, __v: 0.5 },
      'an integer beyond 32 bits': { ...aUser, __v: 2 ** 31 },
      'too many bytes': { ...aUser, secret: { kid: 'k', ct: Buffer.alloc(9) } },
      'a free-form object that is too deep': { ...aUser, metadata: { a: { b: { c: 1 } } } },
      'a free-form object with too many keys in all': { ...aUser, metadata: { a: 1, b: { c: 1, d: 1, e: 1 } } },
      'a free-form object with too many bytes': { ...aUser, metadata: { a: 'é'.repeat(100) } },
      'a free-form object with an operator inside': { ...aUser, metadata: { a: { $gt: 1 } } },
    },
  },
  'an event': {
    schema: messageEvent,
    dialects: ['bson', 'json', 'avro'],
    good: {
      'with nothing optional': aMessage,
      'with every optional part': {
        ...aMessage,
        content: { type: 'location', latitude: -90, longitude: 0.1 },
        old_content: { type: 'text', text: 'x', mentions: [{ user_id: USER_ID, offset: 0 }] },
        forwarded: { type: 'video', url: 'https://example.com/a' },
        sequence: Number.MAX_SAFE_INTEGER,
        priority: 'low',
        retry_count: -1,
        reply_to: { message_id: MESSAGE_ID, preview: null },
        waveform: [0, 1.5, -1e300],
        attributes: { [SMILE]: SMILE.repeat(4), '': '' },
        metadata: { a: [1, { b: null }] },
        history: [
          { type: 'image', url: 'https://example.com' },
          { type: 'text', text: 'y' },
        ],
        final: true,
      },
    },
    bad: {
      'an unknown kind of content': { ...aMessage, content: { type: 'poll' } },
      'no kind of content': { ...aMessage, content: { text: 'x' } },
      'a field of another kind': { ...aMessage, content: { type: 'text', text: 'x', url: 'https://example.com' } },
      'a kind of the wrong type': { ...aMessage, content: { type: 1, text: 'x' } },
      'a latitude out of range': { ...aMessage, content: { type: 'location', latitude: 90.000001, longitude: 0 } },
      'a longitude that is not a number': { ...aMessage, content: { type: 'location', latitude: 0, longitude: Number.NaN } },
      'an infinite number': { ...aMessage, waveform: [Number.POSITIVE_INFINITY] },
      'an integer that JavaScript cannot hold': { ...aMessage, sequence: 2 ** 53 },
      'an instant before 1970': { ...aMessage, sent_at: -1 },
      'null for an optional field': { ...aMessage, retry_count: null },
      'nothing for a nullable field': { ...aMessage, old_content: undefined },
      'a list for an object': { ...aMessage, reply_to: [] },
      'an object for a list': { ...aMessage, waveform: {} },
      'too many items inside': { ...aMessage, history: [aMessage.content, aMessage.content, aMessage.content] },
      'a key that is too long': { ...aMessage, attributes: { abcde: 'x' } },
      'another version': { ...aMessage, version: 2 },
      'a version as text': { ...aMessage, version: '1' },
      'false for a literal true': { ...aMessage, final: false },
    },
  },
  'a request': {
    schema: request,
    dialects: ['json'],
    good: {
      'without its defaults': aRequest,
      'with everything': {
        ...aRequest,
        from: '2024-02-29T12:00:00.5+01:00',
        country: 'CH',
        phone: '+41791234567',
        uuid: '01890a5d-ac96-774b-bcce-b302099a8057',
        word: SMILE.repeat(3),
        ratio: 0.5,
        count: 1,
        limit: 100,
        tags: ['a', SMILE.repeat(3)],
      },
    },
    bad: {
      'a day that does not exist': { ...aRequest, from: '2023-02-29T12:00:00Z' },
      'an instant without offset': { ...aRequest, from: '2023-02-28T12:00:00' },
      'a port beyond 65535': { ...aRequest, website: 'https://example.com:65536/' },
      'a URL with a password': { ...aRequest, website: 'https://user:secret@example.com/' },
      'a relative URL': { ...aRequest, website: '/a' },
      'a URL with a space': { ...aRequest, website: 'https://example.com/a b' },
      'an address without a domain': { ...aRequest, email: 'ada@localhost' },
      'an address with a long local part': { ...aRequest, email: `${'a'.repeat(65)}@example.com` },
      'an address with a label that ends in a dash': { ...aRequest, email: 'a@b-.com' },
      'an address and a line break': { ...aRequest, email: 'ada@example.com\n' },
      'a country and a line break': { ...aRequest, country: 'CH\n' },
      'a word with a line break': { ...aRequest, word: 'a\nb' },
      'a word that is one astral character too long': { ...aRequest, word: SMILE.repeat(4) },
      'an excluded bound': { ...aRequest, ratio: 1 },
      'zero for a positive number': { ...aRequest, count: 0 },
      'too few items': { ...aRequest, tags: [] },
      'a number as text': { ...aRequest, limit: '10' },
      'an empty name': { ...aRequest, name: '' },
    },
  },
};
