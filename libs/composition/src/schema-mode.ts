import { type SchemaMode } from '@caas/messaging-kafka';

/**
 * What a service does with schemas when it starts. In production it only looks them up, so that a deployment cannot change what others read: `caas-admin
 * schemas register` does that. Elsewhere it registers them.
 */
export function schemaMode({
  NODE_ENV,
  SCHEMA_AUTO_REGISTER = NODE_ENV !== 'production',
}: {
  readonly NODE_ENV: 'development' | 'test' | 'production';
  readonly SCHEMA_AUTO_REGISTER?: boolean | undefined;
}): SchemaMode {
  return SCHEMA_AUTO_REGISTER ? 'register' : 'lookup';
}
