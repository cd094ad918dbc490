import { randomBytes } from 'node:crypto';
import { chatEvents } from '@caas/chat';
import { connectKafka, defineConsumer, type EventRecord, type Kafka } from '@caas/messaging-kafka';
import { createLogger, Metrics } from '@caas/runtime';
import { platformEvents } from '@caas/tenancy';
import { kafkaAccess } from './kafka-access.fixture.js';

/** What a record on a topic says, with where it lies. */
export type SeenEvent = Pick<EventRecord, 'topic' | 'key' | 'tenantId' | 'type' | 'id' | 'envelope' | 'headers'>;

/** Everything that is published on `chat.events` and `platform.events` from now on, as a consumer of its own sees it. */
export class EventLog {
  readonly #seen: SeenEvent[] = [];
  readonly #kafka: Kafka;

  private constructor(kafka: Kafka) {
    this.#kafka = kafka;
  }

  static async follow(): Promise<EventLog> {
    const kafka = await connectKafka({
      config: kafkaAccess(),
      logger: createLogger({ service: 'spec', level: 'silent' }),
      metrics: new Metrics({ service: 'spec', defaults: false }),
      clientId: 'caas-e2e',
      topics: [chatEvents, platformEvents],
    });
    const log = new EventLog(kafka);
    const consumer = kafka.consumer(
      defineConsumer({
        group: `e2e.${randomBytes(6).toString('hex')}`,
        topics: [chatEvents, platformEvents],
        startFrom: 'latest',
        each: (record) => {
          if (record.kind === 'event') log.#seen.push(record);
          return Promise.resolve();
        },
      }),
    );
    await consumer.start();
    return log;
  }

  /** What was seen of a tenant, in order. */
  of(tenantId: string): SeenEvent[] {
    return this.#seen.filter((event) => event.tenantId === tenantId);
  }

  async end(): Promise<void> {
    await this.#kafka.close();
  }
}
