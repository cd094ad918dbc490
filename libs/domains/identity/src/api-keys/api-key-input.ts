import { API_KEY_TYPES, ValidationError } from '@caas/runtime';
import { dateTime, idOf, int32, int64, parseCidr, text, z } from '@caas/schema';
import { scopesFor } from './api-key-grants.js';
import { ROTATE_AFTER_DAYS } from './api-key-row.js';
import { type ApiKey } from './api-keys.collection.js';
import { ENDPOINT_GLOB } from './endpoint-glob.js';

const YEARS_MAX = 5;
const DAYS_OF_A_YEAR = 366;
const DAY_MS = 86_400_000;
const NETWORKS_MAX = 20;
/** An IPv6 network in full, with an IPv4 tail. */
const NETWORK_LENGTH_MAX = 49;

const rateLimit = z.strictObject({
  requests_per_minute: int32({ min: 1 }).nullable().default(null),
  requests_per_day: int64({ min: 1 }).nullable().default(null),
});

const metadata = z.strictObject({
  description: text({ max: 1000 }).nullable().default(null),
  tags: z
    .array(text({ min: 1, max: 50 }))
    .max(20)
    .default([]),
  notes: text({ max: 4000 }).nullable().default(null),
});

const scopes = z.array(text({ min: 1, max: 50 })).max(50);
const endpoints = z.array(z.string().regex(ENDPOINT_GLOB, 'must be * or a path such as /messages/*, without the version')).min(1).max(50);
const networks = z.array(text({ min: 2, max: NETWORK_LENGTH_MAX })).max(NETWORKS_MAX);
const name = text({ min: 1, max: 100 });

/** A key as somebody asks for it. */
export const newApiKey = z.strictObject({
  /** Null: good for all applications. */
  app_id: idOf('app').nullable().default(null),
  name,
  type: z.enum(API_KEY_TYPES),
  environment: z.enum(['live', 'test']),
  /** Wildcards such as `chat:*` are expanded. None for webhook keys. */
  scopes: scopes.default([]),
  allowed_endpoints: endpoints.default(['*']),
  /** Addresses and networks that the key may be used from; everywhere when empty. */
  ip_whitelist: networks.default([]),
  expires_at: dateTime().nullable().default(null),
  rate_limit: rateLimit.nullable().default(null),
  /** In the key's whole life; -1 is no limit. */
  max_requests: int64({ min: -1 }).default(-1),
  auto_rotate: z.boolean().default(false),
  rotate_after_days: int32({ min: 1, max: 365 }).default(ROTATE_AFTER_DAYS),
  metadata: metadata.nullable().default(null),
});
export type NewApiKey = z.output<typeof newApiKey>;

/** What may be changed; what is left out stays. */
export const apiKeyChanges = z.strictObject({
  name: name.optional(),
  scopes: scopes.optional(),
  allowed_endpoints: endpoints.optional(),
  ip_whitelist: networks.optional(),
  expires_at: dateTime().nullable().optional(),
  rate_limit: rateLimit.nullable().optional(),
  metadata: metadata.nullable().optional(),
});
export type KeyChanges = z.output<typeof apiKeyChanges>;

/** A key with everything that its owner does not have to say. */
export function aKeyWith(given: Pick<NewApiKey, 'name' | 'type' | 'environment' | 'scopes'> & Partial<NewApiKey>): NewApiKey {
  return newApiKey.parse(given);
}

/** Throws `ValidationError` naming the field. */
export function permissionsChanged(
  { type, permissions: before }: Pick<ApiKey, 'type' | 'permissions'>,
  changes: Pick<KeyChanges, 'scopes' | 'allowed_endpoints' | 'rate_limit'>,
): ApiKey['permissions'] {
  return {
    scopes: changes.scopes === undefined ? before.scopes : scopesFor(type, changes.scopes),
    allowed_endpoints: changes.allowed_endpoints ?? before.allowed_endpoints,
    rate_limit: changes.rate_limit === undefined ? before.rate_limit : changes.rate_limit,
  };
}

/** Throws `ValidationError` naming the field. */
export function restrictionsChanged(
  { restrictions: before }: Pick<ApiKey, 'restrictions'>,
  changes: Pick<KeyChanges, 'ip_whitelist' | 'expires_at'>,
  now: number,
): ApiKey['restrictions'] {
  return {
    ip_whitelist: changes.ip_whitelist === undefined ? before.ip_whitelist : changes.ip_whitelist.map(networkAt),
    expires_at: changes.expires_at === undefined ? before.expires_at : expiryOf(changes.expires_at, now),
    max_requests: before.max_requests,
  };
}

function networkAt(written: string, index: number): string {
  const range = parseCidr(written);
  if (range !== undefined) return range.cidr;
  throw new ValidationError([
    { field: `/body/ip_whitelist/${index}`, code: 'cidr', message: 'must be an address or a network such as 192.0.2.0/24' },
  ]);
}

function expiryOf(written: string | null, now: number): Date | null {
  if (written === null) return null;
  const at = new Date(written);
  const refuse = (message: string): never => {
    throw new ValidationError([{ field: '/body/expires_at', code: 'time', message }]);
  };
  if (at.getTime() <= now) refuse('must be in the future');
  if (at.getTime() > now + YEARS_MAX * DAYS_OF_A_YEAR * DAY_MS) refuse(`must be within ${YEARS_MAX} years`);
  return at;
}

/** What the security trail says of a key. */
export function toldOf(row: Pick<ApiKey, 'name' | 'app_id' | 'type' | 'environment' | 'permissions' | 'restrictions' | 'metadata'>) {
  const { name: called, app_id, type, environment, permissions, restrictions } = row;
  return { name: called, app_id, type, environment, ...permissions, ...restrictions, metadata: row.metadata };
}
