import { z } from 'zod';
import { parseFault } from '../faults.js';
import { type ConfigOf, defineConfig, flag, integer, list } from './define-config.js';

/** Variables that every process of CAAS understands. */
export const SERVICE_CONFIG = defineConfig({
  NODE_ENV: {
    schema: z.enum(['development', 'test', 'production']).default('development'),
    description: 'production turns on the strict rules: TLS, secrets and transactions are required',
  },
  LOG_LEVEL: {
    schema: z.enum(['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent']).default('info'),
    description: 'least level that is logged',
  },
  SERVICE_VERSION: { schema: z.string().default('0.1.0'), description: 'version that health and caas_build_info report' },
  GIT_COMMIT: { schema: z.string().default('unknown'), description: 'commit that health and caas_build_info report' },
  MONGODB_URI: {
    schema: z.string().regex(/^mongodb(\+srv)?:\/\//, 'must start with mongodb:// or mongodb+srv://'),
    description: 'MongoDB connection string',
    secret: true,
  },
  REDIS_URL: {
    schema: z.string().regex(/^rediss?:\/\//, 'must start with redis:// or rediss://'),
    description: 'Redis connection string',
    secret: true,
  },
  KAFKA_BROKERS: { schema: list(), description: 'bootstrap brokers, host:port, comma separated' },
  KAFKA_SASL_USERNAME: { schema: z.string().optional(), description: 'SCRAM-SHA-512 user; absent turns SASL off (refused in production)' },
  KAFKA_SASL_PASSWORD: { schema: z.string().optional(), description: 'password of KAFKA_SASL_USERNAME', secret: true },
  KAFKA_SSL_ENABLED: { schema: flag().default(false), description: 'TLS to the brokers (required in production)' },
  KAFKA_REQUEST_TIMEOUT: {
    schema: integer({ min: 100, max: 60_000 }).default(5_000),
    description: 'milliseconds until a broker request counts as lost',
  },
  DEFAULT_REPLICATION_FACTOR: {
    schema: integer({ min: 1, max: 9 }).default(1),
    description: 'copies of each topic partition; 3 in production',
  },
  SCHEMA_REGISTRY_URL: { schema: z.url(), description: 'Confluent-compatible schema registry' },
  MAX_RETRIES: {
    schema: integer({ min: 0, max: 20 }).default(3),
    description: 'tries of a failed record in the same process after the first one',
  },
  RETRY_INITIAL_DELAY_MS: {
    schema: integer({ min: 1, max: 60_000 }).default(100),
    description: 'longest first pause between those tries, in milliseconds; doubles',
  },
  RETRY_MAX_DELAY_MS: {
    schema: integer({ min: 1, max: 300_000 }).default(30_000),
    description: 'longest pause between those tries, in milliseconds',
  },
  RETRY_TIER_DELAYS_MS: {
    schema: list()
      .refine(isThreeDelays, 'must be three rising numbers of milliseconds, separated by commas')
      .transform((delays) => delays.map(Number))
      .default([60_000, 300_000, 1_800_000]),
    description: 'how long a failed record rests in each of the three retry topics',
  },
  API_KEY_PEPPER: {
    schema: z
      .string()
      .regex(
        /^[A-Za-z0-9_-]{1,32}:[A-Za-z0-9+/]{43}=(,[A-Za-z0-9_-]{1,32}:[A-Za-z0-9+/]{43}=)*$/,
        'must be kid:base64 of 32 bytes, several separated by commas',
      ),
    description: 'HMAC pepper of API keys: kid:value pairs, the first one signs new keys',
    secret: true,
  },
  SECRET_ENCRYPTION_KEY: {
    schema: z
      .string()
      .regex(
        /^(?:[A-Za-z0-9+/]{43}=|[A-Za-z0-9_-]{1,32}:[A-Za-z0-9+/]{43}=(?:,[A-Za-z0-9_-]{1,32}:[A-Za-z0-9+/]{43}=)*)$/,
        'must be base64 of 32 bytes, or kid:base64 of 32 bytes, several of these separated by commas',
      ),
    description: 'source of the cursor key and of the keys that seal secrets (HKDF): one value, or kid:value pairs, the first one seals',
    secret: true,
  },
  QUOTA_SYNC_INTERVAL_MS: {
    schema: integer({ min: 100, max: 600_000 }).default(10_000),
    description: 'milliseconds between two writings of usage from Redis to MongoDB',
  },
  SHUTDOWN_TIMEOUT_MS: {
    schema: integer({ min: 100, max: 300_000 }).default(30_000),
    description: 'milliseconds for a graceful stop before it is forced',
  },
  CAAS_FAULT: {
    schema: z.string().refine(isFault, 'must be exit:<point>').optional(),
    description: 'drills only: makes the process fail at a named point; refused in production',
  },
});

/** What production refuses, across variables. */
export function serviceRules(config: ConfigOf<typeof SERVICE_CONFIG>): { variable: string; problem: string }[] {
  if (config.NODE_ENV !== 'production') return [];
  const problems: { variable: string; problem: string }[] = [];
  const refuse = (variable: string, problem: string): void => void problems.push({ variable, problem });
  if (config.KAFKA_SASL_USERNAME === undefined) refuse('KAFKA_SASL_USERNAME', 'is required in production');
  if (config.KAFKA_SASL_PASSWORD === undefined) refuse('KAFKA_SASL_PASSWORD', 'is required in production');
  if (!config.KAFKA_SSL_ENABLED) refuse('KAFKA_SSL_ENABLED', 'must be true in production');
  if (!config.REDIS_URL.startsWith('rediss:')) refuse('REDIS_URL', 'must use TLS (rediss://) in production');
  if (config.CAAS_FAULT !== undefined) refuse('CAAS_FAULT', 'is refused in production');
  return problems;
}

function isThreeDelays(delays: readonly string[]): boolean {
  return (
    delays.length === 3 && delays.every((delay, tier) => /^[1-9]\d{0,8}$/.test(delay) && Number(delay) >= Number(delays[tier - 1] ?? 0))
  );
}

function isFault(text: string): boolean {
  try {
    parseFault(text);
    return true;
  } catch {
    return false;
  }
}
