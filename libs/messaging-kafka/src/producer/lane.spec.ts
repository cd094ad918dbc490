import { describe, expect, it } from '@jest/globals';
import { ManualClock, UnavailableError } from '@caas/runtime';
import { partitionOf } from '../client/murmur2.js';
import { TopicDirectory } from '../client/topic-directory.js';
import { FakeTransport } from '../fixtures/fake-transport.fixture.js';
import { GatedBatcher } from './gated-batcher.js';
import { type DraftRecord, ProducerLane } from './lane.js';

type Outcome = { partition: number; offset: string } | { error: Error };

/** A lane to a cluster with one topic, `t`, of four partitions. */
function aLane(options: { topics?: Promise<ReadonlyMap<string, number>>; queueRecordsMax?: number } = {}) {
  const transport = new FakeTransport();
  const directory = new TopicDirectory(() => options.topics ?? Promise.resolve(new Map([['t', 4]])), new ManualClock());
  const { queueRecordsMax = 100 } = options;
  return { transport, directory, lane: new ProducerLane(new GatedBatcher(transport, { queueRecordsMax }), directory, queueRecordsMax) };
}

function send(lane: ProducerLane, value: string, options: { topic?: string; key?: string | null } = {}): Promise<Outcome> {
  const { topic = 't', key = 'k' } = options;
  return new Promise((resolve) => {
    const draft: DraftRecord = {
      topic,
      key: key === null ? null : Buffer.from(key),
      value: Buffer.from(value),
      headers: { event_id: value },
      queuedAt: performance.now(),
      onStored: (partition, offset) => resolve({ partition, offset }),
      onFailed: (error) => resolve({ error }),
    };
    lane.enqueue(draft);
  });
}

describe('ProducerLane', () => {
  it("puts a key on Java's partition, and records without a key round", async () => {
    const { lane } = aLane();

    const keyed = await Promise.all([send(lane, 'a', { key: 'conv_1' }), send(lane, 'b', { key: 'conv_1' })]);
    const keyless = await Promise.all(['c', 'd', 'e', 'f'].map((value) => send(lane, value, { key: null })));

    const partition = partitionOf(Buffer.from('conv_1'), 4);
    expect(keyed).toEqual([
      { partition, offset: '0' },
      { partition, offset: '1' },
    ]);
    expect(keyless.map((outcome) => ('partition' in outcome ? outcome.partition : -1)).sort()).toEqual([0, 1, 2, 3]);
  });

  it('keeps the order of records that wait for their topic to be looked up', async () => {
    let know!: (topics: ReadonlyMap<string, number>) => void;
    const { lane, transport } = aLane({ topics: new Promise((resolve) => (know = resolve)) });
    const outcomes = ['1', '2', '3'].map((value) => send(lane, value));
    expect(lane.queued).toBe(3);

    know(new Map([['t', 1]]));
    await Promise.all(outcomes);
    await send(lane, '4');

    expect(transport.logs.get('t/0')).toEqual(['1', '2', '3', '4']);
  });

  it('fails what waits when there is no such topic, and nothing else', async () => {
    const { lane } = aLane();

    const [missing, present] = await Promise.all([send(lane, 'a', { topic: 'nowhere' }), send(lane, 'b')]);

    expect(missing).toMatchObject({ error: { details: { reason: 'TOPIC_MISSING' } } });
    expect(present).toMatchObject({ offset: '0' });
    expect(lane.queued).toBe(0);
  });

  it('waits on close for topics that are being looked up, and refuses new records', async () => {
    let know!: (topics: ReadonlyMap<string, number>) => void;
    const { lane, transport } = aLane({ topics: new Promise((resolve) => (know = resolve)) });
    const waiting = send(lane, 'a');

    const closed = lane.close();
    await expect(send(lane, 'b')).rejects.toMatchObject({ details: { reason: 'PRODUCER_CLOSED' } });
    know(new Map([['t', 1]]));

    expect(await waiting).toEqual({ partition: 0, offset: '0' });
    expect(await closed).toBe(0);
    expect(transport.closed).toBe(true);
  });

  it('bounds what waits for a look-up as well', () => {
    const { lane } = aLane({ topics: new Promise(() => undefined), queueRecordsMax: 2 });
    void send(lane, 'a');
    void send(lane, 'b');

    const draft = { topic: 't', key: null, value: null, headers: {}, queuedAt: 0, onStored: () => undefined, onFailed: () => undefined };
    expect(() => lane.enqueue(draft)).toThrow(UnavailableError);
  });
});
