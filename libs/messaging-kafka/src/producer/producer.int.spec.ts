import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { SchemaRegistry } from '@kafkajs/confluent-schema-registry';
import { ConflictError, Metrics, TenantMigratingError, UnavailableError, ValidationError } from '@caas/runtime';
import { text } from '@caas/schema';
import { type KafkaMessage } from 'kafkajs';
import { z } from 'zod';
import { connectKafka, defineEvent, defineTopic, type Kafka } from '../index.js';
import { aConfig, aTenant, aTopic, KafkaBench, messageSent, silent, unique } from '../fixtures/kafka.fixture.js';

const bench = new KafkaBench();
const [avro, json] = [aTopic(), aTopic({ format: 'json' })];
const [free, pro] = [aTenant('free'), aTenant('pro')];
const payload = { conversation_id: 'conv_1', body: 'Grüße 👋', seq: 1 };
let kafka: Kafka;

beforeAll(async () => {
  kafka = await bench.connect([avro, json]);
});
afterAll(() => bench.close());

/** The first messages of a topic, read without any code of ours. */
async function read(topic: string, count: number): Promise<KafkaMessage[]> {
  const consumer = bench.raw().consumer({ groupId: `spec-${unique()}` });
  await consumer.connect();
  await consumer.subscribe({ topics: [topic], fromBeginning: true });
  const messages: KafkaMessage[] = [];
  await new Promise<void>((resolve, reject) => {
    const eachMessage = ({ message }: { message: KafkaMessage }): Promise<void> => {
      messages.push(message);
      if (messages.length === count) resolve();
      return Promise.resolve();
    };
    consumer.run({ eachMessage }).catch(reject);
  });
  await consumer.disconnect();
  return messages;
}

describe('send', () => {
  it.each([avro, json])('writes $format that an independent client of the registry reads', async (topic) => {
    const sent = await kafka.producer(topic).send({ tenant: free, event: messageSent, payload, headers: { reply_to: 'gateway-1' } });

    const [message] = await read(`${topic.family}.shared`, 1);
    const registry = new SchemaRegistry({ host: aConfig().registryUrl });
    const decoded = (await registry.decode(message?.value ?? Buffer.alloc(0))) as { id: string };
    expect(decoded).toMatchObject({
      id: sent.eventId,
      type: 'message.sent',
      version: '1.0.0',
      tenant_id: free.tenantId,
      source: 'caas-spec-1',
      payload,
    });
    expect(message?.key?.toString()).toBe(`${free.tenantId}:conv_1`);
    expect(Object.fromEntries(Object.entries(message?.headers ?? {}).map(([name, value]) => [name, String(value)]))).toEqual({
      event_id: sent.eventId,
      event_type: 'message.sent',
      tenant_id: free.tenantId,
      schema_version: '1.0.0',
      content_type: `application/vnd.caas.${topic.format}`,
      timestamp: expect.stringMatching(/^\d{13}$/) as unknown as string,
      reply_to: 'gateway-1',
    });
  });

  it("writes to the tenant's own topic for the larger plans", async () => {
    await kafka.topics.apply([avro], { tenants: [pro] });

    const receipt = await kafka.producer(avro).send({ tenant: pro, event: messageSent, payload });

    expect(receipt).toMatchObject({ topic: `${avro.family}.${pro.tenantId}`, offset: '0' });
  });

  it('keeps the order of a key under thousands of concurrent sends, and says where each record lies', async () => {
    const topic = aTopic();
    const client = await bench.connect([topic]);
    const producer = client.producer(topic);

    const receipts = await Promise.all(
      Array.from({ length: 3_000 }, (_, seq) =>
        producer.send({ tenant: free, event: messageSent, payload: { conversation_id: `conv_${seq % 20}`, body: 'x', seq } }),
      ),
    );

    for (let key = 0; key < 20; key += 1) {
      const own = receipts.filter((_, seq) => seq % 20 === key);
      expect(new Set(own.map(({ partition }) => partition)).size).toBe(1);
      const offsets = own.map(({ offset }) => Number(offset));
      expect(offsets).toEqual([...offsets].sort((a, b) => a - b));
    }
    expect(new Set(receipts.map(({ partition, offset }) => `${partition}/${offset}`)).size).toBe(3_000);
  });

  it('fails records of a missing topic without delaying others', async () => {
    const nobody = aTenant('enterprise');
    const producer = kafka.producer(avro);

    const [missing, stored] = await Promise.allSettled([
      producer.send({ tenant: nobody, event: messageSent, payload }),
      producer.send({ tenant: free, event: messageSent, payload }),
    ]);

    expect(missing).toMatchObject({ reason: { code: 'SYS_UNAVAILABLE', details: { reason: 'TOPIC_MISSING', retryAfterSeconds: 5 } } });
    expect(stored.status).toBe('fulfilled');
  });

  it('goes on after a topic was deleted under it', async () => {
    const [kept, gone] = [aTopic(), aTopic()];
    const client = await bench.connect([kept, gone]);
    await client.producer(gone).send({ tenant: free, event: messageSent, payload });
    await client.producer(kept).send({ tenant: free, event: messageSent, payload });
    await bench.admin((admin) => admin.deleteTopics({ topics: [`${gone.family}.shared`] }));

    const [lost, stored] = await Promise.allSettled([
      client.producer(gone).send({ tenant: free, event: messageSent, payload }),
      client.producer(kept).send({ tenant: free, event: messageSent, payload }),
    ]);

    expect(lost).toMatchObject({ reason: { details: { reason: 'TOPIC_MISSING' } } });
    expect(stored.status).toBe('fulfilled');
  });

  it('refuses bad payloads and oversized values before they leave', async () => {
    const producer = kafka.producer(avro);
    const large = defineEvent({
      type: 'blob.sent',
      version: '1.0.0',
      key: null,
      payload: z.strictObject({ body: text({ max: 3_000_000 }) }),
    });
    const blobs = defineTopic({ ...aTopic(), family: `spec.x${unique()}`, events: [large] });
    const client = await bench.connect([blobs]);

    await expect(producer.send({ tenant: free, event: messageSent, payload: { ...payload, seq: -1 } })).rejects.toThrow(ValidationError);
    await expect(
      client.producer(blobs).send({ tenant: free, event: large, payload: { body: 'x'.repeat(1_000_001) } }),
    ).rejects.toMatchObject({
      issues: [{ code: 'max_bytes' }],
    });
  });
});

