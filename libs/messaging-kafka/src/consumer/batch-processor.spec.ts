import { describe, expect, it } from '@jest/globals';
import { type CrashMarkers, UnavailableError } from '@caas/runtime';
import { aCodec, aRawMessage, FakeBatch } from '../fixtures/consumer.fixture.js';
import { aTenant, aTopic, silent } from '../fixtures/kafka.fixture.js';
import { BatchProcessor } from './batch-processor.js';
import { ChunkWorker } from './chunk-worker.js';
import { CrashGuard } from './crash-guard.js';
import { defineConsumer } from './definition.js';
import { consumerOptions } from './options.js';
import { RecordDecoder } from './record-decoder.js';
import { type DecodedRecord } from './types.js';

const topic = aTopic();
const tenant = aTenant();
type Message = DecodedRecord<typeof topic>;

/** A processor over one handler; chunks of two records. */
async function aProcessor(
  handle: (seqs: number[], records: readonly Message[]) => Promise<void> | void,
  { markers, ...options }: { chunkTimeoutMs?: number; markers?: MemoryMarkers } = {},
) {
  const codec = await aCodec(topic);
  const paused = new Set<string>();
  const stuck: Error[] = [];
  const definition = defineConsumer({
    group: 'spec',
    topics: [topic],
    chunkRecordsMax: 2,
    ...options,
    handle: async (records) =>
      handle(
        records.map(({ payload }) => payload.seq),
        records,
      ),
  });
  const processor = new BatchProcessor({
    definition,
    options: { ...consumerOptions(), heartbeatIntervalMs: 1, redoMinMs: 1, redoMaxMs: 2 },
    worker: new ChunkWorker({ definition, deadLetters: codec.deadLetters, logger: silent }),
    ...(markers === undefined ? {} : { guard: new CrashGuard({ markers, group: 'spec', logger: silent }) }),
    decoderOf: () => ({ decoder: new RecordDecoder(topic, codec.schemas.decodersOf(topic)), family: topic.family }),
    metrics: codec.metrics,
    logger: silent,
    isPaused: (name) => paused.has(name),
    onStuck: (error) => stuck.push(error),
  });
  const aBatch = (...offsets: number[]) =>
    new FakeBatch(offsets.map((offset) => aRawMessage({ topic, schemas: codec.schemas, tenant, offset })));
  return { processor, aBatch, paused, stuck, buried: codec.buried };
}

/** Markers that outlive processors. */
class MemoryMarkers implements CrashMarkers {
  readonly open = new Map<string, number>();

  begin(name: string): Promise<number> {
    const before = this.open.get(name) ?? 0;
    this.open.set(name, before + 1);
    return Promise.resolve(before);
  }

  end(name: string): Promise<void> {
    return Promise.resolve(void this.open.delete(name));
  }
}

describe('a record that ends the process', () => {
  it('is found and buried by the life after its second death, and those beside it are handled', async () => {
    const markers = new MemoryMarkers();
    const handled: number[] = [];
    const undead: { release: () => void; ended: Promise<unknown> }[] = [];
    let committed = 1;
    /** One process; resolves when it is through, or dead. */
    const live = async (): Promise<'through' | 'dead'> => {
      let die!: (end: 'dead') => void;
      let release!: () => void;
      const death = new Promise<'dead'>((resolve) => (die = resolve));
      const stuck = new Promise<void>((resolve) => (release = resolve));
      const { processor, aBatch, buried } = await aProcessor(
        (seqs) => {
          if (!seqs.includes(3)) return void handled.push(...seqs);
          die('dead');
          return stuck;
        },
        { markers },
      );
      const batch = aBatch(...[1, 2, 3, 4].filter((offset) => offset >= committed));
      const ended = processor.process(batch).then(() => 'through' as const);
      undead.push({ release, ended });
      const end = await Promise.race([ended, death]);
      committed = Number(batch.commits.at(-1) ?? committed);
      if (end === 'through') expect(buried()).toMatchObject([{ offset: '3', category: 'poison', error: { class: 'PoisonPillError' } }]);
      return end;
    };

    const ends: string[] = [];
    while (ends.at(-1) !== 'through') ends.push(await live());

    expect(ends).toEqual(['dead', 'dead', 'dead', 'through']);
    expect(handled).toEqual([1, 2, 4]);
    expect(markers.open.size).toBe(0);
    for (const { release, ended } of undead) {
      release();
      await ended;
    }
  });

  it('is not one that only had to wait', async () => {
    const markers = new MemoryMarkers();
    for (let life = 0; life < 4; life += 1) {
      const { processor, aBatch, buried } = await aProcessor(() => Promise.reject(new UnavailableError('away')), { markers });
      await processor.process(aBatch(1, 2));
      processor.reset();
      expect(buried()).toEqual([]);
    }
    expect(markers.open.size).toBe(0);
  });
});

