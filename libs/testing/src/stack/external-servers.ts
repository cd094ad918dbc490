import type { StackFile } from './stack-file.js';

/** What the environment says about servers that somebody else runs. Absent fields are not external. */
export type ExternalServers = Partial<Pick<StackFile, 'mongodb_uri' | 'redis_url' | 'registry_url' | 'kafka'>>;

/**
 * Reads `MONGODB_URI`, `REDIS_URL`, `SCHEMA_REGISTRY_URL`, `KAFKA_BROKERS` (comma-separated) with `KAFKA_SASL_USERNAME`,
 * `KAFKA_SASL_PASSWORD`, `KAFKA_SSL_ENABLED` and `KAFKA_SSL_CA_FILE`. An empty value counts as absent.
 */
export function externalServers(env: NodeJS.ProcessEnv = process.env): ExternalServers {
  return {
    ...(env['MONGODB_URI'] ? { mongodb_uri: env['MONGODB_URI'] } : {}),
    ...(env['REDIS_URL'] ? { redis_url: env['REDIS_URL'] } : {}),
    ...(env['SCHEMA_REGISTRY_URL'] ? { registry_url: env['SCHEMA_REGISTRY_URL'].replace(/\/+$/, '') } : {}),
    ...(env['KAFKA_BROKERS'] ? { kafka: externalKafka(env['KAFKA_BROKERS'], env) } : {}),
  };
}

function externalKafka(list: string, env: NodeJS.ProcessEnv): StackFile['kafka'] {
  const brokers = list
    .split(',')
    .map((broker) => broker.trim())
    .filter((broker) => broker !== '');
  const { KAFKA_SASL_USERNAME: username, KAFKA_SASL_PASSWORD: password = '', KAFKA_SSL_CA_FILE: caFile } = env;
  return {
    brokers,
    ...(username ? { sasl: { mechanism: 'scram-sha-512', username, password } } : {}),
    ...(env['KAFKA_SSL_ENABLED'] === 'true' ? { tls: caFile ? { ca_file: caFile } : {} } : {}),
  };
}
