import { MONGO_CONFIG } from '@caas/data-access-mongo';
import { type ConfigOf, defineConfig, SERVICE_CONFIG } from '@caas/runtime';

/** Every environment variable that `caas-admin` reads. */
export const ADMIN_CONFIG = defineConfig({ ...SERVICE_CONFIG, ...MONGO_CONFIG });
export type AdminEnvironment = ConfigOf<typeof ADMIN_CONFIG>;
