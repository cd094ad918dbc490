import { z } from 'zod';
import { type ConfigOf, defineConfig, flag, integer, list } from './define-config.js';
import { loginFile, pemFile } from './file-values.js';

/** Variables by which every process finds Kafka and its registry, and proves who it is. */
export const KAFKA_CONFIG = defineConfig({
  KAFKA_BROKERS: {
    schema: list().refine(areAddresses, 'must be host:port, several separated by commas'),
    description: 'bootstrap brokers, host:port, comma separated',
  },
  KAFKA_CLIENT_ID: {
    schema: z
      .string()
      .regex(/^[A-Za-z0-9][A-Za-z0-9._-]{0,99}$/, 'must be 1 to 100 of letters, digits, ".", "_" and "-"')
      .optional(),
    description: 'beginning of the client ids in the brokers’ logs and quotas; caas-{service} unless given',
  },
  KAFKA_SASL_ENABLED: {
    schema: flag().optional(),
    description: 'SCRAM-SHA-512; on when there are credentials, unless given. Off is refused in production',
  },
  KAFKA_SASL_USERNAME: { schema: z.string().optional(), description: 'SCRAM-SHA-512 user' },
  KAFKA_SASL_PASSWORD: { schema: z.string().optional(), description: 'password of KAFKA_SASL_USERNAME', secret: true },
  KAFKA_SASL_CREDENTIALS_FILE: {
    schema: loginFile().optional(),
    description: 'file with {"username", "password"} in place of the two; watched, so that credentials change without a restart',
  },
  KAFKA_SSL_ENABLED: { schema: flag().default(false), description: 'TLS to the brokers (required in production)' },
  KAFKA_SSL_CA_FILE: {
    schema: pemFile().optional(),
    description: 'PEM file of the authority that signed the brokers’ certificates; the system’s authorities unless given',
  },
  KAFKA_CONNECTION_TIMEOUT: {
    schema: integer({ min: 100, max: 60_000 }).default(10_000),
    description: 'milliseconds until connecting to a broker counts as failed',
  },
  KAFKA_REQUEST_TIMEOUT: {
    schema: integer({ min: 100, max: 60_000 }).default(5_000),
    description: 'milliseconds until a broker request counts as lost',
  },
  DEFAULT_REPLICATION_FACTOR: {
    schema: integer({ min: 1, max: 9 }).optional(),
    description: 'copies of each topic partition; 3 in production, else 1, unless given',
  },
  TOPIC_DISCOVERY_INTERVAL_MS: {
    schema: integer({ min: 100, max: 3_600_000 }).default(60_000),
    description: 'milliseconds between two looks of a consumer for new topics',
  },
  PRODUCER_QUEUE_RECORDS: {
    schema: integer({ min: 1, max: 1_000_000 }).default(10_000),
    description: 'records that may wait for the brokers, per producer lane; more are refused with 503',
  },
  CONSUMER_SESSION_TIMEOUT_MS: {
    schema: integer({ min: 6_000, max: 300_000 }).default(10_000),
    description: 'milliseconds without a heartbeat after which a group gives a member’s partitions away',
  },
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
  SCHEMA_REGISTRY_URL: { schema: z.url(), description: 'Confluent-compatible schema registry' },
  SCHEMA_REGISTRY_USERNAME: { schema: z.string().optional(), description: 'user of the schema registry (basic authentication)' },
  SCHEMA_REGISTRY_PASSWORD: { schema: z.string().optional(), description: 'password of SCHEMA_REGISTRY_USERNAME', secret: true },
});
type KafkaEnvironment = ConfigOf<typeof KAFKA_CONFIG>;

/** One thing that is wrong, by the variable that mends it. */
type Problem = { variable: string; problem: string };

/** Whether the process logs in at the brokers. */
export function saslEnabled(config: KafkaEnvironment): boolean {
  return config.KAFKA_SASL_ENABLED ?? (config.KAFKA_SASL_USERNAME !== undefined || config.KAFKA_SASL_CREDENTIALS_FILE !== undefined);
}

