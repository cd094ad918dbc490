import { createRequire } from 'node:module';
import { ByteWriter } from './byte-writer.js';
import { type PlainMessage, writeRecordBatch } from './record-batch.js';

/** What kafkajs gives to the encoder of a produce request, as far as it concerns us. */
export interface ProduceInput {
  readonly acks: number;
  readonly timeout: number;
  readonly transactionalId?: string | null;
  readonly producerId?: number;
  readonly producerEpoch?: number;
  readonly compression?: number;
  readonly topicData: readonly TopicData[];
}

interface TopicData {
  readonly topic: string;
  readonly partitions: readonly {
    readonly partition: number;
    readonly firstSequence?: number;
    readonly messages: readonly ProducedMessage[];
  }[];
}

interface ProducedMessage {
  readonly key?: unknown;
  readonly value?: unknown;
  readonly headers?: Readonly<Record<string, unknown>>;
  readonly timestamp?: unknown;
}

/** As kafkajs's own `Encoder`, as far as a request is asked for it. */
interface Encoded {
  readonly buf: Buffer;
  readonly buffer: Buffer;
  size(): number;
}

/** A request as kafkajs sends it. */
export interface ProduceRequest {
  readonly encode: () => Promise<Encoded>;
}
type MakeRequest = (input: ProduceInput) => ProduceRequest;

const NONE = 0;
const SNAPPY = 2;
/** Smaller batches are not worth it: compressing two messages costs more than writing them does. */
const SNAPPY_FROM_BYTES = 4 * 1_024;

const require = createRequire(import.meta.url);

/**
 * Has kafkajs encode produce requests of our producers in one pass. Its own encoder allocates a buffer for every header of every record, which
 * was the largest part of a send's cost. The bytes are the same (a spec compares them), but that small batches are not compressed; what is not of our records' form goes the old way.
 * kafkajs loads the encoder at the first request, so this takes effect when called before.
 */
export function encodeProduceRequestsInOnePass(): void {
  const path = require.resolve('kafkajs/src/protocol/requests/produce/v3/request.js');
  const original = require(path) as MakeRequest;
  const module = require.cache[path];
  if (module === undefined || module.exports !== original) return;
  module.exports = produceRequest(original);
}

/** Wraps kafkajs's `Produce` v3 to v7: the request as it was, with another encoder. */
export function produceRequest(original: MakeRequest, { snappyFromBytes = SNAPPY_FROM_BYTES } = {}): MakeRequest {
  return (input) => {
    const request = original(input);
    return isOurs(input) ? { ...request, encode: () => Promise.resolve(encoded(encodeProduce(input, snappyFromBytes))) } : request;
  };
}

function isOurs({ transactionalId, producerId = -1, compression = NONE, topicData }: ProduceInput): boolean {
  if ((transactionalId ?? null) !== null || typeof producerId !== 'number' || (compression !== NONE && compression !== SNAPPY))
    return false;
  return topicData.every(({ partitions }) => partitions.every(({ messages }) => messages.every(isPlain)));
}

function isPlain({ key, value, headers, timestamp }: ProducedMessage): boolean {
  if (timestamp !== undefined || !isBytes(key) || !isBytes(value)) return false;
  for (const name in headers) if (typeof headers[name] !== 'string') return false;
  return true;
}

const isBytes = (value: unknown): boolean => value === null || Buffer.isBuffer(value);

function encoded(bytes: Buffer): Encoded {
  return { buf: bytes, buffer: bytes, size: () => bytes.length };
}

const request = new ByteWriter();

/** `Produce` v3–v7: transactional_id acks timeout [topic [partition record_set]]; https://kafka.apache.org/protocol#The_Messages_Produce */
function encodeProduce(input: ProduceInput, snappyFromBytes: number): Buffer {
  const { acks, timeout, compression = NONE, producerId = -1, producerEpoch = 0, topicData } = input;
  const now = Date.now();
  request.at = 0;
  request.int16(-1); // no transaction
  request.int16(acks);
  request.int32(timeout);
  request.int32(topicData.length);
  for (const { topic, partitions } of topicData) {
    request.string(topic);
    request.int32(partitions.length);
    for (const { partition, messages, firstSequence = 0 } of partitions) {
      request.int32(partition);
      writeRecordBatch(request, messages as readonly PlainMessage[], {
        now,
        snappyFromBytes: compression === SNAPPY ? snappyFromBytes : Infinity,
        producer: producerId,
        producerEpoch,
        firstSequence,
      });
    }
  }
  return request.copy(0);
}
