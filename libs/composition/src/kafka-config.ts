import { type KafkaConfig } from '@caas/messaging-kafka';
import { type ConfigOf, type KAFKA_CONFIG, type Login, saslEnabled, type SERVICE_CONFIG } from '@caas/runtime';

/** The Kafka client's configuration out of the environment's; `login` is what a watched file says. */
export function kafkaConfigOf(
  config: ConfigOf<typeof KAFKA_CONFIG> & Pick<ConfigOf<typeof SERVICE_CONFIG>, 'NODE_ENV'>,
  login?: Login,
): KafkaConfig {
  const { KAFKA_SASL_USERNAME: username, KAFKA_SASL_PASSWORD: password, SCHEMA_REGISTRY_USERNAME: registryUser } = config;
  const sasl = login ?? (username === undefined || password === undefined ? undefined : { username, password });
  return {
    brokers: config.KAFKA_BROKERS,
    ...(sasl === undefined || !saslEnabled(config) ? {} : { sasl }),
    tls: config.KAFKA_SSL_ENABLED && (config.KAFKA_SSL_CA_FILE === undefined || { ca: config.KAFKA_SSL_CA_FILE }),
    registryUrl: config.SCHEMA_REGISTRY_URL,
    ...(registryUser === undefined ? {} : { registryAuth: { username: registryUser, password: config.SCHEMA_REGISTRY_PASSWORD ?? '' } }),
    replicationFactor: config.DEFAULT_REPLICATION_FACTOR ?? (config.NODE_ENV === 'production' ? 3 : 1),
    connectionTimeoutMs: config.KAFKA_CONNECTION_TIMEOUT,
    requestTimeoutMs: config.KAFKA_REQUEST_TIMEOUT,
    queueRecordsMax: config.PRODUCER_QUEUE_RECORDS,
    sessionTimeoutMs: config.CONSUMER_SESSION_TIMEOUT_MS,
    discoveryIntervalMs: config.TOPIC_DISCOVERY_INTERVAL_MS,
    retry: {
      triesMax: config.MAX_RETRIES,
      backoffMinMs: config.RETRY_INITIAL_DELAY_MS,
      backoffMaxMs: config.RETRY_MAX_DELAY_MS,
      tierDelaysMs: config.RETRY_TIER_DELAYS_MS,
    },
  };
}
