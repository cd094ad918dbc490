import { bsonDate, hexColor, httpUrl, int32, text, webOrigin, z } from '@caas/schema';

/** Public keys with which a tenant's own user tokens are verified. */
export const JWT_KEYS_MAX = 5;

const perMinute = int32({ min: 1 });
const httpsUrl = httpUrl({ httpsOnly: true });
/** A number of a public key in base64url (RFC 7518 §6). */
const jwkPart = (max: number) => text({ min: 1, max }).regex(/^[A-Za-z0-9_\-]+$/u, 'must be base64url');

/** How an application may be used. `features` can only restrict what plan and contract allow. */
export const applicationConfig = z.strictObject({
  /** CORS; https only in production. */
  allowed_origins: z.array(webOrigin()).max(50),
  features: z
    .strictObject({
      voice_calls: z.boolean(),
      video_calls: z.boolean(),
      screen_sharing: z.boolean(),
      file_sharing: z.boolean(),
      /** Null leaves the tenant's own bound. */
      max_file_size_mb: int32({ min: 1 }).nullable(),
      /** MIME types, also as `image/*`; null leaves the tenant's own list. */
      allowed_file_types: z
        .array(text({ min: 1, max: 100 }))
        .max(100)
        .nullable(),
    })
    .nullable(),
  rate_limits: z.strictObject({ messages_per_minute: perMinute, api_calls_per_minute: perMinute, connections_per_user: perMinute }),
  branding: z
    .strictObject({
      primary_color: hexColor().nullable(),
      logo_url: httpsUrl.nullable(),
      favicon_url: httpsUrl.nullable(),
      custom_css_url: httpsUrl.nullable(),
    })
    .nullable(),
});

/** A public key as JWK; a private part has no place in it. */
const publicJwk = z.discriminatedUnion('kty', [
  z.strictObject({ kty: z.literal('RSA'), n: jwkPart(1400), e: jwkPart(12) }),
  z.strictObject({ kty: z.literal('EC'), crv: z.literal('P-256'), x: jwkPart(43), y: jwkPart(43) }),
  z.strictObject({ kty: z.literal('OKP'), crv: z.literal('Ed25519'), x: jwkPart(43) }),
]);

const jwtKey = z.strictObject({
  kid: text({ min: 1, max: 128 }),
  alg: z.enum(['RS256', 'ES256', 'EdDSA']),
  public_jwk: publicJwk,
  status: z.enum(['active', 'revoked']),
  not_before: bsonDate().nullable(),
  expires_at: bsonDate().nullable(),
});

/** Tokens and moderation of an application. */
export const applicationSecurity = z.strictObject({
  jwt_config: z.strictObject({
    /** The platform's own when null. */
    issuer: text({ min: 1, max: 255 }).nullable(),
    audience: text({ min: 1, max: 255 }).nullable(),
    token_expiry_minutes: int32({ min: 5, max: 60 }),
    refresh_token_expiry_days: int32({ min: 1, max: 30 }),
  }),
  jwt_keys: z.array(jwtKey).max(JWT_KEYS_MAX),
  content_moderation: z.strictObject({
    enabled: z.boolean(),
    block_profanity: z.boolean(),
    custom_blocked_words: z.array(text({ min: 1, max: 100 })).max(500),
  }),
});

/** What an application has until somebody says otherwise. */
export function applicationDefaults(): { config: z.output<typeof applicationConfig>; security: z.output<typeof applicationSecurity> } {
  return {
    config: {
      allowed_origins: [],
      features: null,
      rate_limits: { messages_per_minute: 60, api_calls_per_minute: 1000, connections_per_user: 5 },
      branding: null,
    },
    security: {
      jwt_config: { issuer: null, audience: null, token_expiry_minutes: 15, refresh_token_expiry_days: 7 },
      jwt_keys: [],
      content_moderation: { enabled: false, block_profanity: false, custom_blocked_words: [] },
    },
  };
}
