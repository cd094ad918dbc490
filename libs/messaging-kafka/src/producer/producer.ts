import { AppError, type Distribution, type SendFence, type Tally, ValidationError } from '@caas/runtime';
import { asError } from '../client/errors.js';
import { isFollowing } from '../client/following.js';
import { type KafkaMetrics } from '../client/metrics.js';
import { PLATFORM_TENANT } from '../definitions/envelope.js';
import { resolveTopic, type TenantPlacement } from '../definitions/topic-names.js';
import { type TopicDefinition } from '../definitions/topic.js';
import { type ValueEncoder } from '../registry/value-encoder.js';
import { EventShaper } from './event-shape.js';
import { type DraftRecord, type ProducerLane } from './lane.js';
import { VALUE_BYTES_MAX } from './options.js';
import { type Producer, type SendOptions, type SendReceipt } from './types.js';

export interface TopicProducerOptions<Topic extends TopicDefinition> {
  readonly topic: Topic;
  readonly encoder: ValueEncoder;
  readonly lane: ProducerLane;
  readonly metrics: KafkaMetrics;
  /** Name of this service in the envelope. */
  readonly source: string;
  readonly fence?: SendFence | undefined;
}

const TOMBSTONE = 'tombstone';

/** {@link Producer} of one topic over the lane that carries it. One promise a record; counters are looked up once per type. */
export class TopicProducer<Topic extends TopicDefinition> implements Producer<Topic> {
  readonly #options: TopicProducerOptions<Topic>;
  readonly #shaper: EventShaper;
  readonly #outcomes = new Map<string, Outcomes>();

  constructor(options: TopicProducerOptions<Topic>) {
    this.#options = options;
    this.#shaper = new EventShaper({ topic: options.topic, source: options.source, contentType: options.encoder.contentType });
    for (const type of [TOMBSTONE, ...options.topic.events.map((event) => event.type)]) {
      this.#outcomes.set(type, new Outcomes(options.metrics, options.topic.family, type));
    }
  }

  send<Event extends Topic['events'][number]>(options: SendOptions<Event>): Promise<SendReceipt> {
    return new Promise((resolve, reject) => {
      const outcomes = this.#outcomesOf(options.event.type);
      try {
        const { envelope, key, headers } = this.#shaper.shape(options);
        const value = this.#options.encoder.encode(envelope);
        if (value.length > VALUE_BYTES_MAX) throw tooLarge(value.length);
        this.#enqueue({ tenant: options.tenant, key, value, headers, eventId: envelope.id, outcomes, resolve, reject });
      } catch (error) {
        outcomes.dropped(error);
        reject(asError(error));
      }
    });
  }

  tombstone(options: { readonly tenant?: TenantPlacement; readonly key: string }): Promise<Omit<SendReceipt, 'eventId'>> {
    return new Promise((resolve, reject) => {
      const outcomes = this.#outcomesOf(TOMBSTONE);
      try {
        if (this.#options.topic.cleanup === 'delete')
          throw new TypeError(`${this.#options.topic.family} is not compacted: it has no tombstones.`);
        const headers = { tenant_id: options.tenant?.tenantId ?? PLATFORM_TENANT };
        const settle = ({ topic, partition, offset }: SendReceipt): void => resolve({ topic, partition, offset });
        this.#enqueue({ tenant: options.tenant, key: options.key, value: null, headers, eventId: '', outcomes, resolve: settle, reject });
      } catch (error) {
        outcomes.dropped(error);
        reject(asError(error));
      }
    });
  }

  #outcomesOf(type: string): Outcomes {
    const outcomes = this.#outcomes.get(type);
    if (outcomes === undefined) throw new TypeError(`The topic ${this.#options.topic.family} does not carry the event ${type}.`);
    return outcomes;
  }

  #enqueue(record: Outgoing): void {
    const { topic, keyFor } = resolveTopic(this.#options.topic.family, record.tenant);
    const leave = record.tenant === undefined ? undefined : this.#options.fence?.enter(record.tenant, isFollowing);
    try {
      this.#options.lane.enqueue(new SentRecord({ sent: record, topic, key: keyFor(record.key), leave }));
    } catch (error) {
      leave?.();
      throw error;
    }
  }
}

interface Outgoing {
  readonly tenant: TenantPlacement | undefined;
  readonly key: string | null;
  readonly value: Buffer | null;
  readonly headers: Readonly<Record<string, string>>;
  /** Empty for a tombstone. */
  readonly eventId: string;
  readonly outcomes: Outcomes;
  resolve(receipt: SendReceipt): void;
  reject(error: Error): void;
}

/** One record on its way, which counts its outcome and tells its sender. */
class SentRecord implements DraftRecord {
  readonly topic: string;
  readonly key: Buffer | null;
  readonly value: Buffer | null;
  readonly headers: Readonly<Record<string, string>>;
  readonly queuedAt = performance.now();
  readonly #sent: Outgoing;
  readonly #leave: (() => void) | undefined;

  /** `leave` tells the fence that the outcome is known. */
  constructor({ sent, topic, key, leave }: { sent: Outgoing; topic: string; key: string | null; leave: (() => void) | undefined }) {
    this.#sent = sent;
    this.#leave = leave;
    this.topic = topic;
    this.key = key === null ? null : Buffer.from(key);
    this.value = sent.value;
    this.headers = sent.headers;
  }

  onStored(partition: number, offset: string): void {
    this.#leave?.();
    this.#sent.outcomes.stored(performance.now() - this.queuedAt);
    this.#sent.resolve({ topic: this.topic, partition, offset, eventId: this.#sent.eventId });
  }

  onFailed(error: AppError): void {
    this.#leave?.();
    this.#sent.outcomes.failed(error);
    this.#sent.reject(error);
  }
}

/** Counters of one type on one topic, looked up once. */
class Outcomes {
  readonly #metrics: KafkaMetrics;
  readonly #family: string;
  readonly #stored: Tally;
  readonly #failed: Tally;
  readonly #seconds: Distribution;

  constructor(metrics: KafkaMetrics, family: string, type: string) {
    this.#metrics = metrics;
    this.#family = family;
    this.#stored = metrics.producerRecords({ topic: family, type, status: 'ok' });
    this.#failed = metrics.producerRecords({ topic: family, type, status: 'error' });
    this.#seconds = metrics.producerSeconds({ topic: family });
  }

  stored(elapsedMs: number): void {
    this.#stored.inc();
    this.#seconds.observe(elapsedMs / 1_000);
  }

  failed(error: AppError): void {
    this.#failed.inc();
    this.#metrics.producerErrors.labels(this.#family, reasonOf(error)).inc();
  }

  dropped(error: unknown): void {
    this.#metrics.producerDropped.labels(this.#family, reasonOf(error)).inc();
  }
}

const reasonOf = (error: unknown): string =>
  error instanceof AppError ? (error.details.reason ?? error.code) : error instanceof Error ? error.name : 'unknown';

const tooLarge = (bytes: number): ValidationError =>
  new ValidationError([
    {
      field: '',
      code: 'max_bytes',
      message: `encodes to ${bytes} bytes; at most ${VALUE_BYTES_MAX} fit`,
      params: { max: VALUE_BYTES_MAX },
    },
  ]);