describe('BatchProcessor', () => {
  it('works chunk by chunk and commits after each', async () => {
    const handled: number[][] = [];
    const { processor, aBatch } = await aProcessor((seqs) => void handled.push(seqs));
    const batch = aBatch(1, 2, 3, 4, 5);

    await processor.process(batch);

    expect(handled).toEqual([[1, 2], [3, 4], [5]]);
    expect(batch.commits).toEqual(['3', '5', '6']);
    expect(batch.resolved).toEqual(['2', '4', '5']);
  });

  it('has one chunk of a partition in its handler, whatever was fetched', async () => {
    let most = 0;
    const { processor, aBatch } = await aProcessor(async () => {
      most = Math.max(most, processor.inflightRecords);
      await Promise.resolve();
    });

    await processor.process(aBatch(...Array.from({ length: 25 }, (_, offset) => offset)));

    expect(most).toBe(2);
    expect(processor.inflightRecords).toBe(0);
  });

  it('puts the partition aside when a chunk must be redone, and fetches it again after a pause', async () => {
    const { processor, aBatch } = await aProcessor((seqs) => {
      if (seqs.includes(3)) throw new UnavailableError('away');
    });
    const batch = aBatch(1, 2, 3, 4, 5);

    await processor.process(batch);

    expect(batch.commits).toEqual(['3', '3']);
    expect([batch.paused, processor.waitingPartitions]).toEqual([true, 1]);
    await batch.resumed;
    expect([batch.paused, processor.waitingPartitions]).toEqual([false, 0]);
  });

  it('begins nothing after a stop, a seek, or the loss of the partition', async () => {
    const handled: number[][] = [];
    const batches: FakeBatch[] = [];
    const { processor, aBatch } = await aProcessor((seqs) => {
      handled.push(seqs);
      for (const batch of batches) batch.current = false;
    });
    batches.push(aBatch(1, 2, 3));

    await processor.process(batches[0] as FakeBatch);
    const lost = aBatch(7);
    lost.owned = false;
    await processor.process(lost);

    expect(handled).toEqual([[1, 2]]);
    expect(lost.commits).toEqual([]);
  });

  it('commits what is done before it lets a failed heartbeat through', async () => {
    const rebalance = new Error('rebalancing');
    const batches: FakeBatch[] = [];
    const { processor, aBatch } = await aProcessor(async () => {
      const [batch] = batches;
      if (batch === undefined) return;
      batch.heartbeatFailure = rebalance;
      const before = batch.heartbeats;
      while (batch.heartbeats === before) await new Promise((resolve) => setImmediate(resolve));
    });
    const batch = aBatch(1, 2, 3);
    batches.push(batch);

    await expect(processor.process(batch)).rejects.toBe(rebalance);
    expect(batch.commits).toEqual(['3']);
  });

  it('begins no chunk when the heartbeat before it fails', async () => {
    const handled: number[][] = [];
    const { processor, aBatch } = await aProcessor((seqs) => void handled.push(seqs));
    const batch = aBatch(1);
    batch.heartbeatFailure = new Error('rebalancing');

    await expect(processor.process(batch)).rejects.toThrow('rebalancing');
    expect([handled, batch.commits]).toEqual([[], []]);
  });

  it('does not commit for a partition that was lost during the chunk', async () => {
    const batches: FakeBatch[] = [];
    const { processor, aBatch } = await aProcessor(() => {
      for (const batch of batches) batch.owned = false;
    });
    batches.push(aBatch(1, 2));

    await processor.process(batches[0] as FakeBatch);

    expect(batches[0]?.commits).toEqual([]);
  });

  it('tells since when the first unfinished record waits, and nothing once all are finished', async () => {
    let isAway = true;
    const { processor, aBatch } = await aProcessor(([first]) => {
      if (first === 2 && isAway) throw new UnavailableError('away');
    });
    const batch = aBatch(0, 1, 2, 3);
    const { topic: name, partition, records } = batch;

    await processor.process(batch);
    expect(processor.waitingSince(name, partition)).toBe(records[2]?.producedAt);

    isAway = false;
    await processor.process(aBatch(2, 3));
    expect(processor.waitingSince(name, partition)).toBeUndefined();
  });

  it('takes nothing from a paused topic', async () => {
    const handled: number[][] = [];
    const { processor, aBatch, paused } = await aProcessor((seqs) => void handled.push(seqs));
    const batch = aBatch(1);
    paused.add(batch.topic);

    await processor.process(batch);

    expect([handled, batch.paused]).toEqual([[], true]);
  });

  it('reports a chunk that takes too long', async () => {
    const { processor, aBatch, stuck } = await aProcessor(() => new Promise(() => undefined), { chunkTimeoutMs: 10 });
    const batch = aBatch(1);

    await processor.process(batch);

    expect(stuck).toMatchObject([{ name: 'TimeoutError' }]);
    expect(batch.commits).toEqual([]);
    processor.reset();
  });
});
