import { type Logger } from '@caas/runtime';
import { Housekeeping } from '../consumer/housekeeping.js';
import { type GroupConsumer } from '../consumer/consumer.js';
import { type Consumer, type ConsumerHealth } from '../consumer/types.js';
import { type ParkedKeys } from './parked-keys.js';

export interface RetryingConsumerOptions {
  readonly main: GroupConsumer;
  /** The consumer of the group's retry topics. */
  readonly retry: GroupConsumer;
  readonly parked: ParkedKeys;
  readonly releaseIntervalMs: number;
  readonly logger: Logger;
}

/** A group that has retry topics, as one {@link Consumer}: the member that reads its topics, and the one that reads what it parked. */
export class RetryingConsumer implements Consumer {
  readonly #options: RetryingConsumerOptions;
  #chores: Housekeeping | undefined;

  constructor(options: RetryingConsumerOptions) {
    this.#options = options;
  }

  async start(): Promise<void> {
    const { main, retry, parked, releaseIntervalMs, logger } = this.#options;
    try {
      await Promise.all([main.start(), retry.start()]);
    } catch (error) {
      await this.stop();
      throw error;
    }
    this.#chores = new Housekeeping((error) => logger.warn({ err: error, group: main.health().group }, 'parked keys not looked up'));
    this.#chores.every(releaseIntervalMs, async () => {
      if (!parked.isEmpty) await parked.refresh();
    });
  }

  async stop(): Promise<void> {
    this.#chores?.end();
    await Promise.all([this.#options.main.stop(), this.#options.retry.stop()]);
    await this.#options.parked.idle();
  }

  /** Without a family both pause; with one, its records are taken neither from its topics nor, once they failed, from the retry topics. */
  pause(family?: string): void {
    this.#options.main.pause(family);
    this.#options.retry.pause();
  }

  resume(family?: string): void {
    const { main, retry } = this.#options;
    main.resume(family);
    if (main.health().pausedByRequest.length === 0) retry.resume();
  }

  /** Of the group's own topics; its retry topics are always the same. */
  lookForTopics(): Promise<void> {
    return this.#options.main.lookForTopics();
  }

  /** Both members join anew, with the credentials now in force. */
  async renew(): Promise<void> {
    await Promise.all([this.#options.main.renew(), this.#options.retry.renew()]);
  }

  /** Of the member that reads the topics; it is as well as the other one. */
  health(): ConsumerHealth {
    const { main, retry, parked } = this.#options;
    const [own, other] = [main.health(), retry.health()];
    const state = own.state === 'running' ? other.state : own.state;
    return { ...own, state, retry: { ...other, parkedKeys: parked.size } };
  }
}
