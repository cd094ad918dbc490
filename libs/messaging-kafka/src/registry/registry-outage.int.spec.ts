import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { ConflictError } from '@caas/runtime';
import { stack } from '@caas/testing';
import { z } from 'zod';
import { aTenant, aTopic, KafkaBench, messageSent, unique } from '../fixtures/kafka.fixture.js';
import { RegistryProxy } from '../fixtures/registry-proxy.fixture.js';
import { defineConsumer, defineEvent, defineTopic, internalDlq, type Kafka } from '../index.js';

const bench = new KafkaBench();
const tenant = aTenant();
const conversation = 'conv_1';
let proxy: RegistryProxy;

beforeAll(async () => {
  proxy = await RegistryProxy.start(stack().registry_url);
});
afterAll(async () => {
  await bench.close();
  await proxy.close();
});

type Topic = ReturnType<typeof aTopic>;

async function send(kafka: Kafka, topic: Topic, seqs: readonly number[]): Promise<void> {
  for (const seq of seqs) {
    const payload = { conversation_id: conversation, body: 'x', seq };
    await kafka.producer(topic).send({ tenant, event: messageSent, payload });
  }
}

/** Reads the topic from its beginning in a group of its own; `until` resolves with the numbers in the order in which they were handled. */
async function read(kafka: Kafka, topic: Topic): Promise<{ until(count: number): Promise<number[]>; stop(): Promise<void> }> {
  const seen: number[] = [];
  const waiting = new Set<() => void>();
  const consumer = kafka.consumer(
    defineConsumer({
      group: `spec-${unique()}`,
      topics: [topic],
      handle: async (records) => {
        seen.push(...records.map(({ payload }) => payload.seq));
        for (const wake of waiting) wake();
      },
    }),
  );
  await consumer.start();
  return {
    until: async (count) => {
      while (seen.length < count) await new Promise<void>((resolve) => waiting.add(resolve));
      return seen;
    },
    stop: () => consumer.stop(),
  };
}

const deadLetters = (): Promise<string[]> =>
  bench.admin(async (admin) => (await admin.fetchTopicOffsets(internalDlq.family)).map(({ offset }) => offset));

describe('while the schema registry is away', () => {
  it('warm producers and consumers go on', async () => {
    const topic = aTopic();
    const kafka = await bench.connect([topic], { registryUrl: proxy.url });
    const reader = await read(kafka, topic);
    await send(kafka, topic, [0]);
    await reader.until(1);
    const before = proxy.served;

    proxy.cut();
    await send(kafka, topic, [1, 2, 3]);
    const seen = await reader.until(4);

    expect(seen).toEqual([0, 1, 2, 3]);
    expect(proxy.served).toBe(before);
    proxy.restore();
    await reader.stop();
  });

  it('cold ones start, refuse to send and wait with reading; nothing is a dead letter; all is handled in order when it is back', async () => {
    const topic = aTopic();
    const warm = await bench.connect([topic]);
    await send(warm, topic, [0, 1, 2]);
    const buried = await deadLetters();

    proxy.cut();
    const cold = await bench.connect([topic], { registryUrl: proxy.url });
    const reader = await read(cold, topic);
    await expect(send(cold, topic, [3])).rejects.toMatchObject({
      retryable: true,
      status: 503,
      details: { reason: 'REGISTRY_UNAVAILABLE' },
    });
    await expect(cold.schemas.check()).rejects.toMatchObject({ status: 503 });
    proxy.restore();
    const first = await reader.until(3);
    await untilResolved(() => cold.schemas.check());
    await send(cold, topic, [3]);

    expect(first.slice(0, 3)).toEqual([0, 1, 2]);
    expect(await reader.until(4)).toEqual([0, 1, 2, 3]);
    expect(await deadLetters()).toEqual(buried);
    await reader.stop();
  });
});

describe('a schema that breaks the promise of its subject', () => {
  it('ends the start, naming the subject, both versions and the field', async () => {
    const before = aTopic({ partitions: 1 });
    await bench.connect([before]);
    const next = defineTopic({
      family: before.family,
      scope: 'tenant',
      format: 'avro',
      partitions: 1,
      retentionMs: 3_600_000,
      cleanup: 'delete',
      description: 'the same with a field that must be there',
      events: [
        defineEvent({
          type: 'message.sent',
          version: '1.1.0',
          key: 'conversation_id',
          payload: messageSent.payload.extend({ colour: z.string() }),
        }),
      ],
    });

    const start = bench.connect([next]);

    await expect(start).rejects.toThrow(ConflictError);
    await expect(start).rejects.toThrow(
      new RegExp(
        `The schema of ${before.subject} in this build cannot follow version 1 \\(id \\d+\\) under BACKWARD\\. .*/payload/colour: needs the field`,
      ),
    );
  });

  it('is seen by status without writing anything', async () => {
    const topic = aTopic({ partitions: 1 });
    const other = aTopic({ partitions: 1 });
    const kafka = await bench.connect([topic]);

    const [known, unknown] = await kafka.schemas.status([topic, other]);

    expect(known).toMatchObject({
      subject: topic.subject,
      state: 'registered',
      version: 1,
      compatibility: { defined: 'BACKWARD', set: 'BACKWARD' },
      issues: [],
    });
    expect(unknown).toMatchObject({ subject: other.subject, state: 'new', issues: [] });
    expect(await kafka.schemas.subjects()).toContain(topic.subject);
    expect(await kafka.schemas.subjects()).not.toContain(other.subject);
  });
});

/** Asks until the answer is good: the registry is asked again once a second by the process itself. */
async function untilResolved(ask: () => Promise<void>): Promise<void> {
  for (;;) {
    const isGood = await ask().then(
      () => true,
      () => false,
    );
    if (isGood) return;
    await new Promise((resolve) => setImmediate(resolve));
  }
}
