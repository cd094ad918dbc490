import { z } from 'zod';
import { parseFault } from '../faults.js';
import { type ConfigOf, defineConfig, integer } from './define-config.js';
import { KAFKA_CONFIG, kafkaProductionRules, kafkaRules } from './kafka-config.js';

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
  ...KAFKA_CONFIG,
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

/** What contradicts itself, and what production refuses. */
export function serviceRules(config: ConfigOf<typeof SERVICE_CONFIG>): { variable: string; problem: string }[] {
  const problems = kafkaRules(config);
  if (config.NODE_ENV !== 'production') return problems;
  problems.push(...kafkaProductionRules(config));
  const refuse = (variable: string, problem: string): void => void problems.push({ variable, problem });
  if (!config.REDIS_URL.startsWith('rediss:')) refuse('REDIS_URL', 'must use TLS (rediss://) in production');
  if (config.CAAS_FAULT !== undefined) refuse('CAAS_FAULT', 'is refused in production');
  return problems;
}

function isFault(text: string): boolean {
  try {
    parseFault(text);
    return true;
  } catch {
    return false;
  }
}
