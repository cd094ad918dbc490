import { kafkaConfigOf } from '@caas/composition';
import { connectMongo, examineMongo, type Mongo, type MongoExamination } from '@caas/data-access-mongo';
import { examineRedis, type RedisExamination } from '@caas/data-access-redis';
import {
  connectKafka,
  CredentialFile,
  examineKafka,
  examineRegistry,
  type Kafka,
  type KafkaConfig,
  type KafkaExamination,
} from '@caas/messaging-kafka';
import {
  type ConfigDefinition,
  ConfigError,
  type ConfigOf,
  createLogger,
  defineConfig,
  KAFKA_CONFIG,
  loadConfig,
  type Logger,
  Metrics,
  saslEnabled,
  type ServerExamination,
  SERVICE_CONFIG,
} from '@caas/runtime';
import { modules } from '@caas/modules';
import { MONGO_ONLY_CONFIG } from '../admin-config.js';
import { UnusableSettings } from './run-checks.js';

export type Environment = Readonly<Record<string, string | undefined>>;

export interface InstallationOptions {
  readonly env: Environment;
  /** Milliseconds that a server has for one answer. */
  readonly answerTimeoutMs: number;
}

const { NODE_ENV, REDIS_URL } = SERVICE_CONFIG;
const REDIS_ONLY_CONFIG = defineConfig({ REDIS_URL });
const KAFKA_ONLY_CONFIG = defineConfig({ NODE_ENV, ...KAFKA_CONFIG });
const NAME = 'caas-admin';

/**
 * The servers that an environment names, each by itself: one that is away keeps nobody from the others. Everything is asked for once, however many checks want it.
 * What needs settings that are wrong rejects with `UnusableSettings`.
 */
export class Installation {
  readonly env: Environment;
  readonly mongoExamined: () => Promise<MongoExamination>;
  readonly redisExamined: () => Promise<RedisExamination>;
  readonly kafkaExamined: () => Promise<KafkaExamination>;
  readonly registryExamined: () => Promise<ServerExamination>;
  readonly mongo: () => Promise<Mongo>;
  readonly kafka: () => Promise<Kafka>;
  readonly #logger: Logger;
  readonly #metrics = new Metrics({ service: 'mongo-admin', defaults: false });
  readonly #open: (() => Promise<unknown>)[] = [];

  constructor({ env, answerTimeoutMs: timeoutMs }: InstallationOptions) {
    this.env = env;
    const level = env['LOG_LEVEL'] === undefined ? 'silent' : 'debug';
    this.#logger = createLogger({ service: 'mongo-admin', level, destination: process.stderr });
    const logger = this.#logger;
    this.mongoExamined = once(async () => examineMongo({ config: this.#load(MONGO_ONLY_CONFIG), appName: NAME, timeoutMs }));
    this.redisExamined = once(async () => examineRedis({ url: this.#load(REDIS_ONLY_CONFIG).REDIS_URL, name: NAME, timeoutMs }));
    this.kafkaExamined = once(async () => examineKafka({ config: this.#kafkaConfig(), clientId: NAME, logger, timeoutMs }));
    this.registryExamined = once(async () => {
      const { registryUrl: url, registryAuth: auth } = this.#kafkaConfig();
      return examineRegistry({ url, timeoutMs, ...(auth && { auth }) });
    });
    this.mongo = once(() => this.#connectMongo());
    this.kafka = once(() => this.#connectKafka());
  }

  async close(): Promise<void> {
    await Promise.allSettled(this.#open.splice(0).map((close) => close()));
  }

  async #connectMongo(): Promise<Mongo> {
    const mongo = await connectMongo({
      config: this.#load(MONGO_ONLY_CONFIG),
      logger: this.#logger,
      metrics: this.#metrics,
      appName: NAME,
      collections: modules.collections,
    });
    this.#open.push(() => mongo.close());
    return mongo;
  }

  async #connectKafka(): Promise<Kafka> {
    const kafka = await connectKafka({
      config: this.#kafkaConfig(),
      clientId: NAME,
      logger: this.#logger,
      metrics: this.#metrics,
      topics: modules.topics,
      schemas: 'later',
    });
    this.#open.push(() => kafka.close());
    return kafka;
  }

  #kafkaConfig(): KafkaConfig {
    const config = this.#load(KAFKA_ONLY_CONFIG);
    const { KAFKA_SASL_CREDENTIALS_FILE: path } = config;
    const login = path === undefined || !saslEnabled(config) ? undefined : new CredentialFile({ path, logger: this.#logger }).login;
    return kafkaConfigOf(config, login);
  }

  #load<Definition extends ConfigDefinition>(definition: Definition): ConfigOf<Definition> {
    try {
      return loadConfig(definition, this.env);
    } catch (error) {
      throw error instanceof ConfigError ? new UnusableSettings(error) : error;
    }
  }
}

/** Does the work at the first call, and answers the same to all of them. */
function once<Result>(work: () => Promise<Result>): () => Promise<Result> {
  let result: Promise<Result> | undefined;
  return () => (result ??= work());
}
