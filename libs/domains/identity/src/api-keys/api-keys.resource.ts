import { API_KEY_TYPES } from '@caas/runtime';
import { dateTime, idOf, int32, int64, ipAddress, text, z } from '@caas/schema';
import { type ApiKey } from './api-keys.collection.js';

/** A key as the API shows it: never its text, nor anything that it could be found by. */
export const apiKeyResource = z
  .strictObject({
    key_id: idOf('key'),
    key_prefix: text({ max: 50 }),
    name: text({ min: 1, max: 100 }),
    type: z.enum(API_KEY_TYPES),
    environment: z.enum(['live', 'test']),
    app_id: idOf('app').nullable(),
    scopes: z.array(text({ max: 50 })),
    allowed_endpoints: z.array(text({ max: 200 })),
    rate_limit: z
      .strictObject({ requests_per_minute: int32({ min: 1 }).nullable(), requests_per_day: int64({ min: 1 }).nullable() })
      .nullable(),
    ip_whitelist: z.array(text({ max: 43 })),
    expires_at: dateTime().nullable(),
    max_requests: int64({ min: -1 }),
    /** Behind by a minute at most. */
    requests_used: int64({ min: 0 }),
    status: z.enum(['active', 'revoked', 'expired']),
    rotation: z.strictObject({
      is_primary: z.boolean(),
      predecessor_id: idOf('key').nullable(),
      /** Until when a key that was replaced is still good. */
      valid_until: dateTime().nullable(),
      auto_rotate: z.boolean(),
      rotate_after_days: int32({ min: 1, max: 365 }),
      next_rotation_at: dateTime().nullable(),
    }),
    metadata: z
      .strictObject({
        description: text({ max: 1000 }).nullable(),
        tags: z.array(text({ min: 1, max: 50 })),
        notes: text({ max: 4000 }).nullable(),
      })
      .nullable(),
    last_used_at: dateTime().nullable(),
    last_used_ip: ipAddress().nullable(),
    created_by: text({ max: 100 }),
    created_at: dateTime(),
    updated_at: dateTime(),
  })
  .meta({ id: 'ApiKey' });

/** A key with its text, as it is shown once. */
export const issuedKeyResource = apiKeyResource.extend({ key: text({ max: 100 }) }).meta({ id: 'IssuedApiKey' });

export const rotatedKeyResource = issuedKeyResource
  .extend({
    predecessor: z.strictObject({ key_id: idOf('key'), valid_until: dateTime() }),
  })
  .meta({ id: 'RotatedApiKey' });

export function toApiKeyResource(key: ApiKey): z.output<typeof apiKeyResource> {
  const { permissions, restrictions, rotation, audit } = key;
  return {
    key_id: key.key_id,
    key_prefix: key.key_prefix,
    name: key.name,
    type: key.type,
    environment: key.environment,
    app_id: key.app_id,
    scopes: permissions.scopes,
    allowed_endpoints: permissions.allowed_endpoints,
    rate_limit: permissions.rate_limit,
    ip_whitelist: restrictions.ip_whitelist,
    expires_at: textOf(restrictions.expires_at),
    max_requests: restrictions.max_requests,
    requests_used: audit.total_requests,
    status: key.status,
    rotation: {
      is_primary: rotation.is_primary,
      predecessor_id: rotation.predecessor_id,
      valid_until: textOf(rotation.overlap_until),
      auto_rotate: rotation.auto_rotate,
      rotate_after_days: rotation.rotate_after_days,
      next_rotation_at: textOf(rotation.next_rotation_at),
    },
    metadata: key.metadata,
    last_used_at: textOf(audit.last_used_at),
    last_used_ip: audit.last_used_ip,
    created_by: audit.created_by,
    created_at: key.created_at.toISOString(),
    updated_at: key.updated_at.toISOString(),
  };
}

function textOf(date: Date | null): string | null {
  return date === null ? null : date.toISOString();
}
