import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { z } from 'zod';
import { bytes } from '../fields/bytes.js';
import { freeForm } from '../fields/free-form.js';
import { double, int32, int64 } from '../fields/numbers.js';
import { recordOf } from '../fields/record-of.js';
import { text } from '../fields/text.js';
import { AvroValueError } from './avro-value-error.js';
import { type AvroCodec, compileAvro } from './avro-codec.js';

const name = { name: 'Value', namespace: 'caas.test' };
const codecOf = (schema: z.ZodType): AvroCodec<unknown> => compileAvro<unknown>(schema, name);

const textContent = z.strictObject({ type: z.literal('text'), text: text() });
const imageContent = z.strictObject({ type: z.enum(['image', 'video']), url: text(), size: int64().optional() });
const content = z.discriminatedUnion('type', [textContent, imageContent]);
const message = z.strictObject({
  id: text(),
  content,
  old_content: content.nullable(),
  data: bytes({ max: 10 }).optional(),
  metadata: freeForm().optional(),
  history: z.array(content).default([]),
  labels: recordOf(int64(), { maxKeys: 3 }).optional(),
  ratio: double().optional(),
});
const aMessage = { id: 'x', content: { type: 'text', text: 'hi' }, old_content: null, history: [] };

describe('a codec', () => {
  const codec = codecOf(message);

  it('gives plain objects back, without nulls for absent values', () => {
    const value = {
      ...aMessage,
      content: { type: 'video', url: 'u' },
      history: [{ type: 'image', url: 'v', size: 1 }],
      labels: { a: 1 },
      metadata: { a: [1] },
    };

    const decoded = codec.decode(codec.encode(value));

    expect(decoded).toStrictEqual(value);
    expect(Object.getPrototypeOf(decoded)).toBe(Object.prototype);
  });

  it('fills in defaults and leaves the value as it was', () => {
    const value = Object.freeze({ id: 'x', content: Object.freeze({ type: 'text', text: 'hi' }), old_content: null });

    expect(codec.decode(codec.encode(value))).toStrictEqual({ ...value, history: [] });
  });

  it('takes bytes as Uint8Array and gives them back as Buffer', () => {
    const data = new Uint8Array([0, 1, 2, 3]).subarray(1, 3);

    expect(codec.decode(codec.encode({ ...aMessage, data }))).toHaveProperty('data', Buffer.from([1, 2]));
  });

  it('encodes values that are larger than its scratch space', () => {
    const value = { ...aMessage, id: 'é'.repeat(100_000) };

    expect(codec.decode(codec.encode(value))).toStrictEqual(value);
  });

  it.each([
    ['a missing field', { ...aMessage, id: undefined }, '/id', 'is required'],
    ['an unknown field', { ...aMessage, admin: true }, '/admin', 'is not a known field'],
    ['an unknown field inside', { ...aMessage, content: { type: 'text', text: 'x', url: 'u' } }, '/content/url', 'is not a known field'],
    [
      '__proto__',
      { ...aMessage, content: JSON.parse('{"type":"text","text":"x","__proto__":1}') as unknown },
      '/content/__proto__',
      'is not a known field',
    ],
    ['a wrong type', { ...aMessage, id: 1 }, '/id', 'must be a string'],
    ['a wrong type inside a list', { ...aMessage, history: [{ type: 'text', text: 1 }] }, '/history/0/text', 'must be a string'],
    ['a wrong type inside a map', { ...aMessage, labels: { 'a/b': '1' } }, '/labels/a~1b', 'must be a safe integer'],
    ['an unknown kind', { ...aMessage, content: { type: 'poll' } }, '/content/type', 'must be one of the known kinds'],
    ['null for an absent value', { ...aMessage, ratio: null }, '/ratio', 'must be a number'],
    ['null for an object', { ...aMessage, content: null }, '/content', 'must be an object'],
    ['nothing for null', { ...aMessage, old_content: undefined }, '/old_content', 'is required'],
    ['a list for an object', { ...aMessage, metadata: [] }, '/metadata', 'must be an object'],
    ['an object for a list', { ...aMessage, history: {} }, '/history', 'must be a list'],
    ['text for bytes', { ...aMessage, data: 'AQ==' }, '/data', 'must be bytes'],
    [
      'an integer beyond 2^53',
      { ...aMessage, content: { type: 'image', url: 'u', size: 2 ** 53 } },
      '/content/size',
      'must be a safe integer',
    ],
    ['a list', [], '', 'must be an object'],
    ['null', null, '', 'must be an object'],
  ])('refuses %s, naming the field', (_what, value, pointer, rule) => {
    const encode = (): unknown => codec.encode(value);

    expect(encode).toThrow(AvroValueError);
    expect(encode).toThrow(expect.objectContaining({ problem: 'misfit', pointer }));
    expect(encode).toThrow(rule);
  });

  it('refuses bytes that are none of the schema', () => {
    const encoded = codec.encode(aMessage);

    for (const corrupt of [Buffer.alloc(0), encoded.subarray(0, -1), Buffer.concat([encoded, Buffer.from([0])])]) {
      expect(() => codec.decode(corrupt)).toThrow(expect.objectContaining({ name: 'AvroValueError', problem: 'undecodable' }));
    }
  });

  it('neither hangs nor fills the memory on corrupt bytes', () => {
    const encoded = codec.encode({ ...aMessage, history: [{ type: 'text', text: 'x' }], labels: { a: 1 }, metadata: {} });
    const flipped = fc.tuple(fc.nat({ max: encoded.length - 1 }), fc.nat({ max: 255 })).map(([at, byte]) => {
      const copy = Buffer.from(encoded);
      copy[at] = byte;
      return copy;
    });
    const huge = fc.constant(Buffer.concat([encoded.subarray(0, -4), Buffer.from('ffffffffffffff0f', 'hex')]));
    const decode = (bytes: Buffer): unknown => {
      try {
        return codec.decode(bytes);
      } catch (error) {
        return error;
      }
    };

    fc.assert(
      fc.property(
        fc.oneof(
          flipped,
          huge,
          fc.uint8Array({ maxLength: 60 }).map((bytes) => Buffer.from(bytes)),
        ),
        (bytes) => {
          const result = decode(bytes);

          if (result instanceof Error) expect(result).toBeInstanceOf(AvroValueError);
          else expect(result).toHaveProperty('history');
        },
      ),
      { numRuns: 3000 },
    );
  });
});

