import { asError } from '../client/errors.js';
import { type KafkaMetrics } from '../client/metrics.js';
import { type RawRecord } from '../consumer/raw-record.js';
import { type Envelope } from '../definitions/envelope.js';
import { type ProducerLane } from '../producer/lane.js';
import { type ValueEncoder } from '../registry/value-encoder.js';
import { type TracedRecord } from '../retry/retry-headers.js';
import { deadLetterOf, type Failure, resolvedLetterOf } from './dead-letter.js';
import { type DeadLetter, internalDlq } from './internal-dlq.js';

/** Writes dead letters. The consumer waits for it before the record's offset may pass: a record is never lost to a full or absent DLQ. */
export class DeadLetterWriter {
  readonly #options: { lane: ProducerLane; encoder: ValueEncoder; metrics: KafkaMetrics };

  constructor(options: { lane: ProducerLane; encoder: ValueEncoder; metrics: KafkaMetrics }) {
    this.#options = options;
  }

  /** Resolves once all in-sync replicas hold the dead letter; rejects with an `UnavailableError` when they do not. Repeats are harmless. */
  async write(record: TracedRecord, failure: Failure, family: string, envelope?: Envelope): Promise<void> {
    await this.#send(record.origin, deadLetterOf(record, failure, envelope));
    this.#options.metrics.deadLetters.labels(failure.group, family, failure.category).inc();
  }

  /** Tells whoever keeps the dead letters that the replay of one succeeded. Outcomes as of {@link DeadLetterWriter.write}. */
  resolve(record: TracedRecord, by: { readonly group: string; readonly at: number }): Promise<void> {
    return this.#send(record.origin, resolvedLetterOf(record, by));
  }

  #send(origin: RawRecord, letter: DeadLetter): Promise<void> {
    const { lane, encoder } = this.#options;
    return new Promise((resolve, reject) => {
      try {
        lane.enqueue({
          topic: internalDlq.family,
          key: origin.key ?? Buffer.from(`${origin.topic}:${origin.partition}:${origin.offset}`),
          value: encoder.encode(letter),
          headers: headersOf(letter.dlq_id, letter.tenant_id, encoder.contentType),
          queuedAt: performance.now(),
          onStored: () => resolve(),
          onFailed: reject,
        });
      } catch (error) {
        reject(asError(error));
      }
    });
  }
}

function headersOf(dlqId: string, tenantId: string | undefined, contentType: string): Record<string, string> {
  return { dlq_id: dlqId, content_type: contentType, ...(tenantId === undefined ? {} : { tenant_id: tenantId }) };
}
