import {
  bsonDate,
  email,
  hash,
  httpUrl,
  int32,
  ipAddress,
  language,
  passwordHash,
  phone,
  sealed,
  tenantReference,
  text,
  timeZone,
  z,
} from '@caas/schema';

/** Failed logins after which an account is locked. */
export const LOCK_AFTER_FAILURES = 5;
export const BACKUP_CODES_MAX = 10;
export const SUSPICIONS_MAX = 20;
const RECENT_PAGES_MAX = 10;

/** The display name is computed from first and last name. */
export const adminProfile = z.strictObject({
  email: email(),
  first_name: text({ max: 100 }).nullable(),
  last_name: text({ max: 100 }).nullable(),
  avatar_url: httpUrl({ httpsOnly: true }).nullable(),
  phone: phone().nullable(),
  timezone: timeZone(),
});

const oneTimeToken = { token: hash().nullable(), expires_at: bsonDate().nullable(), sent_at: bsonDate().nullable() };

/** How an admin proves who it is. Whoever logs in through a provider only has no password. */
export const adminAuth = z.strictObject({
  password_hash: passwordHash().nullable(),
  password_updated_at: bsonDate().nullable(),
  password_expires_at: bsonDate().nullable(),
  mfa: z.strictObject({
    enabled: z.boolean(),
    method: z.enum(['totp', 'sms', 'email']).nullable(),
    /** The TOTP seed. */
    secret: sealed({ maxBytes: 128 }).nullable(),
    /** Each is good once. */
    backup_codes: z.array(z.strictObject({ hash: passwordHash(), used_at: bsonDate().nullable() })).max(BACKUP_CODES_MAX),
    verified_at: bsonDate().nullable(),
  }),
  oauth_providers: z
    .array(
      z.strictObject({
        provider: z.enum(['google', 'github', 'microsoft']),
        provider_id: text({ min: 1, max: 255 }),
        email: email().nullable(),
        connected_at: bsonDate(),
      }),
    )
    .max(5),
  /** Good for an hour. */
  reset: z.strictObject(oneTimeToken).nullable(),
  /** Good for a day. */
  email_verification: z.strictObject({ ...oneTimeToken, email_verified: z.boolean() }),
});

export const adminPreferences = z.strictObject({
  theme: z.enum(['light', 'dark', 'system']),
  language: language(),
  notifications: z.strictObject({
    email_alerts: z.boolean(),
    sms_alerts: z.boolean(),
    alert_types: z.array(z.enum(['security', 'billing', 'usage'])).max(3),
  }),
  dashboard: z.strictObject({
    default_client_id: tenantReference().nullable(),
    sidebar_collapsed: z.boolean(),
    recent_pages: z.array(text({ min: 1, max: 200 })).max(RECENT_PAGES_MAX),
  }),
});

export const adminSecurity = z.strictObject({
  failed_login_attempts: int32({ min: 0 }),
  locked_until: bsonDate().nullable(),
  last_login_at: bsonDate().nullable(),
  last_login_ip: ipAddress().nullable(),
  /** The latest ones. */
  suspicious_activity: z
    .array(
      z.strictObject({
        type: z.enum(['new_device', 'unusual_location', 'failed_logins']),
        detected_at: bsonDate(),
        details: text({ max: 500 }).nullable(),
        resolved: z.boolean(),
      }),
    )
    .max(SUSPICIONS_MAX),
});

/** Where a console session runs. */
export const adminDevice = z.strictObject({
  type: text({ max: 50 }).nullable(),
  browser: text({ max: 100 }).nullable(),
  os: text({ max: 100 }).nullable(),
});
