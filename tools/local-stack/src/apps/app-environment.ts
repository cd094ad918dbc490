import { type StackFile } from '@caas/testing/stack';
import { type AppSecrets } from './app-secrets.js';

/** The variables by which every app finds a stack and has its secrets. */
export function appEnvironment(stack: StackFile, secrets: AppSecrets): Record<string, string> {
  const { sasl } = stack.kafka;
  return {
    MONGODB_URI: stack.mongodb_uri,
    REDIS_URL: stack.redis_url,
    KAFKA_BROKERS: stack.kafka.brokers.join(','),
    ...(sasl === undefined ? {} : { KAFKA_SASL_USERNAME: sasl.username, KAFKA_SASL_PASSWORD: sasl.password }),
    DEFAULT_REPLICATION_FACTOR: String(Math.min(3, stack.kafka.brokers.length)),
    SCHEMA_REGISTRY_URL: stack.registry_url,
    API_KEY_PEPPER: secrets.api_key_pepper,
    SECRET_ENCRYPTION_KEY: secrets.secret_encryption_key,
  };
}

/** The same as the text of an environment file (`node --env-file`). None of the values needs quoting. */
export function environmentFile(environment: Readonly<Record<string, string>>): string {
  return `${Object.entries(environment)
    .map(([name, value]) => `${name}=${value}`)
    .join('\n')}\n`;
}
