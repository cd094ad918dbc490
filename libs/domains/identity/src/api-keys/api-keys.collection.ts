import { defineCollection, type DocumentOf } from '@caas/data-access-mongo';
import { SCOPES } from '@caas/gateway-middleware';
import { API_KEY_TYPES } from '@caas/runtime';
import { bsonDate, cidr, hash, idOf, int32, int64, ipAddress, keyId, tenantReference, text, z } from '@caas/schema';

const count = int64({ min: 0 });

const permissions = z.strictObject({
  /** Wildcards are expanded before they are stored. */
  scopes: z.array(z.enum(SCOPES)).max(SCOPES.length),
  /** Path globs without the version prefix, checked besides the scopes; `*` is all. */
  allowed_endpoints: z.array(text({ min: 1, max: 200 })).max(50),
  /** In place of the plan's limits. */
  rate_limit: z
    .strictObject({ requests_per_minute: int32({ min: 1 }).nullable(), requests_per_day: int64({ min: 1 }).nullable() })
    .nullable(),
});

const restrictions = z.strictObject({
  ip_whitelist: z.array(cidr()).max(20),
  expires_at: bsonDate().nullable(),
  /** In the key's whole life; -1 is no limit. */
  max_requests: int64({ min: -1 }),
});

const rotation = z.strictObject({
  /** False once a successor exists. */
  is_primary: z.boolean(),
  predecessor_id: idOf('key').nullable(),
  /** Until when a replaced key is still good; null for one that was not replaced. */
  overlap_until: bsonDate().nullable(),
  /** Tells the tenant when the time has come; the new secret needs a human to receive it. */
  auto_rotate: z.boolean(),
  rotate_after_days: int32({ min: 1, max: 365 }),
  last_rotated_at: bsonDate().nullable(),
  next_rotation_at: bsonDate().nullable(),
});

/** Usage comes from Redis at most once a minute, never with a request. */
const audit = z.strictObject({
  created_by: text({ min: 1, max: 100 }),
  revoked_by: text({ min: 1, max: 100 }).nullable(),
  revoked_at: bsonDate().nullable(),
  revocation_reason: text({ max: 500 }).nullable(),
  last_used_at: bsonDate().nullable(),
  last_used_ip: ipAddress().nullable(),
  /** The route's template, not the path. */
  last_used_endpoint: text({ max: 200 }).nullable(),
  total_requests: count,
  failed_requests: count,
  last_failure_at: bsonDate().nullable(),
  last_failure_reason: text({ max: 200 }).nullable(),
});

/** Credentials of servers, SDKs and webhook callers. The key itself is stored nowhere: only its HMAC is. Rows stay, for audit. */
export const apiKeys = defineCollection({
  name: 'api_keys',
  scope: 'platform',
  id: { field: 'key_id', prefix: 'key' },
  description: 'Credentials of server, SDK and webhook callers',
  schema: z.strictObject({
    tenant_id: tenantReference(),
    /** Null: good for all applications of the tenant. */
    app_id: idOf('app').nullable(),
    name: text({ min: 1, max: 100 }),
    type: z.enum(API_KEY_TYPES),
    environment: z.enum(['live', 'test']),
    key_prefix: z.string().regex(/^caas_(?:sk|pk|wk)_(?:live|test)_[0-9A-Za-z]{6}$/u),
    key_lookup: hash(),
    pepper_kid: keyId(),
    /** `revoked` is final. */
    status: z.enum(['active', 'revoked', 'expired']),
    permissions,
    restrictions,
    rotation,
    audit,
    metadata: z
      .strictObject({
        description: text({ max: 1000 }).nullable(),
        tags: z.array(text({ min: 1, max: 50 })).max(20),
        notes: text({ max: 4000 }).nullable(),
      })
      .nullable(),
  }),
  indexes: [
    { name: 'key_lookup_unique', keys: { key_lookup: 1 }, unique: true },
    { name: 'tenant_status_created', keys: { tenant_id: 1, status: 1, created_at: -1 } },
    { name: 'app_status_type', keys: { app_id: 1, status: 1, type: 1 } },
    { name: 'next_rotation', keys: { 'rotation.next_rotation_at': 1 }, partial: { 'rotation.next_rotation_at': { $type: 'date' } } },
    { name: 'overlap_end', keys: { 'rotation.overlap_until': 1 }, partial: { 'rotation.overlap_until': { $type: 'date' } } },
    { name: 'expiry', keys: { 'restrictions.expires_at': 1 }, partial: { 'restrictions.expires_at': { $type: 'date' } } },
  ],
});

export type ApiKey = DocumentOf<typeof apiKeys>;
