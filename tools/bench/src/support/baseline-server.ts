/** A process that serves one baseline; `system.ts` starts it with its settings in the environment. */
import { createServer } from 'node:http';
import { fileURLToPath } from 'node:url';
import fastify, { type FastifyInstance } from 'fastify';
import kafkajs from 'kafkajs';
import { stubGateway, type StubOptions } from './stub-gateway.js';

interface KafkaAddress {
  readonly brokers: string[];
  readonly sasl?: { readonly username: string; readonly password: string };
}

const TOPIC = 'bench.naive';

/** Fastify as it comes: the body parsed, nothing checked. */
function rawServer(): FastifyInstance {
  const app = fastify({ logger: false });
  app.get('/v1/hello', (_request, reply) => void reply.send({ hello: 'world' }));
  app.post('/v1/messages', (request, reply) => {
    const { content } = request.body as { content: { text: string } };
    reply.code(202).send({ status: 'accepted', length: content.text.length });
  });
  return app;
}

/** Node alone. */
function bareServer(port: number): void {
  createServer((_request, response) => response.end('{}')).listen(port, '127.0.0.1');
}

/** What a first version would do: one `producer.send` for each request, awaited. */
async function naiveServer(kafka: KafkaAddress): Promise<FastifyInstance> {
  const { sasl } = kafka;
  const client = new kafkajs.Kafka({
    clientId: 'bench-naive',
    brokers: kafka.brokers,
    logLevel: kafkajs.logLevel.NOTHING,
    ...(sasl === undefined ? {} : { sasl: { mechanism: 'scram-sha-512', ...sasl } }),
  });
  const admin = client.admin();
  await admin.connect();
  await admin.createTopics({ topics: [{ topic: TOPIC, numPartitions: 16 }], waitForLeaders: true });
  await admin.disconnect();
  const producer = client.producer({ idempotent: true });
  await producer.connect();
  const app = fastify({ logger: false });
  app.post('/v1/messages', async (request, reply) => {
    const message = { key: request.id, value: JSON.stringify(request.body) };
    await producer.send({ topic: TOPIC, acks: -1, messages: [message] });
    return reply.code(202).send({ status: 'accepted' });
  });
  return app;
}

async function serve(): Promise<void> {
  const port = Number(process.env['PORT']);
  const kind = process.env['KIND'];
  if (kind === 'gateway') return stubGateway(port, JSON.parse(process.env['STUB'] ?? '{}') as StubOptions);
  if (kind === 'bare') return bareServer(port);
  const app = kind === 'naive' ? await naiveServer(JSON.parse(process.env['KAFKA'] ?? '{}') as KafkaAddress) : rawServer();
  app.get('/ready', (_request, reply) => void reply.send({}));
  await app.listen({ host: '127.0.0.1', port });
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  process.once('SIGTERM', () => process.exit()); // a profile is written when a process ends by itself
  await serve();
}