/** Variables that contradict each other, everywhere. A setting that would silently have no effect is an error too. */
export function kafkaRules(config: KafkaEnvironment): Problem[] {
  const problems: Problem[] = [];
  const refuse = (variable: string, problem: string): void => void problems.push({ variable, problem });
  const { KAFKA_SASL_USERNAME: username, KAFKA_SASL_PASSWORD: password, KAFKA_SASL_CREDENTIALS_FILE: file } = config;
  if (file !== undefined) {
    if (username !== undefined) refuse('KAFKA_SASL_USERNAME', 'is set together with KAFKA_SASL_CREDENTIALS_FILE; keep one');
    if (password !== undefined) refuse('KAFKA_SASL_PASSWORD', 'is set together with KAFKA_SASL_CREDENTIALS_FILE; keep one');
  } else if (username !== undefined || password !== undefined || config.KAFKA_SASL_ENABLED === true) {
    if (username === undefined) refuse('KAFKA_SASL_USERNAME', 'is required: SASL has no user without it');
    if (password === undefined) refuse('KAFKA_SASL_PASSWORD', 'is required: SASL has no password without it');
  }
  if (config.KAFKA_SSL_CA_FILE !== undefined && !config.KAFKA_SSL_ENABLED)
    refuse('KAFKA_SSL_ENABLED', 'must be true, since KAFKA_SSL_CA_FILE is set');
  if ((config.SCHEMA_REGISTRY_USERNAME === undefined) !== (config.SCHEMA_REGISTRY_PASSWORD === undefined))
    refuse(
      config.SCHEMA_REGISTRY_USERNAME === undefined ? 'SCHEMA_REGISTRY_USERNAME' : 'SCHEMA_REGISTRY_PASSWORD',
      'is required with its other half',
    );
  return problems;
}

/** What production refuses besides: connections in clear, clients without a name, topics that die with a broker. */
export function kafkaProductionRules(config: KafkaEnvironment): Problem[] {
  const problems: Problem[] = [];
  const refuse = (variable: string, problem: string): void => void problems.push({ variable, problem });
  if (config.KAFKA_SASL_ENABLED === false) refuse('KAFKA_SASL_ENABLED', 'must not be false in production');
  else if (!saslEnabled(config) && config.KAFKA_SASL_PASSWORD === undefined) {
    refuse('KAFKA_SASL_USERNAME', 'is required in production');
    refuse('KAFKA_SASL_PASSWORD', 'is required in production');
  }
  if (!config.KAFKA_SSL_ENABLED && config.KAFKA_SSL_CA_FILE === undefined) refuse('KAFKA_SSL_ENABLED', 'must be true in production');
  if ((config.DEFAULT_REPLICATION_FACTOR ?? 3) < 3) refuse('DEFAULT_REPLICATION_FACTOR', 'must be at least 3 in production');
  if (!config.SCHEMA_REGISTRY_URL.startsWith('https:')) refuse('SCHEMA_REGISTRY_URL', 'must use TLS (https://) in production');
  return problems;
}

/** What is accepted outside of production only, for one warning at start. */
export function kafkaWeaknesses(config: KafkaEnvironment): string[] {
  return [
    ...(saslEnabled(config) ? [] : ['nobody logs in (KAFKA_SASL_USERNAME, KAFKA_SASL_CREDENTIALS_FILE)']),
    ...(config.KAFKA_SSL_ENABLED ? [] : ['connections are not encrypted (KAFKA_SSL_ENABLED)']),
  ];
}

function areAddresses(brokers: readonly string[]): boolean {
  return brokers.length > 0 && brokers.every((broker) => /^[^\s:/]+:\d{1,5}$/.test(broker) || /^\[[0-9a-fA-F:]+\]:\d{1,5}$/.test(broker));
}

function isThreeDelays(delays: readonly string[]): boolean {
  return (
    delays.length === 3 && delays.every((delay, tier) => /^[1-9]\d{0,8}$/.test(delay) && Number(delay) >= Number(delays[tier - 1] ?? 0))
  );
}
