import { type StackFile } from './stack-file.js';

/** The variables by which a process finds the servers of a stack. It is the super user of Kafka unless it has a file with credentials of its own. */
export function serverVariables(
  { mongodb_uri, redis_url, registry_url, kafka }: StackFile,
  credentialsFile?: string,
): Record<string, string> {
  const { brokers, sasl, tls } = kafka;
  return {
    MONGODB_URI: mongodb_uri,
    REDIS_URL: redis_url,
    KAFKA_BROKERS: brokers.join(','),
    ...(credentialsFile !== undefined && { KAFKA_SASL_CREDENTIALS_FILE: credentialsFile }),
    ...(credentialsFile === undefined && sasl && { KAFKA_SASL_USERNAME: sasl.username, KAFKA_SASL_PASSWORD: sasl.password }),
    ...(tls && { KAFKA_SSL_ENABLED: 'true' }),
    ...(tls?.ca_file !== undefined && { KAFKA_SSL_CA_FILE: tls.ca_file }),
    DEFAULT_REPLICATION_FACTOR: String(Math.min(3, brokers.length)),
    SCHEMA_REGISTRY_URL: registry_url,
  };
}
