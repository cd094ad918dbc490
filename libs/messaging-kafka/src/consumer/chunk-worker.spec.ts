import { describe, expect, it } from '@jest/globals';
import { UnavailableError, ValidationError } from '@caas/runtime';
import { aCodec, aRawMessage, FakeBatch } from '../fixtures/consumer.fixture.js';
import { type Fate } from '../fixtures/fake-transport.fixture.js';
import { aTenant, aTopic, silent } from '../fixtures/kafka.fixture.js';
import { ChunkWorker } from './chunk-worker.js';
import { defineConsumer } from './definition.js';
import { KeyLanes } from './key-lanes.js';
import { OffsetTracker } from './offset-tracker.js';
import { type RawRecord } from './raw-record.js';
import { RecordDecoder } from './record-decoder.js';
import { type ConsumerContext, type DecodedRecord } from './types.js';

const topic = aTopic();
const tenant = aTenant();
/** Those of a handler that does not say how many. */
const LANES = 5;
type Message = DecodedRecord<typeof topic>;
type Handler =
  | { handle(records: readonly Message[], context: ConsumerContext): Promise<void> }
  | { each(record: Message, context: ConsumerContext): Promise<void> };

/** A worker with its handler; `work` runs a chunk of records through it. */
async function aWorker(handler: Handler, options: { dlqFates?: readonly Fate[]; types?: readonly 'message.sent'[] } = {}) {
  const codec = await aCodec(topic, options.dlqFates);
  const finished: string[] = [];
  const worker = new ChunkWorker({
    definition: defineConsumer({
      group: 'spec',
      topics: [topic],
      ...(options.types === undefined ? {} : { types: options.types }),
      ...handler,
    }),
    deadLetters: codec.deadLetters,
    logger: silent,
    onFinished: (_, type, result) => finished.push(`${type} ${result}`),
  });
  const decoder = new RecordDecoder(topic, codec.schemas.decodersOf(topic));
  const tracker = new OffsetTracker();
  const decoderOf = () => ({ decoder, family: topic.family });
  const place = (batch: FakeBatch) => ({ batch, tracker, decoderOf, signal: new AbortController().signal });
  return {
    ...codec,
    finished,
    tracker,
    aRaw: (offset: number, key?: string): RawRecord =>
      aRawMessage({ topic, schemas: codec.schemas, tenant, offset, ...(key === undefined ? {} : { key }) }),
    work: (records: readonly RawRecord[], batch = new FakeBatch(records)) => worker.work(records, place(batch)),
  };
}

const poison = (raw: RawRecord): RawRecord => ({ ...raw, value: Buffer.from('not framed') });
const seqs = (records: readonly Message[]): number[] => records.map(({ payload }) => payload.seq);

