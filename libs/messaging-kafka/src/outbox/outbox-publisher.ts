import { type EntryPublisher, InternalError, type OutboxEntry } from '@caas/runtime';
import { type TenantId } from '@caas/schema';
import { type Kafka } from '../client/kafka.js';
import { type Envelope } from '../definitions/envelope.js';
import { type EventDefinition } from '../definitions/event.js';
import { type TenantPlacement } from '../definitions/topic-names.js';
import { type TopicDefinition } from '../definitions/topic.js';

export interface OutboxPublisherOptions {
  readonly kafka: Pick<Kafka, 'producer' | 'health'>;
  readonly topics: readonly TopicDefinition[];
  /** Where the tenant's topics are; `undefined` when the tenant is gone, and then what was to be told of it is as well. */
  readonly placementOf: (tenantId: TenantId) => Promise<TenantPlacement | undefined>;
}

/** Publishes what waited in an outbox, with the id, time and source that it was written with. */
export class OutboxPublisher implements EntryPublisher {
  readonly #options: OutboxPublisherOptions;
  readonly #topics: ReadonlyMap<string, TopicDefinition>;

  constructor(options: OutboxPublisherOptions) {
    this.#options = options;
    this.#topics = new Map(options.topics.map((topic) => [topic.family, topic]));
  }

  async publish({ eventId, tenantId, family, envelope }: OutboxEntry): Promise<void> {
    const topic = this.#topics.get(family);
    const shaped = envelope as unknown as Envelope;
    const event = topic?.events.find(({ type }) => type === shaped.type);
    // A process that does not know it yet: the one that wrote it was newer.
    if (topic === undefined || event === undefined) throw new InternalError(`No topic of this process carries ${family} ${shaped.type}.`);
    const tenant = tenantId === null ? undefined : await this.#placementOn(topic, tenantId);
    if (tenant === 'gone') return;
    await this.#options.kafka
      .producer(topic)
      .send<EventDefinition>({ ...optionsOf(shaped), event, id: eventId, ...(tenant && { tenant }) });
  }

  async isAvailable(): Promise<boolean> {
    try {
      await this.#options.kafka.health();
      return true;
    } catch {
      return false;
    }
  }

  async #placementOn({ scope }: TopicDefinition, tenantId: TenantId): Promise<TenantPlacement | 'gone'> {
    // Topics of the platform have one place, also for facts about a tenant that is gone.
    if (scope !== 'tenant') return { tenantId, plan: 'free' };
    return (await this.#options.placementOf(tenantId)) ?? 'gone';
  }
}

function optionsOf({ payload, timestamp, source, metadata, ...links }: Envelope) {
  const { application_id, correlation_id, causation_id, trace_id } = links;
  return {
    payload,
    timestamp,
    source,
    metadata,
    ...(application_id !== undefined && { applicationId: application_id }),
    ...(correlation_id !== undefined && { correlationId: correlation_id }),
    ...(causation_id !== undefined && { causationId: causation_id }),
    ...(trace_id !== undefined && { traceId: trace_id }),
  };
}
