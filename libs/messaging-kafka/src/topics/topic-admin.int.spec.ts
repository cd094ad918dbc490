import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import kafkajs from 'kafkajs';
import { aTenant, aTopic, KafkaBench } from '../fixtures/kafka.fixture.js';
import { defineTopic, type Kafka } from '../index.js';

const bench = new KafkaBench();
let kafka: Kafka;

beforeAll(async () => {
  kafka = await bench.connect([aTopic()]);
});
afterAll(() => bench.close());

/** A definition whose topics do not exist yet, known to the bench for removal. */
async function anUnappliedTopic() {
  const topic = aTopic({ partitions: 2 });
  const client = await bench.connect([topic]);
  await bench.admin((admin) => admin.deleteTopics({ topics: [`${topic.family}.shared`] }));
  return { topic, client };
}

const settingsOf = (topic: string): Promise<Record<string, string>> =>
  bench.admin(async (admin) => {
    const { resources } = await admin.describeConfigs({
      includeSynonyms: false,
      resources: [{ type: kafkajs.ConfigResourceTypes.TOPIC, name: topic }],
    });
    return Object.fromEntries((resources[0]?.configEntries ?? []).map(({ configName, configValue }) => [configName, configValue]));
  });

describe('TopicAdmin', () => {
  it('says what it would do on a dry run, does it once, and then finds nothing to do', async () => {
    const { topic } = await anUnappliedTopic();
    const name = `${topic.family}.shared`;

    const planned = await kafka.topics.apply([topic], { dryRun: true });
    expect(planned.applied).toMatchObject([{ kind: 'create', topic: name, partitions: 2, replicationFactor: 1 }]);
    expect(await kafka.topics.list([topic])).toEqual([]);

    const done = await kafka.topics.apply([topic]);
    expect(done.applied).toEqual(planned.applied);
    expect(await kafka.topics.list([topic])).toEqual([name]);
    expect(await settingsOf(name)).toMatchObject({ 'cleanup.policy': 'delete', 'retention.ms': '3600000', 'compression.type': 'producer' });

    expect(await kafka.topics.apply([topic])).toEqual({ applied: [], reported: [], unchanged: [name] });
  });

  it('is as good when two do it at once', async () => {
    const { topic, client } = await anUnappliedTopic();

    const reports = await Promise.all([kafka.topics.apply([topic]), client.topics.apply([topic])]);

    expect(reports.every(({ reported }) => reported.length === 0)).toBe(true);
    expect(await kafka.topics.diff([topic])).toEqual([]);
  });

  it('alters what drifted and leaves other settings of the topic alone', async () => {
    const topic = aTopic();
    await bench.connect([topic]);
    const name = `${topic.family}.shared`;
    await bench.admin((admin) =>
      admin.alterConfigs({
        validateOnly: false,
        resources: [
          {
            type: kafkajs.ConfigResourceTypes.TOPIC,
            name,
            configEntries: [
              { name: 'retention.ms', value: '60000' },
              { name: 'flush.messages', value: '77' },
            ],
          },
        ],
      }),
    );

    const { applied } = await kafka.topics.apply([topic]);

    expect(applied).toMatchObject([{ kind: 'alter_config', topic: name }]);
    expect(await settingsOf(name)).toMatchObject({ 'retention.ms': '3600000', 'flush.messages': '77', 'cleanup.policy': 'delete' });
    expect(await kafka.topics.diff([topic])).toEqual([]);
  });

  it('reports partitions that differ and changes none', async () => {
    const topic = aTopic({ partitions: 3 });
    await bench.connect([topic]);
    const name = `${topic.family}.shared`;

    const more = await kafka.topics.apply([defineTopic({ ...topic, partitions: 5, events: topic.events })]);
    const fewer = await kafka.topics.apply([defineTopic({ ...topic, partitions: 2, events: topic.events })]);

    expect(more).toMatchObject({ applied: [], reported: [{ kind: 'fewer_partitions', topic: name, defined: 5, actual: 3 }] });
    expect(fewer).toMatchObject({ applied: [], reported: [{ kind: 'more_partitions', topic: name, defined: 2, actual: 3 }] });
  });

  it('makes topics for tenants that have their own', async () => {
    const topic = aTopic();
    await bench.connect([topic]);
    const [free, pro] = [aTenant('free'), aTenant('pro')];

    await kafka.topics.apply([topic], { tenants: [free, pro] });

    expect(await kafka.topics.list([topic])).toEqual([`${topic.family}.${pro.tenantId}`, `${topic.family}.shared`].sort());
  });

  it('describes every topic of the families with its health and its drift', async () => {
    const topic = aTopic({ partitions: 2 });
    await bench.connect([topic]);
    const pro = aTenant('pro');
    await kafka.topics.apply([topic], { tenants: [pro] });

    const described = await kafka.topics.describe([defineTopic({ ...topic, partitions: 3, events: topic.events })]);

    const common = { family: topic.family, partitions: 2, replicationFactor: 1, unhealthyPartitions: 0 };
    expect(described).toMatchObject([
      {
        ...common,
        topic: `${topic.family}.${pro.tenantId}`,
        placement: 'dedicated',
        tenantId: pro.tenantId,
        config: { 'retention.ms': '3600000' },
        changes: [{ kind: 'fewer_partitions', defined: 3, actual: 2 }],
      },
      { ...common, topic: `${topic.family}.shared`, placement: 'shared' },
    ]);
  });

  it('reports a topic that somebody else creates with other partitions at the same time', async () => {
    const { topic: known, client } = await anUnappliedTopic();
    const other = defineTopic({ ...known, partitions: 4, events: known.events });

    const reports = await Promise.all([kafka.topics.apply([known]), client.topics.apply([other])]);

    expect(reports.flatMap(({ reported }) => reported)).toMatchObject([{ topic: `${known.family}.shared` }]);
  });

  it('deletes topics that one tenant has alone, with the offsets of groups, and no others', async () => {
    const topic = aTopic({ partitions: 1 });
    await bench.connect([topic]);
    const pro = aTenant('pro');
    const name = `${topic.family}.${pro.tenantId}`;
    const group = `spec-${topic.family}`;
    await kafka.topics.apply([topic], { tenants: [pro] });
    await bench.admin((admin) => admin.setOffsets({ groupId: group, topic: name, partitions: [{ partition: 0, offset: '0' }] }));

    await expect(kafka.topics.removeDedicated([name, `${topic.family}.shared`])).rejects.toThrow(TypeError);
    expect(await kafka.topics.removeDedicated([name])).toEqual([name]);
    expect(await kafka.topics.removeDedicated([name])).toEqual([]);

    expect(await kafka.topics.list([topic])).toEqual([`${topic.family}.shared`]);
    await kafka.topics.apply([topic], { tenants: [pro] });
    const [forgotten] = await bench.admin((admin) => admin.fetchOffsets({ groupId: group, topics: [name] }));
    expect(forgotten?.partitions).toMatchObject([{ partition: 0, offset: '-1' }]);
  });
});
