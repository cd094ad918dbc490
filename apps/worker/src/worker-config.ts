import { MONGO_CONFIG } from '@caas/data-access-mongo';
import { type ConfigOf, defineConfig, flag, port, SERVICE_CONFIG } from '@caas/runtime';
import { z } from 'zod';

/** Every environment variable that the worker reads. */
export const WORKER_CONFIG = defineConfig({
  ...SERVICE_CONFIG,
  ...MONGO_CONFIG,
  METRICS_HOST: { schema: z.string().default('0.0.0.0'), description: 'address of metrics and health; never publish it' },
  METRICS_PORT: { schema: port().default(3011), description: 'port of metrics and health; 0 lets the system choose' },
  WORKER_GROUPS: {
    schema: z
      .string()
      .regex(/^(?:[a-z0-9.-]+(?:,[a-z0-9.-]+)*)?$/, 'must be names of consumer groups with commas between them')
      .default('')
      .transform((text) => new Set(text.split(',').filter((name) => name !== ''))),
    description: 'consumer groups that this process runs, such as message-processor,event-processor; all unless given',
  },
  SCHEMA_AUTO_REGISTER: {
    schema: flag().optional(),
    description: 'register event schemas at start instead of looking them up; off in production unless given, where provisioning does it',
  },
});
export type WorkerEnvironment = ConfigOf<typeof WORKER_CONFIG>;
