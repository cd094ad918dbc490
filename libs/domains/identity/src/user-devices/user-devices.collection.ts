import { defineCollection, type DocumentOf } from '@caas/data-access-mongo';
import { bsonDate, hash, idOf, int32, int64, ipAddress, sealed, text, timeZone, z } from '@caas/schema';
import { userLocation } from '../user-location.js';

/** Active devices that one user can have; a tenant may lower it. */
export const ACTIVE_DEVICES_MAX = 10;

export const PUSH_PROVIDERS = ['fcm', 'apns', 'web_push'] as const;

export const DEVICE_TYPES = ['mobile', 'tablet', 'desktop', 'web'] as const;
export const DEVICE_PLATFORMS = ['ios', 'android', 'windows', 'macos', 'linux', 'web'] as const;

const deviceInfo = z.strictObject({
  name: text({ min: 1, max: 100 }),
  type: z.enum(DEVICE_TYPES),
  platform: z.enum(DEVICE_PLATFORMS),
  os_version: text({ max: 50 }).nullable(),
  app_version: text({ max: 50 }).nullable(),
  model: text({ max: 100 }).nullable(),
  manufacturer: text({ max: 100 }).nullable(),
  browser: text({ max: 50 }).nullable(),
  browser_version: text({ max: 50 }).nullable(),
  /** HMAC of what tells the device from others. */
  fingerprint: hash().nullable(),
});

/** A push token is a credential, so it is sealed. Its hash finds the device that has it; a token belongs to the newest one. */
const push = z.strictObject({
  enabled: z.boolean(),
  provider: z.enum(PUSH_PROVIDERS),
  /** The token; for web push the endpoint. */
  token: sealed().nullable(),
  /** Web push only: p256dh and auth. */
  keys: sealed().nullable(),
  token_hash: hash().nullable(),
  last_refreshed_at: bsonDate().nullable(),
  failed_attempts: int32({ min: 0 }),
  last_failure_reason: text({ max: 500 }).nullable(),
});

/** Written at most once a minute. */
const activity = z.strictObject({
  first_seen_at: bsonDate(),
  last_active_at: bsonDate(),
  total_sessions: int64({ min: 0 }),
  total_messages_sent: int64({ min: 0 }),
  last_ip: ipAddress().nullable(),
  last_location: z.strictObject({ ...userLocation, timezone: timeZone().nullable() }).nullable(),
});

/** Registered devices of users. Who is connected just now is not in MongoDB. */
export const userDevices = defineCollection({
  name: 'user_devices',
  scope: 'tenant',
  id: { field: 'device_id', prefix: 'dev' },
  description: 'Registered devices of users',
  schema: z.strictObject({
    user_id: idOf('usr'),
    device_info: deviceInfo,
    push,
    /** No keys: they are in `user_keys` and `prekey_bundles`. */
    encryption: z.strictObject({
      registered: z.boolean(),
      identity_key_id: text({ min: 1, max: 64 }).nullable(),
      prekey_low_threshold: int32({ min: 0, max: 200 }),
    }),
    activity,
    status: z.enum(['active', 'revoked']),
    /** When the user said that they trust it; null while they have not. */
    trusted_at: bsonDate().nullable(),
    revoked_at: bsonDate().nullable(),
    security: z.strictObject({
      is_suspicious: z.boolean(),
      suspicious_reason: text({ max: 500 }).nullable(),
      verification_required: z.boolean(),
      blocked_until: bsonDate().nullable(),
    }),
  }),
  indexes: [
    { name: 'user_status', keys: { tenant_id: 1, user_id: 1, status: 1 } },
    {
      name: 'push_token_unique',
      keys: { tenant_id: 1, 'push.token_hash': 1 },
      unique: true,
      partial: { 'push.token_hash': { $type: 'string' } },
    },
    { name: 'last_active', keys: { tenant_id: 1, 'activity.last_active_at': 1 } },
    { name: 'revoked_ttl', keys: { revoked_at: 1 }, ttlSeconds: 30 * 86_400 },
  ],
});

export type UserDevice = DocumentOf<typeof userDevices>;
