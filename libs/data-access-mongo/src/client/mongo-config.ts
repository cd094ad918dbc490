import { type ConfigOf, defineConfig, flag, integer, ISOLATION_MODELS, type SERVICE_CONFIG } from '@caas/runtime';
import { z } from '@caas/schema';

/** Everything about MongoDB besides its address; processes that do not declare a variable get its default. */
export const MONGO_CONFIG = defineConfig({
  MONGODB_DATABASE: {
    // 63 bytes for a database name, less "_clnt_" and 32 characters of tenant id.
    schema: z
      .string()
      .regex(/^[a-z][a-z0-9_]{0,23}$/, 'must be 1–24 of [a-z0-9_] and start with a letter')
      .default('caas'),
    description: 'first part of every database name: caas_platform, caas_shared…',
  },
  MONGO_APP_USER: { schema: z.string().optional(), description: 'database user, in place of the one in MONGODB_URI' },
  MONGO_APP_PASSWORD: { schema: z.string().optional(), description: 'password of MONGO_APP_USER', secret: true },
  MONGODB_TLS: { schema: flag().optional(), description: 'TLS to the servers; as MONGODB_URI says unless set (required in production)' },
  MONGODB_TLS_CA_FILE: { schema: z.string().optional(), description: 'PEM file with the authorities that may sign server certificates' },
  MONGODB_TLS_CERTIFICATE_KEY_FILE: { schema: z.string().optional(), description: 'PEM file with the client certificate and its key' },
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
  MONGO_RETRY_MAX_ATTEMPTS: {
    schema: integer({ min: 1, max: 100 }).default(10),
    description: 'attempts to connect at start before the process gives up',
  },
  MONGO_RETRY_INITIAL_DELAY_MS: {
    schema: integer({ min: 1, max: 60_000 }).default(1_000),
    description: 'milliseconds before the second attempt; doubles up to 30 s, with jitter',
  },
  MONGO_CIRCUIT_BREAKER_THRESHOLD: {
    schema: integer({ min: 1, max: 1_000 }).default(5),
    description: 'infrastructure failures in a row after which MongoDB is left alone for 60 s',
  },
  DEFAULT_ISOLATION_STRATEGY: {
    schema: z.enum(ISOLATION_MODELS).default('shared'),
    description: 'where a new tenant’s data goes when neither plan nor contract says',
  },
  BULK_WRITE_BATCH_SIZE: {
    schema: integer({ min: 1, max: 100_000 }).default(1_000),
    description: 'operations that make the bulk writer flush',
  },
  BULK_WRITE_FLUSH_INTERVAL_MS: {
    schema: integer({ min: 1, max: 60_000 }).default(1_000),
    description: 'milliseconds after which the bulk writer flushes what it has',
  },
  CHANGE_STREAM_BATCH_SIZE: { schema: integer({ min: 1, max: 10_000 }).default(100), description: 'events per batch of a change stream' },
  CHANGE_STREAM_MAX_AWAIT_MS: {
    schema: integer({ min: 1, max: 60_000 }).default(1_000),
    description: 'milliseconds that the server waits for events',
  },
});

type ServiceVariables = 'MONGODB_URI' | 'NODE_ENV';

/** What {@link connectMongo} reads of a process's configuration. */
export type MongoConfig = Pick<ConfigOf<typeof SERVICE_CONFIG>, ServiceVariables> &
  Partial<Pick<ConfigOf<typeof SERVICE_CONFIG>, 'SECRET_ENCRYPTION_KEY'>> &
  Partial<ConfigOf<typeof MONGO_CONFIG>>;

/** The settings with the defaults filled in. */
export type MongoSettings = ConfigOf<typeof MONGO_CONFIG>;

/** Fills in the defaults of {@link MONGO_CONFIG}. */
export function mongoSettings(config: Partial<MongoSettings>): MongoSettings {
  return Object.fromEntries(
    Object.entries(MONGO_CONFIG).map(([name, { schema }]) => [name, config[name as keyof MongoSettings] ?? schema.parse(undefined)]),
  ) as MongoSettings;
}

/** What the variables of {@link MONGO_CONFIG} say together; problems in the form of `loadConfig`. */
export function mongoRules(config: MongoSettings): { variable: string; problem: string }[] {
  const problems: { variable: string; problem: string }[] = [];
  if (config.MONGODB_MIN_POOL_SIZE > config.MONGODB_MAX_POOL_SIZE) {
    problems.push({ variable: 'MONGODB_MIN_POOL_SIZE', problem: 'must not be more than MONGODB_MAX_POOL_SIZE' });
  }
  if ((config.MONGO_APP_USER === undefined) !== (config.MONGO_APP_PASSWORD === undefined)) {
    const variable = config.MONGO_APP_USER === undefined ? 'MONGO_APP_USER' : 'MONGO_APP_PASSWORD';
    problems.push({ variable, problem: 'is missing: user and password belong together' });
  }
  const tlsFile = config.MONGODB_TLS_CA_FILE ?? config.MONGODB_TLS_CERTIFICATE_KEY_FILE;
  if (config.MONGODB_TLS === false && tlsFile !== undefined) {
    problems.push({ variable: 'MONGODB_TLS', problem: 'is false, but certificates are given' });
  }
  return problems;
}
