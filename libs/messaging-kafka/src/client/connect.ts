import {
  type Clock,
  type CrashMarkers,
  type Logger,
  type Login,
  type Metrics,
  type SendFence,
  systemClock,
  TypedEmitter,
} from '@caas/runtime';
import { GroupConsumer, type GroupConsumerOptions } from '../consumer/consumer.js';
import { consumerOptions } from '../consumer/options.js';
import { type Consumer, type ConsumerDefinition } from '../consumer/types.js';
import { KafkaDeadLetterTools } from '../dead-letters/dead-letter-tools.js';
import { type DeadLetterTools } from '../dead-letters/types.js';
import { DeadLetterWriter } from '../dead-letters/dead-letter-writer.js';
import { internalDlq } from '../dead-letters/internal-dlq.js';
import { type TopicDefinition } from '../definitions/topic.js';
import { KafkaGroupAdmin } from '../groups/group-admin.js';
import { ProducerLanes } from '../producer/lanes.js';
import { TopicProducer } from '../producer/producer.js';
import { type Producer } from '../producer/types.js';
import { HttpRegistry } from '../registry/http-registry.js';
import { SchemaCatalogue } from '../registry/schema-catalogue.js';
import { SchemaIds } from '../registry/schema-ids.js';
import { type RegistryClient } from '../registry/types.js';
import { KafkaAclAdmin } from '../security/acl-admin.js';
import { tryLogin } from '../security/login-trial.js';
import { KafkaScramAdministration } from '../security/scram.js';
import { KafkaTopicAdmin } from '../topics/topic-admin.js';
import { KafkaRetryLog } from '../retry/kafka-retry-log.js';
import { ParkedKeys } from '../retry/parked-keys.js';
import { RETRY_DEFAULTS } from '../retry/policy.js';
import { RetryForwarder } from '../retry/retry-forwarder.js';
import { RETRY_TIERS, retryGroupOf, retryTopicsOf } from '../retry/retry-topics.js';
import { RetryingConsumer } from '../retry/retrying-consumer.js';
import { AdminConnection } from './admin-connection.js';
import { CurrentLogin } from './current-login.js';
import { type Kafka } from './kafka.js';
import { timeoutsOf } from './kafkajs.js';
import { asFollowing } from './following.js';
import { LogReader } from './log-reader.js';
import { createKafkaMetrics } from './metrics.js';
import { TopicDirectory } from './topic-directory.js';
import { type KafkaConfig, type KafkaEvents, type SchemaMode } from './types.js';

export interface ConnectKafkaOptions {
  readonly config: KafkaConfig;
  readonly logger: Logger;
  /** One Kafka client per `Metrics`: a metric has one owner. */
  readonly metrics: Metrics;
  /** `caas-{service}-{instance}`; names the connections in the broker's logs and quotas. */
  readonly clientId: string;
  /** Name of the service in the envelopes it writes; the client id unless given. */
  readonly service?: string;
  /** Every topic that the process writes or reads. `internal.dlq` is added. */
  readonly topics: readonly TopicDefinition[];
  /** `register` unless given. */
  readonly schemas?: SchemaMode;
  readonly clock?: Clock;
  /** Holds back what is sent for a tenant while its topics move. Every process that sends tenants' records has one. */
  readonly fence?: SendFence;
  /** Where consumers note what they are at, to find records that end the process; without it none is found. */
  readonly crashMarkers?: CrashMarkers;
  /** Another registry than the one at `config.registryUrl`: an in-memory one, in specs. */
  readonly registry?: RegistryClient;
}

/**
 * Connects to the cluster and the registry. Resolves once the cluster answered, the credentials are good and the ids of all value schemas are
 * known; with the registry away without them, and producers refuse with a retryable error until it is back. Topics need not exist yet. Rejects with
 * an `UnavailableError` when the cluster does not answer (`details.reason` `KAFKA_ACCESS_REFUSED` for bad credentials), a `ConflictError` for a
 * schema that the registry refuses, and a `NotFoundError` for one that nobody registered; nothing stays open then.
 */
export async function connectKafka(options: ConnectKafkaOptions): Promise<Kafka> {
  const client = new KafkaClient(options);
  try {
    await client.open();
    return client;
  } catch (error) {
    await client.close();
    throw error;
  }
}

