import { describe, expect, it } from '@jest/globals';
import { UnavailableError } from '@caas/runtime';
import fc from 'fast-check';
import { aRecord, type Fate, FakeTransport, type Sent } from '../fixtures/fake-transport.fixture.js';
import { GatedBatcher } from './gated-batcher.js';

/** Short pauses; far more time than a spec takes. */
const quick = { backoffMs: 1 };
/** Gives up soon. */
const hasty = { backoffMs: 1, deliveryTimeoutMs: 30, requestTimeoutMs: 30 };
const names = (request: readonly { message: { value: Buffer | null } }[] | undefined): string[] =>
  (request ?? []).map(({ message }) => message.value?.toString() ?? '');
const outcomesOf = (sent: readonly Sent[]): Promise<Awaited<Sent['outcome']>[]> => Promise.all(sent.map(({ outcome }) => outcome));
const reasonOf = (outcome: Awaited<Sent['outcome']>): string | undefined => ('error' in outcome ? outcome.error.details?.reason : 'stored');
const aTurn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

describe('GatedBatcher', () => {
  it('sends what came in one turn of the event loop as one request', async () => {
    const transport = new FakeTransport();
    const batcher = new GatedBatcher(transport);
    const sent = ['a', 'b', 'c'].map((name) => aRecord(name));
    for (const { record } of sent) batcher.push(record);

    const outcomes = await outcomesOf(sent);

    expect(transport.requests.map(names)).toEqual([['a', 'b', 'c']]);
    expect(outcomes).toEqual([{ offset: '0' }, { offset: '1' }, { offset: '2' }]);
  });

  it('gathers what comes while a request is under way into the next one', async () => {
    const transport = new FakeTransport();
    const batcher = new GatedBatcher(transport);
    const first = aRecord('a');
    batcher.push(first.record);
    await aTurn();
    const later = ['b', 'c', 'd'].map((name) => aRecord(name));
    for (const { record } of later) batcher.push(record);

    await outcomesOf([first, ...later]);

    expect(transport.requests.map(names)).toEqual([['a'], ['b', 'c', 'd']]);
  });

  it('gives records of several topics and partitions their own offsets', async () => {
    const batcher = new GatedBatcher(new FakeTransport());
    const places = [
      ['t', 0],
      ['t', 1],
      ['u', 0],
      ['t', 0],
      ['u', 0],
    ] as const;
    const sent = places.map(([topic, partition], index) => aRecord(String(index), { topic, partition }));
    for (const { record } of sent) batcher.push(record);

    const outcomes = await outcomesOf(sent);

    expect(outcomes).toEqual([{ offset: '0' }, { offset: '0' }, { offset: '0' }, { offset: '1' }, { offset: '1' }]);
  });

  it('holds every request to both caps', async () => {
    const transport = new FakeTransport();
    const batcher = new GatedBatcher(transport, { recordsMax: 3, bytesMax: 250 });
    const sent = [100, 100, 100, 10, 10, 10, 10, 900, 10].map((bytes, index) => aRecord(String(index), { bytes }));
    for (const { record } of sent) batcher.push(record);

    await outcomesOf(sent);

    expect(transport.requests.map(names)).toEqual([['0', '1'], ['2', '3', '4'], ['5', '6'], ['7'], ['8']]);
  });

  it('refuses more records than may wait, without taking them', async () => {
    const transport = new FakeTransport();
    const batcher = new GatedBatcher(transport, { queueRecordsMax: 2 });
    const sent = ['a', 'b'].map((name) => aRecord(name));
    for (const { record } of sent) batcher.push(record);

    expect(() => batcher.push(aRecord('c').record)).toThrow(
      expect.objectContaining({ code: 'SYS_UNAVAILABLE', details: { reason: 'PRODUCER_QUEUE_FULL', retryAfterSeconds: 1 } }),
    );
    await outcomesOf(sent);
    expect(transport.requests.map(names)).toEqual([['a', 'b']]);
  });

  describe('when a try fails', () => {
    it('sends the same records again, and nothing else before them', async () => {
      const transport = new FakeTransport(['fail', 'lost_ack', 'ack']);
      const batcher = new GatedBatcher(transport, quick);
      const first = aRecord('a');
      batcher.push(first.record);
      await aTurn();
      const second = aRecord('b');
      batcher.push(second.record);

      const outcomes = await outcomesOf([first, second]);

      expect(transport.requests.map(names)).toEqual([['a'], ['a'], ['a'], ['b']]);
      expect(transport.logs.get('t/0')).toEqual(['a', 'a', 'b']);
      expect(outcomes).toEqual([{ offset: '1' }, { offset: '2' }]);
    });

    it('replaces the connection after every second try without an answer', async () => {
      const transport = new FakeTransport(['fail', 'fail', 'fail', 'ack']);
      const batcher = new GatedBatcher(transport, quick);
      const sent = aRecord('a');
      batcher.push(sent.record);

      await sent.outcome;

      expect(transport.replaced).toEqual(['two tries without an answer']);
    });

    it('tells the sender that the outcome is unknown once the time is up, and replaces the connection', async () => {
      const transport = new FakeTransport(Array<Fate>(200).fill('fail'));
      const batcher = new GatedBatcher(transport, hasty);
      const sent = aRecord('a');
      batcher.push(sent.record);

      const [outcome] = await outcomesOf([sent]);

      expect(outcome).toMatchObject({
        error: { code: 'SYS_UNAVAILABLE', retryable: true, details: { reason: 'DELIVERY_UNKNOWN', retryAfterSeconds: 1 } },
      });
      expect(transport.replaced.at(-1)).toBe('the outcome of a request is unknown');
    });

    it('does not wait for a client that never answers', async () => {
      const transport = new FakeTransport(['hang']);
      const batcher = new GatedBatcher(transport, hasty);
      const stuck = aRecord('a');
      batcher.push(stuck.record);
      expect(reasonOf(await stuck.outcome)).toBe('DELIVERY_UNKNOWN');

      const next = aRecord('b');
      batcher.push(next.record);
      expect(reasonOf(await next.outcome)).toBe('stored');
    });

    it('tells records that waited too long that they were never sent', async () => {
      const transport = new FakeTransport();
      const batcher = new GatedBatcher(transport, quick);
      const old = aRecord('old', { queuedAt: performance.now() - 10_001 });
      const fresh = aRecord('fresh');
      batcher.push(old.record);
      batcher.push(fresh.record);

      expect((await outcomesOf([old, fresh])).map(reasonOf)).toEqual(['DELIVERY_EXPIRED', 'stored']);
      expect(transport.requests.map(names)).toEqual([['fresh']]);
    });
  });

  describe('when the broker refuses', () => {
    it('fails only the records of the refused topic', async () => {
      const transport = new FakeTransport();
      transport.missingTopic = 'gone';
      const batcher = new GatedBatcher(transport, quick);
      const sent = [aRecord('a', { topic: 'here' }), aRecord('b', { topic: 'gone' }), aRecord('c', { topic: 'here' })];
      for (const { record } of sent) batcher.push(record);

      const [a, b, c] = await outcomesOf(sent);

      expect([a, c]).toEqual([{ offset: '0' }, { offset: '1' }]);
      expect(b !== undefined && 'error' in b && b.error).toBeInstanceOf(UnavailableError);
    });

    it('tells everybody at once when no try can succeed', async () => {
      const transport = new FakeTransport(['refuse_all']);
      const batcher = new GatedBatcher(transport, quick);
      const sent = ['a', 'b'].map((name) => aRecord(name));
      for (const { record } of sent) batcher.push(record);

      const outcomes = await outcomesOf(sent);

      expect(outcomes.every((outcome) => 'error' in outcome)).toBe(true);
      expect(transport.requests).toHaveLength(1);
    });
  });

  describe('close', () => {
    it('sends what waits, then refuses, then closes the connection', async () => {
      const transport = new FakeTransport();
      const batcher = new GatedBatcher(transport, { recordsMax: 1 });
      const sent = ['a', 'b', 'c'].map((name) => aRecord(name));
      for (const { record } of sent) batcher.push(record);

      const left = await batcher.close();

      expect(left).toBe(0);
      expect((await outcomesOf(sent)).map(reasonOf)).toEqual(['stored', 'stored', 'stored']);
      expect(transport.closed).toBe(true);
      expect(() => batcher.push(aRecord('d').record)).toThrow(
        expect.objectContaining({ details: { reason: 'PRODUCER_CLOSED', retryAfterSeconds: 1 } }),
      );
    });

    it('gives up after its limit, tells what was left, and reports the number', async () => {
      const transport = new FakeTransport(['hang']);
      const batcher = new GatedBatcher(transport, { recordsMax: 1, flushTimeoutMs: 20, requestTimeoutMs: 1_000, deliveryTimeoutMs: 1_000 });
      const sent = ['a', 'b', 'c'].map((name) => aRecord(name));
      for (const { record } of sent) batcher.push(record);
      await aTurn();

      const left = await batcher.close();

      expect(left).toBe(2);
      expect((await outcomesOf(sent.slice(1))).map(reasonOf)).toEqual(['PRODUCER_CLOSED', 'PRODUCER_CLOSED']);
    });
  });

  it('whatever the broker does: settles every record, stores every acknowledged one, keeps first occurrences in order', async () => {
    const fates = fc.array(fc.constantFrom<Fate>('ack', 'ack', 'lost_ack', 'fail', 'hang'), { maxLength: 12 });
    const arrivals = fc.array(fc.record({ partition: fc.nat(2), waits: fc.boolean() }), { minLength: 1, maxLength: 40 });
    await fc.assert(
      fc.asyncProperty(fates, arrivals, fc.integer({ min: 1, max: 7 }), async (plan, pushes, recordsMax) => {
        const transport = new FakeTransport(plan);
        const batcher = new GatedBatcher(transport, { recordsMax, backoffMs: 1, deliveryTimeoutMs: 8, requestTimeoutMs: 4 });
        const sent: (Sent & { partition: number })[] = [];
        for (const [index, { partition, waits }] of pushes.entries()) {
          const record = aRecord(String(index), { partition });
          sent.push({ ...record, partition });
          batcher.push(record.record);
          if (waits) await aTurn();
        }

        const outcomes = await outcomesOf(sent);

        expect(transport.inFlightMax).toBeLessThanOrEqual(1);
        for (const partition of [0, 1, 2]) {
          const log = transport.logs.get(`t/${partition}`) ?? [];
          const acked = sent
            .filter((entry, index) => entry.partition === partition && 'offset' in (outcomes[index] ?? {}))
            .map(({ name }) => name);
          expect(acked.every((name) => log.includes(name))).toBe(true);
          expect([...new Set(log)].filter((name) => acked.includes(name))).toEqual(acked);
        }
      }),
      { numRuns: 150 },
    );
  });
});
