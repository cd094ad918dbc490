import { describe, expect, it, jest } from '@jest/globals';
import fc from 'fast-check';
import { createRequire } from 'node:module';
import { type ProduceInput, produceRequest, type ProduceRequest } from './produce-request.js';

const require = createRequire(import.meta.url);
/** kafkajs's own request: taken before our client, which registers snappy, replaces it. */
const kafkajs = require('kafkajs/src/protocol/requests/produce/v3/request.js') as (input: ProduceInput) => ProduceRequest;
await import('./kafkajs.js');
const ours = produceRequest(kafkajs, { snappyFromBytes: 0 });

const bytes = fc.oneof(
  fc.constant(null),
  fc.uint8Array({ maxLength: 300 }).map((array) => Buffer.from(array)),
);
const message = fc.record({
  key: bytes,
  value: bytes,
  headers: fc.dictionary(fc.string({ minLength: 1, maxLength: 20, unit: 'grapheme' }), fc.string({ maxLength: 200, unit: 'grapheme' }), {
    maxKeys: 12,
  }),
});
const input = fc.record({
  acks: fc.constantFrom(-1, 1),
  timeout: fc.nat(60_000),
  compression: fc.constantFrom(0, 2),
  producerId: fc.constant(-1),
  producerEpoch: fc.constantFrom(0, 7),
  topicData: fc.array(
    fc.record({
      topic: fc.stringMatching(/^[a-z.]{1,30}$/),
      partitions: fc.array(
        fc.record({ partition: fc.nat(100), firstSequence: fc.nat(1_000), messages: fc.array(message, { minLength: 1, maxLength: 80 }) }),
        { minLength: 1, maxLength: 4 },
      ),
    }),
    { minLength: 1, maxLength: 3 },
  ),
});

describe('a produce request in one pass', () => {
  it('is what our client has kafkajs send', () => {
    expect(require('kafkajs/src/protocol/requests/produce/v3/request.js')).not.toBe(kafkajs);
  });

  it('has the bytes that kafkajs writes', async () => {
    jest.useFakeTimers({ now: 1_700_000_000_123, doNotFake: ['nextTick', 'queueMicrotask'] });
    try {
      await fc.assert(
        fc.asyncProperty(input, async (request) => {
          const [expected, actual] = await Promise.all([kafkajs(request).encode(), ours(request).encode()]);
          expect(actual.buffer.equals(expected.buffer)).toBe(true);
          expect(actual.size()).toBe(expected.size());
        }),
        { numRuns: 300 },
      );
    } finally {
      jest.useRealTimers();
    }
  });

  it('compresses a batch from 4 KiB on', async () => {
    jest.useFakeTimers({ now: 1_700_000_000_123, doNotFake: ['nextTick', 'queueMicrotask'] });
    try {
      const request = (count: number, compression: number): ProduceInput => ({
        acks: -1,
        timeout: 1,
        compression,
        topicData: [
          {
            topic: 't',
            partitions: [{ partition: 0, messages: Array.from({ length: count }, () => ({ key: null, value: Buffer.alloc(1_000) })) }],
          },
        ],
      });
      const bytesOf = async (make: typeof ours, input: ProduceInput): Promise<Buffer> => (await make(input).encode()).buffer;

      expect(await bytesOf(produceRequest(kafkajs), request(4, 2))).toEqual(await bytesOf(kafkajs, request(4, 0)));
      expect(await bytesOf(produceRequest(kafkajs), request(5, 2))).toEqual(await bytesOf(kafkajs, request(5, 2)));
    } finally {
      jest.useRealTimers();
    }
  });

  it('is not used for what our producers do not send', () => {
    const withMessage = (over: object, rest: object = {}): ProduceInput => ({
      acks: -1,
      timeout: 1,
      compression: 0,
      topicData: [{ topic: 't', partitions: [{ partition: 0, messages: [{ key: null, value: null, headers: {}, ...over }] }] }],
      ...rest,
    });
    const probe = jest.fn((): ProduceRequest => ({ encode: () => Promise.reject(new Error('the old way')) }));
    const make = produceRequest(probe);
    const isOld = (request: ProduceInput): Promise<boolean> =>
      make(request)
        .encode()
        .then(
          () => false,
          () => true,
        );
    return Promise.all([
      expect(isOld(withMessage({}))).resolves.toBe(false),
      expect(isOld(withMessage({ timestamp: '1' }))).resolves.toBe(true),
      expect(isOld(withMessage({ key: 'text' }))).resolves.toBe(true),
      expect(isOld(withMessage({ headers: { a: ['1', '2'] } }))).resolves.toBe(true),
      expect(isOld(withMessage({}, { compression: 1 }))).resolves.toBe(true),
      expect(isOld(withMessage({}, { transactionalId: 'x' }))).resolves.toBe(true),
    ]);
  });
});
