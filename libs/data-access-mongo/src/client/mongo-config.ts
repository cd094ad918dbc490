import { type ConfigOf, defineConfig, integer, type SERVICE_CONFIG } from '@caas/runtime';

/** Pool and timeouts; processes that do not declare them get the defaults. */
export const MONGO_CONFIG = defineConfig({
  MONGODB_MIN_POOL_SIZE: { schema: integer({ min: 0, max: 1_000 }).default(10), description: 'connections kept open' },
  MONGODB_MAX_POOL_SIZE: { schema: integer({ min: 1, max: 1_000 }).default(100), description: 'connections at most' },
  MONGODB_MAX_IDLE_TIME_MS: {
    schema: integer({ min: 1_000, max: 3_600_000 }).default(30_000),
    description: 'milliseconds until an idle connection is closed',
  },
  MONGODB_WAIT_QUEUE_TIMEOUT_MS: {
    schema: integer({ min: 1, max: 300_000 }).default(10_000),
    description: 'milliseconds to wait for a free connection',
  },
  MONGODB_SERVER_SELECTION_TIMEOUT_MS: {
    // A legal election takes up to 10 s; less than that would turn every failover into errors.
    schema: integer({ min: 100, max: 300_000 }).default(15_000),
    description: 'milliseconds to wait for a usable server',
  },
  MONGODB_SOCKET_TIMEOUT_MS: {
    schema: integer({ min: 100, max: 3_600_000 }).default(45_000),
    description: 'milliseconds without an answer until a connection counts as dead',
  },
  MONGODB_CONNECT_TIMEOUT_MS: {
    schema: integer({ min: 100, max: 300_000 }).default(10_000),
    description: 'milliseconds to open a connection',
  },
  MONGODB_OPERATION_TIMEOUT_MS: {
    schema: integer({ min: 10, max: 300_000 }).default(5_000),
    description: 'milliseconds that the server may spend on one operation',
  },
  SLOW_QUERY_THRESHOLD_MS: {
    schema: integer({ min: 1, max: 60_000 }).default(100),
    description: 'milliseconds from which an operation is logged as slow',
  },
});

type ServiceVariables = 'MONGODB_URI' | 'NODE_ENV';

/** What {@link connectMongo} reads of a process's configuration. */
export type MongoConfig = Pick<ConfigOf<typeof SERVICE_CONFIG>, ServiceVariables> &
  Partial<Pick<ConfigOf<typeof SERVICE_CONFIG>, 'SECRET_ENCRYPTION_KEY'>> &
  Partial<ConfigOf<typeof MONGO_CONFIG>>;

/** The pool and timeout settings with the defaults filled in. */
export type MongoSettings = ConfigOf<typeof MONGO_CONFIG>;

/** Fills in the defaults of {@link MONGO_CONFIG}. */
export function mongoSettings(config: Partial<MongoSettings>): MongoSettings {
  return Object.fromEntries(
    Object.entries(MONGO_CONFIG).map(([name, { schema }]) => [name, config[name as keyof MongoSettings] ?? schema.parse(undefined)]),
  ) as MongoSettings;
}
