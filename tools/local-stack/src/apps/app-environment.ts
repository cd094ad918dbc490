import { createPublicKey } from 'node:crypto';
import { type KafkaService, type StackFile } from '@caas/testing/stack';
import { type AppSecrets } from './app-secrets.js';

/** Who an app is to Kafka: one of the services, or the super user, who may do anything. */
export type KafkaIdentity = KafkaService | 'admin';

/** The variables by which an app finds a stack, logs in and has its secrets. */
export function appEnvironment(stack: StackFile, secrets: AppSecrets, identity: KafkaIdentity = 'admin'): Record<string, string> {
  const { brokers, tls } = stack.kafka;
  return {
    MONGODB_URI: stack.mongodb_uri,
    REDIS_URL: stack.redis_url,
    KAFKA_BROKERS: brokers.join(','),
    ...loginVariables(stack, identity),
    ...(tls === undefined ? {} : { KAFKA_SSL_ENABLED: 'true' }),
    ...(tls?.ca_file === undefined ? {} : { KAFKA_SSL_CA_FILE: tls.ca_file }),
    DEFAULT_REPLICATION_FACTOR: String(Math.min(3, brokers.length)),
    SCHEMA_REGISTRY_URL: stack.registry_url,
    API_KEY_PEPPER: secrets.api_key_pepper,
    SECRET_ENCRYPTION_KEY: secrets.secret_encryption_key,
    ...tokenVariables(secrets),
  };
}

/** One pair for all gateways of a stack, so that they take each other's tokens. Values of variables have no line breaks. */
function tokenVariables({ jwt_private_key }: AppSecrets): Record<string, string> {
  const publicKey = createPublicKey(jwt_private_key).export({ format: 'pem', type: 'spki' }).toString();
  const inOneLine = (pem: string): string => pem.trim().replaceAll('\n', '\\n');
  return { JWT_PRIVATE_KEY: inOneLine(jwt_private_key), JWT_PUBLIC_KEY: inOneLine(publicKey) };
}

/** A cluster of somebody else has one user for all. */
function loginVariables({ kafka: { sasl, logins } }: StackFile, identity: KafkaIdentity): Record<string, string> {
  if (identity !== 'admin' && logins !== undefined) return { KAFKA_SASL_CREDENTIALS_FILE: logins[identity] };
  return sasl === undefined ? {} : { KAFKA_SASL_USERNAME: sasl.username, KAFKA_SASL_PASSWORD: sasl.password };
}

/** The same as the text of an environment file (`node --env-file`). None of the values needs quoting. */
export function environmentFile(environment: Readonly<Record<string, string>>): string {
  return `${Object.entries(environment)
    .map(([name, value]) => `${name}=${value}`)
    .join('\n')}\n`;
}
