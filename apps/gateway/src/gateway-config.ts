import { MONGO_CONFIG } from '@caas/data-access-mongo';
import { addressTest } from '@caas/gateway-middleware';
import {
  type ConfigOf,
  defineConfig,
  flag,
  integer,
  list,
  port,
  SERVICE_CONFIG,
  serviceRules,
  TOKEN_CONFIG,
  tokenRules,
} from '@caas/runtime';
import { z } from 'zod';

/** Every environment variable that the gateway reads. */
export const GATEWAY_CONFIG = defineConfig({
  ...SERVICE_CONFIG,
  ...MONGO_CONFIG,
  ...TOKEN_CONFIG,
  HOST: { schema: z.string().default('0.0.0.0'), description: 'address of the public API' },
  PORT: { schema: port().default(3000), description: 'port of the public API; 0 lets the system choose' },
  METRICS_HOST: { schema: z.string().default('0.0.0.0'), description: 'address of metrics and detailed health; never publish it' },
  METRICS_PORT: { schema: port().default(3001), description: 'port of metrics and detailed health' },
  PUBLIC_BASE_URL: { schema: z.url().optional(), description: 'in front of links and problem types; required in production' },
  TRUST_PROXY: { schema: addresses(), description: 'peers (CIDR, comma separated) that may set X-Forwarded-*' },
  CORS_ORIGINS: {
    schema: list()
      .default([])
      .refine((origins) => origins.every(isOrigin), 'must be origins such as https://console.example.com, separated by commas'),
    description: 'origins of the platform’s own web pages (console, docs) that may call the API',
  },
  SUPPORTED_API_VERSIONS: {
    schema: list()
      .default(['v1'])
      .refine((names) => names.every((name) => /^v\d{1,3}$/.test(name)), 'must be versions such as v1, separated by commas'),
    description: 'versions of the API that are served',
  },
  DEFAULT_API_VERSION: { schema: z.string().default('v1'), description: 'version for requests that name none' },
  BODY_LIMIT_BYTES: { schema: integer({ min: 1_024, max: 16_777_216 }).default(1_048_576), description: 'bytes of a JSON body at most' },
  REQUEST_TIMEOUT_MS: {
    schema: integer({ min: 100, max: 300_000 }).default(30_000),
    description: 'milliseconds until a request is answered with 504',
  },
  HEADERS_TIMEOUT_MS: {
    schema: integer({ min: 100, max: 300_000 }).default(10_000),
    description: 'milliseconds for the headers of a request to arrive',
  },
  KEEP_ALIVE_TIMEOUT_MS: {
    schema: integer({ min: 1_000, max: 600_000 }).default(72_000),
    description: 'milliseconds an idle connection stays open; longer than the balancer’s',
  },
  SHUTDOWN_DRAIN_DELAY_MS: {
    schema: integer({ min: 0, max: 60_000 }).optional(),
    description: 'milliseconds between "not ready" and closing the listener; 5000 in production, else 0',
  },
  RATE_LIMIT_ENABLED: { schema: flag().default(true), description: 'false is for benchmarks and refused in production' },
  RATE_LIMIT_BYPASS_IPS: { schema: addresses(), description: 'addresses (CIDR, comma separated) that no rate limit counts' },
  RATE_LIMIT_LOCAL_DIVISOR: {
    schema: integer({ min: 1, max: 1_000 }).default(1),
    description: 'gateways that share the limits while Redis is away',
  },
  IDEMPOTENCY_TTL_SECONDS: {
    schema: integer({ min: 60, max: 2_592_000 }).default(86_400),
    description: 'seconds for which answers to requests with an Idempotency-Key are kept',
  },
  DOCS_ENABLED: { schema: flag().default(true), description: 'whether /docs and /openapi are served' },
  SCHEMA_AUTO_REGISTER: {
    schema: flag().optional(),
    description: 'register event schemas at start instead of looking them up; off in production unless given, where provisioning does it',
  },
});
export type GatewayEnvironment = ConfigOf<typeof GATEWAY_CONFIG>;

/** Addresses and ranges of them (CIDR). */
function addresses() {
  return list().default([]).refine(areAddresses, 'must be IP addresses or CIDR ranges, separated by commas');
}

function areAddresses(ranges: readonly string[]): boolean {
  try {
    addressTest(ranges);
    return true;
  } catch {
    return false;
  }
}

function isOrigin(text: string): boolean {
  return /^https?:\/\/[^/?#\s]+$/.test(text);
}

/** What contradicts itself, and what production refuses. */
export function gatewayRules(config: GatewayEnvironment): { variable: string; problem: string }[] {
  const problems = [...serviceRules(config), ...tokenRules(config)];
  if (!config.SUPPORTED_API_VERSIONS.includes(config.DEFAULT_API_VERSION)) {
    problems.push({ variable: 'DEFAULT_API_VERSION', problem: 'must be one of SUPPORTED_API_VERSIONS' });
  }
  if (config.NODE_ENV !== 'production') return problems;
  if (config.PUBLIC_BASE_URL === undefined) problems.push({ variable: 'PUBLIC_BASE_URL', problem: 'is required in production' });
  if (!config.RATE_LIMIT_ENABLED) problems.push({ variable: 'RATE_LIMIT_ENABLED', problem: 'must be true in production' });
  return problems;
}
