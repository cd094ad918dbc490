import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { defineConsumer, type Kafka, lagByTopic } from '../index.js';
import { aTopic, KafkaBench, unique } from '../fixtures/kafka.fixture.js';

const bench = new KafkaBench();
const topic = aTopic({ partitions: 2 });
const name = `${topic.family}.shared`;
const reads = { group: `spec-groups-${unique()}`, families: [topic.family] };
let kafka: Kafka;

beforeAll(async () => {
  kafka = await bench.connect([topic]);
  const producer = bench.raw().producer();
  await producer.connect();
  await producer.send({ topic: name, messages: [0, 0, 0, 1].map((partition) => ({ partition, value: 'x' })) });
  await producer.disconnect();
});
afterAll(() => bench.close());

const committed = async (): Promise<(string | undefined)[]> => (await kafka.groups.lag([reads])).map((partition) => partition.committed);

describe('consumer groups', () => {
  it('of ours that never read are absent, and everything waits for them', async () => {
    expect(await kafka.groups.list([reads])).toContainEqual({ group: reads.group, state: 'Absent', members: 0, ours: true });
    expect(await kafka.groups.lag([reads])).toEqual([
      { group: reads.group, topic: name, partition: 0, end: '3', records: '3' },
      { group: reads.group, topic: name, partition: 1, end: '1', records: '1' },
    ]);
    expect(await kafka.groups.lag([{ ...reads, families: ['spec.gone'] }])).toEqual([]);
  });

  it('are behind by what they have not committed, each in what it reads', async () => {
    const behind = { ...reads, group: `${reads.group}-behind` };
    await bench.admin((admin) => admin.setOffsets({ groupId: behind.group, topic: name, partitions: [{ partition: 0, offset: '2' }] }));

    const lag = await kafka.groups.lag([behind, reads, { group: 'other', families: ['other.family'] }]);

    expect(lagByTopic(lag)).toEqual([
      { group: behind.group, topic: name, records: 2 },
      { group: reads.group, topic: name, records: 4 },
    ]);
  });

  it('tell by a dry run where they would go on, and stay', async () => {
    const changes = await kafka.groups.reset(reads, { to: 'latest', dryRun: true });

    expect(changes).toEqual([
      { topic: name, partition: 0, to: '3', skips: '3' },
      { topic: name, partition: 1, to: '1', skips: '1' },
    ]);
    expect(await committed()).toEqual([undefined, undefined]);
  });

  it('go on at the end, at the beginning, and from a time on', async () => {
    await kafka.groups.reset(reads, { to: 'latest' });
    expect(await committed()).toEqual(['3', '1']);
    expect(await kafka.groups.list([])).toContainEqual({ group: reads.group, state: 'Empty', members: 0, ours: false });

    expect(await kafka.groups.reset(reads, { to: new Date(0) })).toEqual([
      { topic: name, partition: 0, from: '3', to: '0', skips: '-3' },
      { topic: name, partition: 1, from: '1', to: '0', skips: '-1' },
    ]);
    expect(await committed()).toEqual(['0', '0']);
    expect(await kafka.groups.reset(reads, { to: 'earliest' })).toEqual([]);

    await kafka.groups.reset(reads, { to: new Date(Date.now() + 3_600_000) }); // nothing is so young
    expect(await committed()).toEqual(['3', '1']);
  });

  it('go on elsewhere in those topics only that are named', async () => {
    expect(await kafka.groups.reset(reads, { to: 'earliest', topics: ['spec.other.shared'], dryRun: true })).toEqual([]);
  });

  it('with members stay where they are', async () => {
    const consumer = kafka.consumer(defineConsumer({ group: reads.group, topics: [topic], handle: async () => undefined }));
    await consumer.start();

    await expect(kafka.groups.reset(reads, { to: 'earliest' })).rejects.toMatchObject({
      code: 'RES_STATE',
      details: { reason: 'GROUP_HAS_MEMBERS' },
    });
    expect(await kafka.groups.list([reads])).toContainEqual({ group: reads.group, state: 'Stable', members: 1, ours: true });
    await consumer.stop();
  });
});