class KafkaClient implements Kafka {
  readonly events = new TypedEmitter<KafkaEvents>();
  readonly topics: KafkaTopicAdmin;
  readonly groups: KafkaGroupAdmin;
  readonly schemas: SchemaCatalogue;
  readonly acls: KafkaAclAdmin;
  readonly users: KafkaScramAdministration;
  readonly #options: ConnectKafkaOptions;
  readonly #config: KafkaConfig;
  readonly #login: CurrentLogin | undefined;
  readonly #clock: Clock;
  readonly #schemaIds: SchemaIds;
  readonly #admin: AdminConnection;
  readonly #reader: LogReader;
  readonly #definitions: readonly TopicDefinition[];
  readonly #metrics: ReturnType<typeof createKafkaMetrics>;
  readonly #lanes: ProducerLanes;
  readonly #producers = new Map<string, TopicProducer<TopicDefinition>>();
  readonly #consumers: (GroupConsumer | RetryingConsumer)[] = [];
  #deadLetters: DeadLetterTools | undefined;
  #rotating: Promise<void> = Promise.resolve();
  #closing: Promise<{ readonly unsentRecords: number }> | undefined;

  constructor(options: ConnectKafkaOptions) {
    const { clientId, logger, topics } = options;
    this.#options = options;
    this.#login = options.config.sasl && new CurrentLogin(options.config.sasl);
    const config: KafkaConfig = { ...options.config, ...(this.#login && { sasl: this.#login }) };
    this.#config = config;
    this.#clock = options.clock ?? systemClock;
    this.#definitions = [...topics.filter(({ family }) => family !== internalDlq.family), internalDlq];
    this.#metrics = createKafkaMetrics(options.metrics);
    this.#admin = new AdminConnection({ config, clientId, logger });
    this.groups = new KafkaGroupAdmin({ admin: this.#admin, config, clientId, logger });
    this.acls = new KafkaAclAdmin({ admin: this.#admin, logger });
    this.users = new KafkaScramAdministration({ config, clientId, logger });
    this.#reader = new LogReader({ config, clientId, logger });
    const directory = new TopicDirectory(() => this.#admin.partitionCounts(), this.#clock);
    this.#lanes = new ProducerLanes({ config, clientId, logger, directory, metrics: this.#metrics, events: this.events });
    const registry = options.registry ?? new HttpRegistry(registryOptions(config));
    this.schemas = new SchemaCatalogue(registry, (result) => this.#metrics.schemaCache.labels(result).inc());
    this.#schemaIds = new SchemaIds({ schemas: this.schemas, logger });
    this.topics = new KafkaTopicAdmin({
      admin: this.#admin,
      replicationFactor: config.replicationFactor,
      minInsyncReplicas: config.minInsyncReplicas ?? (config.replicationFactor >= 3 ? 2 : 1),
      logger,
      onCreated: () => directory.expire(),
    });
  }

  async open(): Promise<void> {
    const mode = this.#options.schemas ?? 'register';
    await Promise.all([this.health(), this.#schemaIds.find(this.#definitions, mode)]);
    this.#metrics.connected.set({ client: this.#options.clientId, role: 'admin' }, 1);
    if (this.#login !== undefined) this.#metrics.loginUser.set({ user: this.#login.username }, 1);
    this.events.emit('connected', { role: 'admin', client: this.#options.clientId });
  }

  producer<Topic extends TopicDefinition>(topic: Topic): Producer<Topic> {
    const { family } = topic;
    if (!this.#definitions.includes(topic)) throw new TypeError(`The topic ${family} was not named to connectKafka.`);
    let producer = this.#producers.get(family);
    if (producer === undefined) {
      producer = new TopicProducer<TopicDefinition>({
        topic,
        encoder: this.schemas.encoderOf(topic),
        lane: this.#lanes.of(topic.lane),
        metrics: this.#metrics,
        source: this.#options.service ?? this.#options.clientId,
        // Topics of the platform have one place: a fact about a tenant that moves is told all the same.
        fence: topic.scope === 'tenant' ? this.#options.fence : undefined,
      });
      this.#producers.set(family, producer);
    }
    return producer;
  }

  get deadLetters(): DeadLetterTools {
    this.#deadLetters ??= new KafkaDeadLetterTools({
      definitions: this.#definitions,
      schemas: this.schemas,
      topics: this.topics,
      forwarder: this.#forwarder(),
      clock: this.#clock,
    });
    return this.#deadLetters;
  }

  #forwarder(): RetryForwarder {
    return new RetryForwarder({ lane: this.#lanes.of('standard'), metrics: this.#metrics });
  }

  consumer(definition: ConsumerDefinition): Consumer {
    const consumer = definition.retries === true ? this.#retrying(definition) : new GroupConsumer(this.#consumerOptions(definition));
    this.#consumers.push(consumer);
    return consumer;
  }

  #retrying(definition: ConsumerDefinition): RetryingConsumer {
    const { logger } = this.#options;
    const { group } = definition;
    const policy = { ...RETRY_DEFAULTS, ...this.#config.retry };
    const log = new KafkaRetryLog({ group, tiers: RETRY_TIERS, admin: this.#admin, reader: this.#reader });
    const parked = new ParkedKeys({ log, tiers: RETRY_TIERS });
    const forwarder = this.#forwarder();
    const common = { ...this.#consumerOptions(definition), retries: { policy, parked, forwarder } };
    const { releaseIntervalMs } = common.options;
    return new RetryingConsumer({
      main: new GroupConsumer(common),
      retry: new GroupConsumer({ ...common, reading: { group: retryGroupOf(group), topics: retryTopicsOf(group) } }),
      parked,
      releaseIntervalMs,
      logger,
    });
  }

  #consumerOptions(definition: ConsumerDefinition): GroupConsumerOptions {
    const { clientId, logger, crashMarkers } = this.#options;
    const config = this.#config;
    return {
      ...(crashMarkers === undefined ? {} : { crashMarkers }),
      definition: asFollowing(definition),
      options: consumerOptions(config),
      config,
      clientId,
      logger,
      clock: this.#clock,
      metrics: this.#metrics,
      admin: this.#admin,
      schemas: this.schemas,
      deadLetters: new DeadLetterWriter({
        lane: this.#lanes.of('standard'),
        encoder: this.schemas.encoderOf(internalDlq),
        metrics: this.#metrics,
      }),
      events: this.events,
    };
  }

  rotate(credentials: Login): Promise<void> {
    const rotating = this.#rotating.then(() => this.#rotate(credentials));
    this.#rotating = rotating.catch(() => undefined);
    return rotating;
  }

  async #rotate(credentials: Login): Promise<void> {
    const { clientId, logger } = this.#options;
    if (this.#login === undefined) throw new TypeError('A client without SASL has no credentials to rotate.');
    if (this.#closing !== undefined) return;
    await tryLogin({ config: this.#config, clientId, logger }, credentials);
    this.#login.replace(credentials);
    await Promise.all([
      this.#admin.renew(),
      this.#reader.renew(),
      this.#lanes.renew(),
      ...this.#consumers.map((consumer) => consumer.renew()),
    ]);
    this.#metrics.loginUser.reset();
    this.#metrics.loginUser.set({ user: credentials.username }, 1);
    logger.info({ username: credentials.username }, 'credentials rotated');
    this.events.emit('rotated', { username: credentials.username });
  }

  async health(): Promise<{ brokers: number; controller: number | null }> {
    const { brokers, controller } = await this.#admin.ask('describe itself', (admin) => admin.describeCluster());
    return { brokers: brokers.length, controller };
  }

  close(): Promise<{ readonly unsentRecords: number }> {
    this.#closing ??= this.#close();
    return this.#closing;
  }

  async #close(): Promise<{ readonly unsentRecords: number }> {
    await Promise.all(this.#consumers.map((consumer) => consumer.stop()));
    this.#schemaIds.close();
    const unsentRecords = await this.#lanes.close();
    await Promise.all([this.#admin.close(), this.#reader.close()]);
    this.#metrics.connected.set({ client: this.#options.clientId, role: 'admin' }, 0);
    this.events.emit('closed', undefined);
    this.events.removeAllListeners();
    return { unsentRecords };
  }
}

function registryOptions(config: KafkaConfig): ConstructorParameters<typeof HttpRegistry>[0] {
  const { registryUrl: url, registryAuth: auth } = config;
  return { url, timeoutMs: timeoutsOf(config).requestTimeoutMs, ...(auth === undefined ? {} : { auth }) };
}
