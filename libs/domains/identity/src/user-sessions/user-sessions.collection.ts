import { defineCollection, type DocumentOf } from '@caas/data-access-mongo';
import { bsonDate, hash, idOf, int32, ipAddress, text, z } from '@caas/schema';
import { userLocation } from '../user-location.js';

/** The last addresses that are kept. */
export const IP_HISTORY_MAX = 10;

export const TERMINATORS = ['user', 'admin', 'system', 'security'] as const;
export const TERMINATION_REASONS = [
  'logout',
  'password_change',
  'suspicious_activity',
  'refresh_token_reuse',
  'device_revoked',
  'user_banned',
  'user_deleted',
  'revoked_by_admin',
  'replaced',
] as const;

/** The text of a refresh token names tenant and session: these find the row, the hash is compared in constant time. */
const tokens = z.strictObject({
  refresh_hash: hash(),
  /** Presenting this one again revokes the session: somebody has a copy. */
  prev_refresh_hash: hash().nullable(),
  access_jti: text({ min: 1, max: 64 }),
  access_expires_at: bsonDate(),
  refresh_count: int32({ min: 0 }),
  last_refresh_at: bsonDate().nullable(),
});

/** Sessions of users with their refresh tokens. Expired is who is active past `expires_at`; removal lags, so readers look at it. */
export const userSessions = defineCollection({
  name: 'user_sessions',
  scope: 'tenant',
  id: { field: 'session_id', prefix: 'sess' },
  description: 'End-user sessions and their refresh tokens',
  schema: z.strictObject({
    user_id: idOf('usr'),
    /** The application in which the user signed in. */
    app_id: idOf('app'),
    device_id: idOf('dev').nullable(),
    tokens,
    status: z.enum(['active', 'revoked']),
    activity: z.strictObject({
      last_active_at: bsonDate(),
      created_ip: ipAddress().nullable(),
      last_ip: ipAddress().nullable(),
      ip_history: z.array(z.strictObject({ ip: ipAddress(), seen_at: bsonDate() })).max(IP_HISTORY_MAX),
      location: z.strictObject(userLocation).nullable(),
    }),
    security: z.strictObject({
      is_suspicious: z.boolean(),
      suspicious_indicators: z.array(text({ min: 1, max: 100 })).max(10),
      requires_reauthentication: z.boolean(),
      mfa_verified: z.boolean(),
      mfa_verified_at: bsonDate().nullable(),
    }),
    terminated: z
      .strictObject({
        at: bsonDate(),
        by: z.enum(TERMINATORS),
        reason: z.enum(TERMINATION_REASONS),
        from_ip: ipAddress().nullable(),
      })
      .nullable(),
    /** Of session and refresh token alike: 7 days, never beyond 30 days after the start. */
    expires_at: bsonDate(),
  }),
  indexes: [
    { name: 'user_status', keys: { tenant_id: 1, user_id: 1, status: 1 } },
    { name: 'expires_ttl', keys: { expires_at: 1 }, ttlSeconds: 0 },
  ],
});

export type UserSession = DocumentOf<typeof userSessions>;
