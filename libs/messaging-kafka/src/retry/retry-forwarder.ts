import { asError } from '../client/errors.js';
import { type KafkaMetrics } from '../client/metrics.js';
import { type RawHeaders } from '../consumer/raw-record.js';
import { type ProducerLane } from '../producer/lane.js';
import { onwardHeaders, type Onward, type TracedRecord } from './retry-headers.js';
import { retryTopic } from './retry-topics.js';

/** Where a forwarded record lies now. */
export interface Forwarded {
  readonly tier: number;
  readonly partition: number;
  readonly offset: number;
}

/** Writes records to retry topics: the same key and bytes, under further headers. */
export class RetryForwarder {
  readonly #lane: ProducerLane;
  readonly #metrics: Pick<KafkaMetrics, 'retries'>;

  constructor(options: { lane: ProducerLane; metrics: Pick<KafkaMetrics, 'retries'> }) {
    this.#lane = options.lane;
    this.#metrics = options.metrics;
  }

  /**
   * Resolves once all in-sync replicas hold the record, and rejects with an `UnavailableError` when they do not, or perhaps do not. The offset
   * may pass only after this; a repeat is harmless.
   */
  forward(record: TracedRecord, tier: number, onward: Onward): Promise<Forwarded> {
    const { key, value } = record.origin;
    return new Promise((resolve, reject) => {
      try {
        this.#lane.enqueue({
          topic: retryTopic(onward.group, tier),
          key,
          value,
          headers: asTexts(onwardHeaders(record, onward)),
          queuedAt: performance.now(),
          onStored: (partition, offset) => {
            this.#metrics.retries.labels(onward.group, String(tier)).inc();
            resolve({ tier, partition, offset: Number(offset) });
          },
          onFailed: reject,
        });
      } catch (error) {
        reject(asError(error));
      }
    });
  }
}

/** UTF-8 as text, which is encoded in one pass; whatever else as it is. */
function asTexts(headers: RawHeaders): RawHeaders {
  const texts: Record<string, RawHeaders[string]> = {};
  for (const [name, value] of Object.entries(headers)) {
    const text = Buffer.isBuffer(value) ? value.toString() : undefined;
    texts[name] = text !== undefined && Buffer.from(text).equals(value as Buffer) ? text : value;
  }
  return texts;
}
