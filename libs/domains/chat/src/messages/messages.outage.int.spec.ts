import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { TcpProxy } from '@caas/testing/network';
import { connectKafka, defineTopic, internalDlq, type Kafka, retryTopicsOf } from '@caas/messaging-kafka';
import { createLogger, Metrics } from '@caas/runtime';
import { newId } from '@caas/schema';
import { stack } from '@caas/testing/stack';
import { ChatBench } from '../fixtures/chat.fixture.js';
import { MemoryProducer, pipelineParts } from '../fixtures/pipeline.fixture.js';
import { messageProcessor } from './messages.consumer.js';
import { chatMessages, messageSent } from './messages.events.js';

const GROUP = `spec-${newId('op').slice(-12)}`;
/** The commands under a name of its own, so that other runs never meet. */
const commands = defineTopic({ ...chatMessages, family: `spec.c${newId('op').slice(-12)}`, partitions: 4, events: chatMessages.events });

describe('the message processor while MongoDB is away', () => {
  const metrics = new Metrics({ service: 'spec', defaults: false });
  const { mongodb_uri: stackUri, kafka: servers, registry_url: registryUrl } = stack();
  let proxy: TcpProxy;
  let bench: ChatBench;
  let kafka: Kafka;
  beforeAll(async () => {
    proxy = await TcpProxy.to(process.env['MONGODB_URI'] ?? stackUri);
    bench = await ChatBench.open(proxy.url);
    const { sasl } = servers;
    kafka = await connectKafka({
      config: {
        brokers: servers.brokers,
        ...(sasl === undefined ? {} : { sasl: { username: sasl.username, password: sasl.password } }),
        registryUrl,
        replicationFactor: 1,
        sessionTimeoutMs: 6_000,
        retry: { triesMax: 1, tierDelaysMs: [10, 10, 10] },
      },
      logger: createLogger({ service: 'spec', level: 'silent' }),
      metrics,
      clientId: GROUP,
      topics: [commands],
    });
    await kafka.topics.apply([commands, ...retryTopicsOf(GROUP), internalDlq]);
  });
  afterAll(async () => {
    await kafka?.close();
    await bench?.close();
    await proxy?.close();
  });

  it('pauses its partitions, puts nothing aside for later, and stores everything in order when it is back', async () => {
    const member = await bench.user();
    const { conversation_id: conversationId } = await bench.group([member, await bench.user('Grace')]);
    const events = new MemoryProducer();
    const consumer = kafka.consumer({
      ...messageProcessor(pipelineParts(bench, { events, clock: bench.clock, metrics })),
      group: GROUP,
      topics: [commands],
    });
    await consumer.start();

    await proxy.cut();
    for (let index = 0; index < 40; index += 1) {
      const content = { type: 'text' as const, text: `${index}` };
      const payload = { message_id: newId('msg'), conversation_id: conversationId, sender_id: member.user_id, content };
      await kafka.producer(commands).send({ tenant: bench.tenant, event: messageSent, payload, timestamp: bench.clock.now() });
    }
    while (consumer.health().pausedPartitions === 0) await new Promise((resolve) => setImmediate(resolve));
    const away = { stored: events.sent.length, ...(await counted()) };
    await proxy.restore();
    while (events.sent.length < 40) await new Promise((resolve) => setImmediate(resolve));
    await consumer.stop();

    const stored = await bench.stored(conversationId);
    expect(away).toEqual({ stored: 0, retried: 0, buried: 0 });
    expect(stored.map(({ content }) => (content as { text?: unknown }).text)).toEqual(Array.from({ length: 40 }, (_, index) => `${index}`));
    expect(await counted()).toEqual({ retried: 0, buried: 0 });
    expect(new Set(events.sent.map(({ event }) => event.type))).toEqual(new Set(['message.persisted']));
  });

  /** What was written to retry topics and dead letters. */
  async function counted(): Promise<{ retried: number; buried: number }> {
    const sum = async (name: string): Promise<number> =>
      ((await metrics.registry.getSingleMetric(name)?.get())?.values ?? []).reduce((total, { value }) => total + value, 0);
    return { retried: await sum('caas_retry_records_total'), buried: await sum('caas_dlq_records_total') };
  }
});
