import { setTimeout as wait } from 'node:timers/promises';
import { type BackgroundJob, type Services } from '@caas/composition';
import { type Consumer, type ConsumerDefinition, type DecodedRecord, defineConsumer } from '@caas/messaging-kafka';
import { platformEvents } from './platform-events.topic.js';

/** A fact about a tenant or what belongs to it. */
export type PlatformEvent = DecodedRecord<typeof platformEvents>;

/** Between two tries to join, while Kafka is away. */
const RETRY_MS = 5_000;

export interface PlatformFollowerOptions {
  /** `gateway`, `worker`…: part of the group's name, which rights go by. */
  readonly service: string;
  /** Told of every fact from now on, in the order of each tenant. Must not reject: what it forgets costs nothing to forget twice. */
  readonly onEvent: (event: PlatformEvent) => Promise<void> | void;
}

/**
 * Tells this process what happens to tenants and what belongs to them, so that it can forget what it has cached. Each process has a group of its own and sees
 * everything. The process works without: caches forget by themselves after some seconds, topics are looked for every minute.
 */
export class PlatformFollower implements BackgroundJob {
  readonly name = 'platform-events';
  readonly #kafka: Services['kafka'];
  readonly #logger: Services['logger'];
  readonly #definition: ConsumerDefinition;
  readonly #stop = new AbortController();
  #consumer: Consumer | undefined;
  #joining: Promise<void> = Promise.resolve();

  constructor({ kafka, logger, instanceId }: Pick<Services, 'kafka' | 'logger' | 'instanceId'>, options: PlatformFollowerOptions) {
    const { service, onEvent } = options;
    this.#kafka = kafka;
    this.#logger = logger;
    this.#definition = defineConsumer({
      group: `cache.${service}.${instanceId.slice(instanceId.lastIndexOf('-') + 1)}`,
      topics: [platformEvents],
      startFrom: 'latest',
      lanes: 1,
      each: async (record) => onEvent(record),
    });
  }

  /** Joins in the background: nothing waits for it, and Kafka may be away. */
  start(): void {
    this.#kafka.events.on('fatal', ({ group }) => {
      if (group === this.#definition.group && !this.#stop.signal.aborted) this.#joining = this.#join();
    });
    this.#joining = this.#join();
  }

  async stop(): Promise<void> {
    this.#stop.abort();
    await this.#consumer?.stop();
    await this.#joining;
  }

  /** `joining` until the first facts can come. */
  health(): { readonly state: string } {
    return { state: this.#consumer?.health().state ?? 'joining' };
  }

  async #join(): Promise<void> {
    const { signal } = this.#stop;
    while (!signal.aborted) {
      const consumer = this.#kafka.consumer(this.#definition);
      this.#consumer = consumer;
      try {
        return await consumer.start();
      } catch (error) {
        this.#logger.warn({ err: error, group: this.#definition.group }, 'what happens to tenants is not heard of for a while');
        await consumer.stop();
        await wait(RETRY_MS, undefined, { signal, ref: false }).catch(() => undefined);
      }
    }
  }
}
