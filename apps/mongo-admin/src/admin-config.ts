import { MONGO_CONFIG } from '@caas/data-access-mongo';
import { type ConfigOf, defineConfig, integer, SERVICE_CONFIG } from '@caas/runtime';

/** Every environment variable that `caas-admin` reads. */
export const ADMIN_CONFIG = defineConfig({
  ...SERVICE_CONFIG,
  ...MONGO_CONFIG,
  MONGO_RETRY_MAX_ATTEMPTS: {
    schema: integer({ min: 1, max: 100 }).default(1),
    description: 'attempts to connect before the command gives up; somebody waits for it',
  },
});

const { NODE_ENV, MONGODB_URI, SECRET_ENCRYPTION_KEY, MONGO_RETRY_MAX_ATTEMPTS } = ADMIN_CONFIG;

/** The part of it that reaches the MongoDB server: an installation need not be whole for its data to be looked at. */
export const MONGO_ONLY_CONFIG = defineConfig({
  NODE_ENV,
  MONGODB_URI,
  SECRET_ENCRYPTION_KEY: { ...SECRET_ENCRYPTION_KEY, schema: SECRET_ENCRYPTION_KEY.schema.optional() },
  ...MONGO_CONFIG,
  MONGO_RETRY_MAX_ATTEMPTS,
});

export type AdminEnvironment = ConfigOf<typeof ADMIN_CONFIG>;