describe('ChunkWorker with a batch handler', () => {
  it('hands over the readable records in order, buries the others, and finishes all', async () => {
    const handled: number[][] = [];
    const { work, aRaw, tracker, buried, finished } = await aWorker({ handle: async (records) => void handled.push(seqs(records)) });

    const redo = await work([aRaw(1), poison(aRaw(2)), aRaw(3)]);

    expect(redo).toBeUndefined();
    expect(handled).toEqual([[1, 3]]);
    expect(buried()).toMatchObject([
      { offset: '2', category: 'poison', raw_value: Buffer.from('not framed').toString('base64'), error: { code: 'NOT_FRAMED' } },
    ]);
    expect(tracker.lastFinished).toBe('3');
    expect(finished.sort()).toEqual(['message.sent ok', 'message.sent ok', 'unknown dlq']);
  });

  it('does not call the handler for nothing', async () => {
    let calls = 0;
    const { work, aRaw } = await aWorker({ handle: async () => void (calls += 1) });

    await work([poison(aRaw(1))]);

    expect(calls).toBe(0);
  });

  it('asks for all of it again after a retryable error, and buries nothing', async () => {
    const { work, aRaw, tracker, buried } = await aWorker({ handle: () => Promise.reject(new UnavailableError('MongoDB is away')) });

    const redo = await work([aRaw(1), aRaw(2)]);

    expect(redo?.error).toBeInstanceOf(UnavailableError);
    expect(tracker.lastFinished).toBeUndefined();
    expect(buried()).toEqual([]);
  });

  it('takes unknown errors for retryable', async () => {
    const { work, aRaw } = await aWorker({ handle: () => Promise.reject(new Error('?')) });

    expect(await work([aRaw(1)])).toEqual({ error: new Error('?') });
  });

  it('finds the record that fails for good by handing them over one by one', async () => {
    const handled: number[][] = [];
    const { work, aRaw, tracker, buried } = await aWorker({
      handle: async (records) => {
        handled.push(seqs(records));
        if (seqs(records).includes(2)) throw new ValidationError([{ field: '/body', code: 'x', message: 'bad' }]);
      },
    });

    const redo = await work([aRaw(1), aRaw(2), aRaw(3)]);

    expect(redo).toBeUndefined();
    expect(handled).toEqual([[1, 2, 3], [1], [2], [3]]);
    expect(buried()).toMatchObject([
      { offset: '2', category: 'non_retryable', event_type: 'message.sent', envelope: { payload: { seq: 2 } } },
    ]);
    expect(tracker.lastFinished).toBe('3');
  });

  it('lets the handler bury a record by itself', async () => {
    const { work, aRaw, tracker, buried, finished } = await aWorker({
      handle: async (records, { deadLetter }) => {
        const [first] = records;
        if (first !== undefined) await deadLetter(first, new ValidationError([]), { stage: 'authorize' });
      },
    });

    await work([aRaw(1), aRaw(2)]);

    expect(buried()).toMatchObject([{ offset: '1', category: 'non_retryable', error: { stage: 'authorize' } }]);
    expect(finished).toEqual(['message.sent dlq', 'message.sent ok']);
    expect(tracker.lastFinished).toBe('2');
  });

  it('finishes nothing that the dead letters did not take', async () => {
    const { work, aRaw, tracker } = await aWorker({ handle: () => Promise.resolve() }, { dlqFates: ['refuse_all'] });

    const redo = await work([poison(aRaw(1)), aRaw(2)]);

    expect(redo?.error).toBeInstanceOf(UnavailableError);
    expect(tracker.lastFinished).toBeUndefined();
    expect(tracker.isFinished('2')).toBe(true);
  });

  it('stops before the record whose schema the registry cannot give now, and buries nothing', async () => {
    const handled: number[][] = [];
    const { work, aRaw, registry, buried } = await aWorker({ handle: async (records) => void handled.push(seqs(records)) });
    const records = [aRaw(1), aRaw(2)];
    registry.down = true;

    const redo = await work(records);

    expect(redo?.error).toBeInstanceOf(UnavailableError);
    expect(handled).toEqual([]);
    expect(buried()).toEqual([]);
  });

  it('does nothing once the partition is lost', async () => {
    let calls = 0;
    const { work, aRaw, tracker } = await aWorker({ handle: async () => void (calls += 1) });
    const records = [aRaw(1)];
    const batch = new FakeBatch(records);
    batch.owned = false;

    expect(await work(records, batch)).toBeUndefined();
    expect([calls, tracker.lastFinished]).toEqual([0, undefined]);
  });

  it('passes over types the group does not handle without reading them', async () => {
    const handled: number[][] = [];
    const { work, aRaw, finished } = await aWorker(
      { handle: async (records) => void handled.push(seqs(records)) },
      { types: ['message.sent'] },
    );
    const other = { ...poison(aRaw(1)), headers: { event_type: Buffer.from('user.left') } };

    await work([other, aRaw(2)]);

    expect(handled).toEqual([[2]]);
    expect(finished).toEqual(['unknown skipped', 'message.sent ok']);
  });
});

describe('ChunkWorker with a handler of single records', () => {
  it('stops only the lane of a record that must be done again, and passes over what is done on the next try', async () => {
    const handled: number[] = [];
    let failing = true;
    let even = '';
    const { work, aRaw, tracker } = await aWorker({
      each: async ({ payload, key }) => {
        if (failing && payload.seq === 2) throw new UnavailableError('away');
        handled.push(payload.seq);
        expect(key).toBe(payload.seq % 2 === 0 ? even : 'odd');
      },
    });
    const laneOf = (key: string): number => new KeyLanes(LANES).laneOf(aRaw(0, key).key);
    even = ['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h'].find((key) => laneOf(key) !== laneOf('odd')) ?? '';
    const records = [1, 2, 3, 4, 5, 6].map((seq) => aRaw(seq, seq % 2 === 0 ? even : 'odd'));

    const redo = await work(records);
    expect(redo?.error).toBeInstanceOf(UnavailableError);
    expect(handled.sort()).toEqual([1, 3, 5]);
    expect(tracker.lastFinished).toBe('1');

    failing = false;
    expect(await work(records.slice(1))).toBeUndefined();
    expect(handled).toEqual([1, 3, 5, 2, 4, 6]);
    expect(tracker.lastFinished).toBe('6');
  });

  it('buries a record that fails for good and goes on with its key', async () => {
    const handled: number[] = [];
    const { work, aRaw, buried, tracker } = await aWorker({
      each: async ({ payload }) => {
        if (payload.seq === 1) throw new ValidationError([]);
        handled.push(payload.seq);
      },
    });

    expect(await work([aRaw(1), aRaw(2)])).toBeUndefined();
    expect(handled).toEqual([2]);
    expect(buried()).toMatchObject([{ offset: '1', category: 'non_retryable' }]);
    expect(tracker.lastFinished).toBe('2');
  });
});