describe('connectKafka', () => {
  const connect = (overrides: Partial<Parameters<typeof connectKafka>[0]>) =>
    connectKafka({
      config: aConfig(),
      logger: silent,
      metrics: new Metrics({ service: 'spec', defaults: false }),
      clientId: 'caas-spec-2',
      topics: [avro],
      ...overrides,
    });

  it('says at once that credentials are refused', async () => {
    const config = aConfig({ sasl: { username: 'nobody', password: 'wrong' } });

    await expect(connect({ config })).rejects.toMatchObject({
      name: 'UnavailableError',
      retryable: false,
      message: expect.stringMatching(/authentication failed/i) as unknown as string,
      details: { reason: 'KAFKA_ACCESS_REFUSED' },
    });
  });

  it('asks the fence for records of tenants, and not for facts of the platform about them', async () => {
    const about = defineTopic({
      family: `platform.x${unique()}`,
      scope: 'platform',
      format: 'json',
      partitions: 1,
      retentionMs: 3_600_000,
      cleanup: 'delete',
      events: [messageSent],
      description: 'of one spec',
    });
    const fence = {
      enter: (): (() => void) => {
        throw new TenantMigratingError();
      },
    };
    const fenced = await connect({ topics: [avro, about], fence });
    await fenced.topics.apply([about]);

    await expect(fenced.producer(avro).send({ tenant: free, event: messageSent, payload })).rejects.toThrow(TenantMigratingError);
    const told = await fenced.producer(about).send({ tenant: free, event: messageSent, payload });

    expect(told.topic).toBe(about.family);
    await fenced.close();
    await bench.admin((admin) => admin.deleteTopics({ topics: [about.family] }));
  });

  it('says that no broker answers', async () => {
    const down = aConfig({ brokers: ['127.0.0.1:1'], requestTimeoutMs: 500 });

    await expect(connect({ config: down })).rejects.toThrow(UnavailableError);
  });

  it('refuses a schema that older records could not be read with', async () => {
    const payloadV2 = z.strictObject({ conversation_id: text({ max: 50 }), mood: text({ max: 10 }) });
    const broken = defineTopic({ ...avro, events: [defineEvent({ ...messageSent, key: 'conversation_id', payload: payloadV2 })] });

    await expect(connect({ topics: [broken] })).rejects.toThrow(ConflictError);
    await expect(connect({ topics: [broken] })).rejects.toThrow(avro.subject);
  });

  it('takes an additive version, and a reader that is older than the writer', async () => {
    const payloadV2 = z.strictObject({ ...messageSent.payload.shape, mood: text({ max: 10 }).optional() });
    const sentV2 = defineEvent({ ...messageSent, version: '1.1.0', key: 'conversation_id', payload: payloadV2 });
    const newer = defineTopic({ ...avro, events: [sentV2] });

    const client = await connect({ topics: [newer] });
    await client.producer(newer).send({ tenant: free, event: sentV2, payload: { ...payload, mood: 'glad' } });
    await client.close();

    await expect(connect({ schemas: 'lookup' }).then((older) => older.close())).resolves.toEqual({ unsentRecords: 0 });
  });

  it('only looks up when told so', async () => {
    const unregistered = aTopic();

    await expect(connect({ topics: [unregistered], schemas: 'lookup' })).rejects.toThrow(unregistered.subject);
  });

  it('delivers what is queued before it closes, and refuses afterwards', async () => {
    const client = await connect({});
    const producer = client.producer(avro);
    const sends = Array.from({ length: 200 }, (_, seq) =>
      producer.send({ tenant: free, event: messageSent, payload: { ...payload, seq } }),
    );

    const closed = client.close();

    expect(await Promise.all(sends)).toHaveLength(200);
    expect(await closed).toEqual({ unsentRecords: 0 });
    await expect(producer.send({ tenant: free, event: messageSent, payload })).rejects.toMatchObject({
      details: { reason: 'PRODUCER_CLOSED' },
    });
  });
});