describe('a union at the root', () => {
  it('chooses the branch by the discriminator', () => {
    const codec = codecOf(content);

    expect(codec.decode(codec.encode({ type: 'video', url: 'u' }))).toStrictEqual({ type: 'video', url: 'u' });
    expect(() => codec.encode({ type: 'poll' })).toThrow('/type: must be one of the known kinds');
  });
});

describe('decoderFor', () => {
  const readAs = (reader: z.ZodType, writer: z.ZodType, value: unknown): unknown => {
    const written = codecOf(writer);
    return codecOf(reader).decoderFor(written.schema)(written.encode(value));
  };
  const base = { id: text() };

  it('reads an older version: absent fields are absent or have their default', () => {
    const newer = z.strictObject({ ...base, note: text().optional(), list: z.array(text()).default([]), kind: z.enum(['a']).default('a') });

    expect(readAs(newer, z.strictObject(base), { id: 'x' })).toStrictEqual({ id: 'x', list: [], kind: 'a' });
  });

  it('reads a newer version: unknown fields are dropped', () => {
    const newer = z.strictObject({ before: z.array(int64()), ...base, note: text(), map: recordOf(text(), { maxKeys: 1 }) });

    expect(readAs(z.strictObject(base), newer, { before: [1, 2], id: 'x', note: 'n', map: { a: 'b' } })).toStrictEqual({ id: 'x' });
  });

  it('reads a smaller number as a larger one', () => {
    const wide = z.strictObject({ a: int64(), b: double() });

    expect(readAs(wide, z.strictObject({ a: int32(), b: int64() }), { a: -5, b: 7 })).toStrictEqual({ a: -5, b: 7 });
  });

  it('refuses a version that cannot be reconciled', () => {
    expect(() => readAs(z.strictObject({ ...base, needed: text() }), z.strictObject(base), { id: 'x' })).toThrow(
      expect.objectContaining({ problem: 'undecodable' }),
    );
    expect(() => readAs(z.strictObject({ id: int32() }), z.strictObject(base), { id: 'x' })).toThrow(AvroValueError);
  });

  it('refuses a schema that is none', () => {
    expect(() => codecOf(z.strictObject(base)).decoderFor({ type: 'no such type' })).toThrow(
      expect.objectContaining({ problem: 'undecodable' }),
    );
  });

  describe('when the writer has kinds that the reader does not know', () => {
    const poll = z.strictObject({ type: z.literal('poll'), question: text(), options: z.array(textContent) });
    const newer = z.discriminatedUnion('type', [textContent, poll, imageContent]);
    const wrap = (union: z.ZodType): z.ZodType =>
      z.strictObject({
        main: union,
        maybe: union.nullable(),
        optional: union.optional(),
        list: z.array(union),
        map: recordOf(z.array(union), { maxKeys: 2 }),
        inner: z.strictObject({ union }).nullable(),
      });
    const known = { type: 'text', text: 'x' };
    const values = { main: known, maybe: null, list: [known, { type: 'video', url: 'u' }], map: { a: [known] }, inner: { union: known } };

    it('reads the kinds that it knows', () => {
      expect(readAs(wrap(content), wrap(newer), values)).toStrictEqual(values);
    });

    it.each([
      ['a field', { ...values, main: { type: 'poll', question: 'q', options: [known] } }],
      ['a nullable field', { ...values, maybe: { type: 'poll', question: 'q', options: [] } }],
      ['an optional field', { ...values, optional: { type: 'poll', question: 'q', options: [] } }],
      ['a list', { ...values, list: [known, { type: 'poll', question: 'q', options: [] }] }],
      ['a map', { ...values, map: { a: [{ type: 'poll', question: 'q', options: [] }] } }],
      ['a nullable object', { ...values, inner: { union: { type: 'poll', question: 'q', options: [] } } }],
    ])('refuses the others in %s, each record by itself', (_where, value) => {
      expect(() => readAs(wrap(content), wrap(newer), value)).toThrow(expect.objectContaining({ problem: 'unknown_branch' }));
    });

    it('does so at the root, and for a union of one', () => {
      const one = z.discriminatedUnion('type', [textContent]);

      expect(readAs(one, newer, known)).toStrictEqual(known);
      expect(() => readAs(one, newer, { type: 'poll', question: 'q', options: [] })).toThrow(
        expect.objectContaining({ problem: 'unknown_branch' }),
      );
      expect(readAs(newer, one, known)).toStrictEqual(known);
    });
  });
});
