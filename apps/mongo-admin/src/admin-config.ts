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
export type AdminEnvironment = ConfigOf<typeof ADMIN_CONFIG>;
