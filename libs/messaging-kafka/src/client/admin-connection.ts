import { type Logger, TimeoutError, withTimeout } from '@caas/runtime';
import { type Admin } from 'kafkajs';
import { translateKafkaError } from './errors.js';
import { createKafkaJs, timeoutsOf } from './kafkajs.js';
import { type KafkaConfig } from './types.js';

/** Partitions by topic. */
export type PartitionCounts = ReadonlyMap<string, number>;

interface Connection {
  readonly admin: Admin;
  readonly ready: Promise<void>;
}

/**
 * One lazily opened admin connection, shared by everything in the process that asks the cluster questions. After any failure it is thrown
 * away and the next question opens a new one: kafkajs keeps a link that no longer answers, its handshake has no time limit, and a topic
 * that was deleted after somebody asked for it makes every later answer an error.
 */
export class AdminConnection {
  readonly #config: KafkaConfig;
  readonly #logger: Logger;
  readonly #clientId: string;
  #connection: Connection | undefined;

  constructor(options: { config: KafkaConfig; clientId: string; logger: Logger }) {
    this.#config = options.config;
    this.#clientId = options.clientId;
    this.#logger = options.logger;
  }

  /** Asks one question. Rejects with one of our errors; `doing` completes "Kafka did not …". */
  async ask<Answer>(doing: string, question: (admin: Admin) => Promise<Answer>, timeoutMs?: number): Promise<Answer> {
    const { requestTimeoutMs } = timeoutsOf(this.#config);
    const connection = (this.#connection ??= this.#open());
    const limitMs = timeoutMs ?? requestTimeoutMs * 3;
    const asked = connection.ready.then(() => question(connection.admin));
    try {
      return await withTimeout(limitMs, asked, () => new TimeoutError(`Kafka did not ${doing} within ${limitMs} ms.`));
    } catch (error) {
      asked.catch(() => undefined);
      // Another question failed and took the connection away under this one: kafkajs then misses its metadata before it sends anything.
      if (error instanceof TypeError && this.#connection !== connection) return this.ask(doing, question, timeoutMs);
      this.#discard(connection);
      throw translateKafkaError(error, doing);
    }
  }

  /** Partitions of every topic that this user may see. One request, whatever their number. */
  partitionCounts(): Promise<PartitionCounts> {
    return this.ask('describe its topics', async (admin) => {
      const { topics } = await admin.fetchTopicMetadata();
      return new Map(topics.map(({ name, partitions }) => [name, partitions.length]));
    });
  }

  /** Connects with the credentials now in force and then lets go of the old connection; questions that were asked on it are answered. Never rejects. */
  async renew(): Promise<void> {
    const old = this.#connection;
    if (old === undefined) return;
    const fresh = this.#open();
    const stands = await fresh.ready.then(
      () => true,
      () => false,
    );
    if (!stands || this.#connection !== old) {
      this.#discard(fresh);
      return this.#discard(old); // the next question connects
    }
    this.#connection = fresh;
    await old.admin.disconnect().catch(() => undefined);
  }

  async close(): Promise<void> {
    const connection = this.#connection;
    this.#connection = undefined;
    await connection?.ready.catch(() => undefined);
    await connection?.admin.disconnect().catch(() => undefined);
  }

  #open(): Connection {
    const retry = { initialRetryTime: 100, maxRetryTime: 1_000, retries: 3 };
    const admin = createKafkaJs({ config: this.#config, clientId: this.#clientId, logger: this.#logger, retry }).admin();
    return { admin, ready: admin.connect() };
  }

  /** Also what failed to connect holds a socket. */
  #discard(connection: Connection): void {
    if (this.#connection === connection) this.#connection = undefined;
    connection.admin.disconnect().catch(() => undefined);
  }
}
