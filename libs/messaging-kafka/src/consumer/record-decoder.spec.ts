import { beforeAll, describe, expect, it } from '@jest/globals';
import { text } from '@caas/schema';
import { z } from 'zod';
import { defineEvent } from '../definitions/event.js';
import { defineTopic } from '../definitions/topic.js';
import { aCodec, aRawMessage } from '../fixtures/consumer.fixture.js';
import { aTenant, aTopic, messageSent } from '../fixtures/kafka.fixture.js';
import { type SchemaCatalogue } from '../registry/schema-catalogue.js';
import { frame, FRAME_BYTES, schemaIdOf } from '../registry/wire-format.js';
import { type RawRecord } from './raw-record.js';
import { RecordDecoder } from './record-decoder.js';

const [free, pro] = [aTenant('free'), aTenant('pro')];

describe.each(['avro', 'json'] as const)('RecordDecoder of %s', (format) => {
  const topic = aTopic({ format });
  let schemas: SchemaCatalogue;
  let decoder: RecordDecoder;
  const aRaw = (options: Partial<Parameters<typeof aRawMessage>[0]> = {}) =>
    aRawMessage({ topic, schemas, tenant: free, offset: 7, ...options });
  const decode = async (raw: RawRecord) => decoder.decode(raw);
  const failure = (raw: RawRecord) =>
    decode(raw).then(
      () => 'decoded',
      (error: { failure?: string }) => error.failure,
    );
  const withHeader = (raw: RawRecord, name: string, value: string): RawRecord => ({
    ...raw,
    headers: { ...raw.headers, [name]: Buffer.from(value) },
  });

  beforeAll(async () => {
    ({ schemas } = await aCodec(topic));
    decoder = new RecordDecoder(topic, schemas.decodersOf(topic));
  });

  it('gives the event with its position, key and tenant', async () => {
    const raw = aRaw({ send: { id: 'evt_01m84kwcf4ed8a0798m4sefy7d', timestamp: 5, headers: { reply_to: 'gateway-1' } } });

    expect(await decode(raw)).toEqual({
      kind: 'event',
      type: 'message.sent',
      id: 'evt_01m84kwcf4ed8a0798m4sefy7d',
      payload: { conversation_id: 'conv_1', body: 'message 7', seq: 7 },
      envelope: {
        id: 'evt_01m84kwcf4ed8a0798m4sefy7d',
        type: 'message.sent',
        version: '1.0.0',
        timestamp: 5,
        tenant_id: free.tenantId,
        source: 'spec',
        payload: { conversation_id: 'conv_1', body: 'message 7', seq: 7 },
        metadata: {},
      },
      family: topic.family,
      topic: `${topic.family}.shared`,
      partition: 0,
      offset: '7',
      key: 'conv_1',
      tenantId: free.tenantId,
      producedAt: 1_007,
      headers: expect.objectContaining({ event_type: 'message.sent', reply_to: 'gateway-1' }) as object,
    });
  });

  it('needs no promise once the schema is known', async () => {
    await decode(aRaw());

    expect(decoder.decode(aRaw())).not.toBeInstanceOf(Promise);
  });

  it("takes the key of a tenant's own topic as it is", async () => {
    expect(await decode(aRaw({ tenant: pro, key: 'a:b' }))).toMatchObject({
      key: 'a:b',
      tenantId: pro.tenantId,
      topic: `${topic.family}.${pro.tenantId}`,
    });
  });

  it('fills the facts of retries in from the headers', async () => {
    const raw = withHeader(withHeader(aRaw(), 'retry_count', '2'), 'original_timestamp', '99');

    expect(await decode(raw)).toMatchObject({ envelope: { metadata: { retry_count: 2, original_timestamp: 99 } } });
  });

  it.each([
    ['no value', 'NO_VALUE', (raw: RawRecord) => ({ ...raw, value: null })],
    ['no frame', 'NOT_FRAMED', (raw: RawRecord) => ({ ...raw, value: Buffer.from('{"id":"evt_1"}') })],
    ['nothing in the frame', 'NOT_FRAMED', (raw: RawRecord) => ({ ...raw, value: raw.value?.subarray(0, FRAME_BYTES) ?? null })],
    ['an unknown schema', 'UNKNOWN_SCHEMA', (raw: RawRecord) => ({ ...raw, value: frame(4_711, Buffer.from('x')) })],
    ['a cut body', 'UNDECODABLE', (raw: RawRecord) => ({ ...raw, value: raw.value?.subarray(0, -4) ?? null })],
    ['another event id in the header', 'HEADER_MISMATCH', (raw: RawRecord) => withHeader(raw, 'event_id', 'evt_other')],
    ['another type in the header', 'HEADER_MISMATCH', (raw: RawRecord) => withHeader(raw, 'event_type', 'user.left')],
    ['another tenant in the header', 'HEADER_MISMATCH', (raw: RawRecord) => withHeader(raw, 'tenant_id', pro.tenantId)],
    ["another tenant's key", 'TENANT_MISMATCH', (raw: RawRecord) => ({ ...raw, key: Buffer.from(`${pro.tenantId}:conv_1`) })],
    ['a key without tenant', 'TENANT_MISMATCH', (raw: RawRecord) => ({ ...raw, key: Buffer.from('conv_1') })],
    ["another tenant's topic", 'TENANT_MISMATCH', (raw: RawRecord) => ({ ...raw, topic: `${topic.family}.${pro.tenantId}` })],
  ])('refuses %s', async (_, code, spoil) => {
    expect(await failure(spoil(aRaw()))).toBe(code);
  });

  it('refuses values that break limits, an unknown type, and another major version', async () => {
    const id = schemaIdOf(aRaw().value ?? Buffer.alloc(0)) ?? 0;
    const good = decoder.decode(aRaw()) as unknown as { envelope: { payload: object } };
    const encode = (change: object): RawRecord => ({ ...aRaw(), headers: {}, value: encodeAs(id, { ...good.envelope, ...change }) });
    const encodeAs = (schemaId: number, value: unknown): Buffer =>
      topic.value.format === 'avro'
        ? frame(schemaId, topic.value.codec.encode(value))
        : frame(schemaId, Buffer.from(JSON.stringify(value)));

    expect(await failure(encode({ payload: { ...good.envelope.payload, conversation_id: '' } }))).toBe('INVALID_VALUE');
    expect(await failure(encode({ version: '2.0.0' }))).toBe('OTHER_MAJOR');
    expect(await failure(encode({ version: '1.9.0' }))).toBe('decoded');
    if (format === 'json') expect(await failure(encode({ type: 'message.moved' }))).toBe('UNKNOWN_TYPE');
    if (format === 'json') expect(await failure(encode({ type: 5 }))).toBe('UNDECODABLE');
  });
});

