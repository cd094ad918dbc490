import { type Logger } from '@caas/runtime';
import { type Redis } from 'ioredis';

export interface Subscription {
  onMessage(message: string): void;
  /** The connection was lost or regained: messages may have been missed. */
  onGap?(): void;
}

/**
 * The one connection of a process that listens. Made with the first subscription; after a loss it reconnects and subscribes again by
 * itself. Messages sent meanwhile are lost: that is how pub/sub works, and why subscribers hear of gaps.
 */
export class Subscriber {
  readonly #commands: Redis;
  readonly #logger: Logger;
  readonly #subscriptions = new Map<string, Subscription>();
  #connection: Redis | undefined;
  #connected = false;
  #closed = false;

  constructor(commands: Redis, logger: Logger) {
    this.#commands = commands;
    this.#logger = logger;
  }

  /** Starts listening; one subscription per channel, a later one takes its place. Resolves when Redis confirmed it. */
  async subscribe(channel: string, subscription: Subscription): Promise<void> {
    if (this.#closed) return;
    this.#subscriptions.set(channel, subscription);
    await this.#connect().subscribe(channel);
  }

  async close(): Promise<void> {
    this.#closed = true;
    this.#subscriptions.clear();
    this.#connection?.disconnect();
    this.#connection = undefined;
  }

  #connect(): Redis {
    if (this.#connection !== undefined) return this.#connection;
    const { connectionName } = this.#commands.options;
    const connection = this.#commands.duplicate({
      lazyConnect: false,
      connectionName: `${connectionName ?? 'caas'}:subscriber`,
      enableOfflineQueue: true, // only subscriptions are queued, one per channel
      maxRetriesPerRequest: null,
      commandTimeout: undefined,
      autoResubscribe: false, // ioredis leaves the rejection unhandled when the connection is lost again meanwhile
    });
    connection.on('message', (channel: string, message: string) => this.#subscriptions.get(channel)?.onMessage(message));
    connection.on('error', (error: Error) => this.#logger.warn({ err: error }, 'redis subscriber connection failed'));
    connection.on('ready', () => void this.#resubscribe(connection));
    connection.on('close', () => this.#changed(false));
    this.#connection = connection;
    return connection;
  }

  /** The gap ends when Redis has confirmed every channel. Never rejects: a connection that is lost meanwhile is followed by another. */
  async #resubscribe(connection: Redis): Promise<void> {
    try {
      await connection.subscribe(...this.#subscriptions.keys());
      this.#changed(true);
    } catch (error) {
      this.#logger.warn({ err: error }, 'redis channels could not be subscribed again');
    }
  }

  /** Failed attempts to reconnect are no change: subscribers hear of a gap at its begin and at its end. */
  #changed(connected: boolean): void {
    if (this.#connected === connected) return;
    this.#connected = connected;
    for (const subscription of this.#subscriptions.values()) subscription.onGap?.();
  }
}
