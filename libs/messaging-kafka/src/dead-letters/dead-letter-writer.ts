import { asError } from '../client/errors.js';
import { type KafkaMetrics } from '../client/metrics.js';
import { type RawRecord } from '../consumer/raw-record.js';
import { type Envelope } from '../definitions/envelope.js';
import { type ProducerLane } from '../producer/lane.js';
import { type ValueEncoder } from '../registry/value-encoder.js';
import { deadLetterOf, type Failure } from './dead-letter.js';
import { internalDlq } from './internal-dlq.js';

/** Writes dead letters. The consumer waits for it before the record's offset may pass: a record is never lost to a full or absent DLQ. */
export class DeadLetterWriter {
  readonly #options: { lane: ProducerLane; encoder: ValueEncoder; metrics: KafkaMetrics };

  constructor(options: { lane: ProducerLane; encoder: ValueEncoder; metrics: KafkaMetrics }) {
    this.#options = options;
  }

  /** Resolves once all in-sync replicas hold the dead letter; rejects with an `UnavailableError` when they do not. Repeats are harmless. */
  write(raw: RawRecord, failure: Failure, family: string, envelope?: Envelope): Promise<void> {
    const { lane, encoder, metrics } = this.#options;
    const letter = deadLetterOf(raw, failure, envelope);
    return new Promise((resolve, reject) => {
      try {
        lane.enqueue({
          topic: internalDlq.family,
          key: raw.key ?? Buffer.from(`${raw.topic}:${raw.partition}:${raw.offset}`),
          value: encoder.encode(letter),
          headers: headersOf(letter.dlq_id, letter.tenant_id, encoder.contentType),
          queuedAt: performance.now(),
          onStored: () => {
            metrics.deadLetters.labels(failure.group, family, failure.category).inc();
            resolve();
          },
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
