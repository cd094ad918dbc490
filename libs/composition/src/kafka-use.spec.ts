import { describe, expect, it } from '@jest/globals';
import { ANY_INSTANCE, defineConsumer, defineEvent, defineTopic, type Kafka } from '@caas/messaging-kafka';
import { Metrics } from '@caas/runtime';
import { text, z } from '@caas/schema';
import { defineModule } from './define-module.js';
import { kafkaUseOf } from './kafka-use.js';
import { ModuleList } from './module-list.js';
import { type Services } from './services.js';

const aTopic = (family: string) =>
  defineTopic({
    family,
    scope: 'tenant',
    format: 'json',
    partitions: 1,
    retentionMs: 3_600_000,
    cleanup: 'delete',
    events: [defineEvent({ type: 'note.written', version: '1.0.0', key: null, payload: z.strictObject({ body: text({ max: 9 }) }) })],
    description: '',
  });
const [commands, facts, counts, trail] = [aTopic('notes.commands'), aTopic('notes.facts'), aTopic('notes.counts'), aTopic('notes.trail')];

const asked: string[] = [];
const kafka = {
  producer: ({ family }: { family: string }) => {
    asked.push(family);
    return {};
  },
} as unknown as Kafka;
const metrics = new Metrics({ service: 'spec', defaults: false });
const services = { instanceId: 'mongo-admin-1', kafka, metrics } as Services;

const modules = new ModuleList([
  defineModule({
    name: 'notes',
    collections: [],
    topics: [commands, facts, counts, trail],
    routes: async () => ({ default: (given) => (given.kafka.producer(commands), []) }),
    consumers: async () => ({
      default: (given) => {
        given.kafka.producer(facts);
        given.metrics.counter({ name: 'caas_notes_total', help: 'notes', labels: [] });
        return [
          defineConsumer({ group: 'notes', topics: [commands], handle: async () => undefined }),
          defineConsumer({ group: `cache.notes.${given.instanceId}`, topics: [facts], handle: async () => undefined }),
        ];
      },
    }),
    audit: async () => ({ default: (given) => (given.kafka.producer(trail), [{ record: async () => undefined, note: () => undefined }]) }),
    jobs: async () => ({ default: (given) => (given.kafka.producer(counts), []) }),
  }),
]);

describe('the use of Kafka', () => {
  it('of the gateway is what its routes and the security trail ask for', async () => {
    expect(await kafkaUseOf('gateway', modules, services)).toEqual({ produces: [commands, trail], consumes: [] });
  });

  it('of the worker is every event, since it relays the outbox, the groups of its consumers, and a look at every topic', async () => {
    metrics.counter({ name: 'caas_notes_total', help: 'notes', labels: [] }); // the same name as the consumers'

    const { produces, consumes, inspects } = await kafkaUseOf('worker', modules, services);

    expect(produces).toEqual([commands, facts, counts, trail]);
    expect(consumes.map(({ group }) => group)).toEqual(['notes', `cache.notes.${ANY_INSTANCE}`]);
    expect(inspects).toEqual(modules.topics);
  });

  it('is noted while the parts get what they ask for', async () => {
    asked.length = 0;

    await kafkaUseOf('worker', modules, services);

    expect(asked).toEqual(['notes.facts', 'notes.counts']);
  });
});
