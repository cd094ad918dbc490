import { describe, expect, it } from '@jest/globals';
import { type Admin } from 'kafkajs';
import { someMetrics } from '../fixtures/pipeline.fixture.js';
import { createKafkaMetrics } from '../client/metrics.js';
import { type AdminConnection } from '../client/admin-connection.js';
import { LagGauges } from './lag-gauges.js';
import { LagMeter } from './lag.js';

interface World {
  now: number;
  /** Committed, first and end offset by `topic/partition`. */
  partitions: Record<string, readonly [committed: number, low: number, high: number]>;
  /** When the first unfinished record could be handled, by `topic/partition`. */
  seen: Record<string, number>;
}

/** A cluster with one group, as far as lag needs one. */
function aMeter(world: World, options: { startsAtEnd?: boolean } = {}): LagMeter {
  const of = (topic: string): [number, readonly [number, number, number]][] =>
    Object.entries(world.partitions).flatMap(([name, offsets]) =>
      name.startsWith(`${topic}/`) ? [[Number(name.split('/')[1]), offsets]] : [],
    );
  const client = {
    fetchOffsets: ({ topics }: { topics: string[] }) =>
      Promise.resolve(
        topics.map((topic) => ({
          topic,
          partitions: of(topic).map(([partition, [offset]]) => ({ partition, offset: String(offset), metadata: null })),
        })),
      ),
    fetchTopicOffsets: (topic: string) =>
      Promise.resolve(
        of(topic).map(([partition, [, low, high]]) => ({ partition, low: String(low), high: String(high), offset: String(high) })),
      ),
  } as unknown as Admin;
  const admin: Pick<AdminConnection, 'ask'> = { ask: (_, question) => question(client) };
  return new LagMeter({
    ...options,
    admin,
    group: 'g',
    clock: { now: () => world.now },
    waitingSince: (topic, partition) => world.seen[`${topic}/${partition}`],
  });
}

const TOPIC = 'chat.messages.shared';

describe('lag', () => {
  it('is end less committed, from the first record where nothing is committed, of owned partitions alone', async () => {
    const world = {
      now: 0,
      seen: {},
      partitions: { [`${TOPIC}/0`]: [3, 0, 10], [`${TOPIC}/1`]: [-1, 5, 9], [`${TOPIC}/2`]: [0, 0, 100] },
    } satisfies World;

    expect(await aMeter(world).measure({ [TOPIC]: [0, 1] })).toEqual([
      { family: 'chat.messages', tenantId: 'shared', records: 11, seconds: 0 },
    ]);
  });

  it('is nothing of what lay there before a group that starts at the end', async () => {
    const world = { now: 0, seen: {}, partitions: { [`${TOPIC}/0`]: [-1, 0, 10], [`${TOPIC}/1`]: [7, 0, 9] } } satisfies World;

    expect(await aMeter(world, { startsAtEnd: true }).measure({ [TOPIC]: [0, 1] })).toMatchObject([{ records: 2 }]);
  });

  it('in seconds is the age of the oldest record that waits, and none where none does', async () => {
    const world: World = {
      now: 60_000,
      seen: { [`${TOPIC}/0`]: 20_000, [`${TOPIC}/1`]: 50_000 },
      partitions: { [`${TOPIC}/0`]: [3, 0, 10], [`${TOPIC}/1`]: [1, 0, 2] },
    };
    const meter = aMeter(world);

    expect(await meter.measure({ [TOPIC]: [0, 1] })).toMatchObject([{ seconds: 40 }]);
    world.partitions = { [`${TOPIC}/0`]: [10, 0, 10], [`${TOPIC}/1`]: [1, 0, 2] };
    expect(await meter.measure({ [TOPIC]: [0, 1] })).toMatchObject([{ records: 1, seconds: 10 }]);
  });

  it('in seconds is how long the position has stood still, where the record was not fetched yet', async () => {
    const world: World = { now: 1_000, seen: {}, partitions: { [`${TOPIC}/0`]: [3, 0, 10] } };
    const meter = aMeter(world);
    const seconds: (number | undefined)[] = [];

    for (const [now, committed] of [
      [1_000, 3],
      [16_000, 3],
      [31_000, 3],
      [46_000, 4],
      [61_000, 10],
    ] as const) {
      world.now = now;
      world.partitions = { [`${TOPIC}/0`]: [committed, 0, 10] };
      seconds.push((await meter.measure({ [TOPIC]: [0] }))[0]?.seconds);
    }

    expect(seconds).toEqual([0, 15, 30, 0, 0]);
  });
});

describe('the gauges of a group', () => {
  it('tell what is owned now, the oldest of a family, and nothing of what went to another member', async () => {
    const registry = someMetrics();
    const gauges = new LagGauges(createKafkaMetrics(registry), 'g');
    const shared = { family: 'chat.messages', tenantId: 'shared', records: 5, seconds: 9 };
    const linesOf = async (name: string): Promise<string[]> =>
      (await registry.render()).body.split('\n').filter((line) => line.startsWith(`${name}{`));

    gauges.show([shared, { ...shared, tenantId: 'clnt_00000001', records: 2, seconds: 70 }]);
    gauges.showMembers('PreparingRebalance', 1);
    expect(await linesOf('caas_kafka_consumer_lag_seconds')).toEqual([expect.stringMatching(/ 70$/)]);
    expect(await linesOf('caas_kafka_consumer_lag_records')).toHaveLength(2);

    gauges.show([shared]);
    gauges.showMembers('Stable', 2);
    expect(await linesOf('caas_kafka_consumer_lag_records')).toEqual([expect.stringMatching(/tenant_id="shared".* 5$/)]);
    expect(await linesOf('caas_kafka_group_members')).toEqual([expect.stringMatching(/state="Stable".* 2$/)]);

    gauges.show([]);
    expect([...(await linesOf('caas_kafka_consumer_lag_records')), ...(await linesOf('caas_kafka_consumer_lag_seconds'))]).toEqual([]);
  });
});
