import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { aRecord } from '../fixtures/fake-transport.fixture.js';
import { RecordQueue } from './record-queue.js';

const all = { recordsMax: Infinity, bytesMax: Infinity };

describe('RecordQueue', () => {
  it('gives out what it took, in order, within both limits, and never stands still', () => {
    const sizes = fc.array(fc.integer({ min: 1, max: 500 }), { maxLength: 60 });
    const limits = fc.record({ recordsMax: fc.integer({ min: 1, max: 10 }), bytesMax: fc.integer({ min: 1, max: 1_000 }) });
    fc.assert(
      fc.property(sizes, limits, (bytes, limit) => {
        const queue = new RecordQueue();
        const records = bytes.map((size, index) => aRecord(String(index), { bytes: size }).record);
        for (const record of records) queue.push(record);

        const batches = [];
        for (let batch = queue.take(limit); batch.length > 0; batch = queue.take(limit)) batches.push(batch);

        expect(batches.flat()).toEqual(records);
        for (const batch of batches) {
          const size = batch.reduce((sum, record) => sum + record.bytes, 0);
          expect(batch.length === 1 || (batch.length <= limit.recordsMax && size <= limit.bytesMax)).toBe(true);
        }
      }),
    );
  });

  it('counts right while pushing and taking alternate', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.nat(5), fc.nat(5)), { maxLength: 40 }), (steps) => {
        const queue = new RecordQueue();
        let expected = 0;
        for (const [pushed, taken] of steps) {
          for (let index = 0; index < pushed; index += 1) queue.push(aRecord('r').record);
          expected += pushed;
          if (taken > 0) expected -= queue.take({ recordsMax: taken, bytesMax: Infinity }).length;

          expect(queue.size).toBe(expected);
        }
        expect(queue.take(all)).toHaveLength(expected);
      }),
    );
  });
});
