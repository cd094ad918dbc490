import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { defineModule, ModuleList } from '@caas/composition';
import { defineCollection, type Mongo } from '@caas/data-access-mongo';
import { type TemporaryDatabases } from '@caas/data-access-mongo/testing';
import { connectKafka, defineEvent, defineTopic, type Kafka } from '@caas/messaging-kafka';
import { Metrics, systemClock } from '@caas/runtime';
import { newId, text, z } from '@caas/schema';
import { stack } from '@caas/testing/stack';
import { anOutbox } from '../fixtures/outbox.fixture.js';
import { aPlatform, aRequest, silent } from '../fixtures/platform.fixture.js';
import { infrastructureSteps } from './infrastructure-steps.js';
import { TenantProvisioning } from './provision-tenant.js';

const notes = defineCollection({
  name: 'notes',
  scope: 'tenant',
  id: { field: 'event_id', prefix: 'evt' },
  schema: z.strictObject({ body: text({ max: 10 }) }),
  description: 'of this spec',
});
const written = defineEvent({ type: 'note.written', version: '1.0.0', key: 'body', payload: z.strictObject({ body: text({ max: 10 }) }) });
const noteEvents = defineTopic({
  family: `spec.t${newId('op').slice(-12)}`,
  scope: 'tenant',
  format: 'avro',
  partitions: 1,
  retentionMs: 3_600_000,
  cleanup: 'delete',
  events: [written],
  description: 'of this spec',
});

describe('infrastructureSteps', () => {
  const modules = new ModuleList([defineModule({ name: 'notes', collections: [notes], topics: [noteEvents] })]);
  let databases: TemporaryDatabases;
  let mongo: Mongo;
  let kafka: Kafka;
  beforeAll(async () => {
    const { kafka: servers, registry_url: registryUrl } = stack();
    databases = await aPlatform([notes]);
    mongo = databases.mongo;
    kafka = await connectKafka({
      config: {
        brokers: servers.brokers,
        ...(servers.sasl === undefined ? {} : { sasl: servers.sasl }),
        registryUrl,
        replicationFactor: 1,
      },
      logger: silent,
      metrics: new Metrics({ service: 'spec', defaults: false }),
      clientId: 'caas-spec-tenancy',
      topics: [noteEvents],
      schemas: 'later',
    });
  });
  afterAll(async () => {
    await kafka?.close();
    await databases?.end();
  });

  it('give a tenant everything its first write and its first event need, twice as well as once', async () => {
    const steps = infrastructureSteps({ mongo, kafka }, modules);
    const tenants = { get: () => undefined, invalidate: () => Promise.resolve() };
    const services = { mongo, outbox: anOutbox(mongo), kafka, clock: systemClock, instanceId: 'spec', logger: silent, tenants };

    const { tenant } = await new TenantProvisioning(services, steps).provision(aRequest());
    for (const step of steps) await step.run(tenant);

    expect(steps.map(({ name }) => name)).toEqual(['collections', 'topics', 'schemas']);
    expect((await mongo.diff([notes], { tenant })).changes).toEqual([]);
    expect(await kafka.topics.diff([noteEvents], { tenants: [tenant] })).toEqual([]);
    const receipt = await kafka.producer(noteEvents).send({ tenant, event: written, payload: { body: 'hello' } });
    expect(receipt).toMatchObject({ topic: `${noteEvents.family}.shared`, partition: 0 });
  });
});
