import { createPublicKey } from 'node:crypto';
import { type KafkaService, serverVariables, type StackFile } from '@caas/testing/stack';
import { type AppSecrets } from './app-secrets.js';

/** Who an app is to Kafka: one of the services, or the super user, who may do anything. */
export type KafkaIdentity = KafkaService | 'admin';

/** The variables by which an app finds a stack, logs in and has its secrets. */
export function appEnvironment(stack: StackFile, secrets: AppSecrets, identity: KafkaIdentity = 'admin'): Record<string, string> {
  return {
    // a cluster of somebody else has one user for all
    ...serverVariables(stack, identity === 'admin' ? undefined : stack.kafka.logins?.[identity]),
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

/** The same as the text of an environment file (`node --env-file`). None of the values needs quoting. */
export function environmentFile(environment: Readonly<Record<string, string>>): string {
  return `${Object.entries(environment)
    .map(([name, value]) => `${name}=${value}`)
    .join('\n')}\n`;
}