describe('RecordDecoder', () => {
  const topic = aTopic();

  it('asks to be tried again while the registry is away and the schema is not cached', async () => {
    const { schemas, registry } = await aCodec(topic);
    const raw = aRawMessage({ topic, schemas, tenant: free, offset: 1 });
    registry.down = true;

    await expect(new RecordDecoder(topic, schemas.decodersOf(topic)).decode(raw)).rejects.toMatchObject({
      name: 'UnavailableError',
      retryable: true,
    });
  });

  it('takes a newer type of the same topic for an unknown one, and reads the others', async () => {
    const moved = defineEvent({ type: 'message.moved', version: '1.0.0', key: null, payload: z.strictObject({ to: text({ max: 10 }) }) });
    const newer = defineTopic({ ...topic, events: [messageSent, moved] });
    const { schemas, registry } = await aCodec(newer);
    registry.add(topic.subject, { type: 'AVRO', text: topic.value.text });
    const older = aTopicDecoder(topic, schemas);
    const raw = aRawMessage({ topic: newer, schemas, tenant: free, offset: 1 });
    const id = schemaIdOf(raw.value ?? Buffer.alloc(0)) ?? 0;
    const read = (await older.decode(raw)) as { envelope: object };
    const value =
      newer.value.format === 'avro'
        ? newer.value.codec.encode({ ...read.envelope, type: 'message.moved', payload: { to: 'x' } })
        : Buffer.alloc(0);

    expect(read).toMatchObject({ type: 'message.sent' });
    await expect(Promise.resolve().then(() => older.decode({ ...raw, headers: {}, value: frame(id, value) }))).rejects.toMatchObject({
      category: expect.stringMatching(/schema|poison/) as unknown as string,
    });
  });

  it('gives tombstones of compacted topics to the handler', async () => {
    const presence = defineTopic({ ...aTopic(), cleanup: 'compact', events: [messageSent] });
    const { schemas } = await aCodec(presence);
    const raw = {
      ...aRawMessage({ topic: presence, schemas, tenant: free, offset: 3 }),
      value: null,
      headers: { tenant_id: free.tenantId },
    };

    expect(aTopicDecoder(presence, schemas).decode(raw)).toMatchObject({ kind: 'tombstone', key: 'conv_1', tenantId: free.tenantId });
  });
});

const aTopicDecoder = (topic: ReturnType<typeof aTopic> | Parameters<SchemaCatalogue['decodersOf']>[0], schemas: SchemaCatalogue) =>
  new RecordDecoder(topic, schemas.decodersOf(topic));
