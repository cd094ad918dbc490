import { defineCollection, type DocumentOf } from '@caas/data-access-mongo';
import { bsonDate, tenantReference, text, z } from '@caas/schema';

/** What can be revoked at once, from the smallest to the largest. */
export const REVOCATION_SCOPES = ['token', 'session', 'user', 'app', 'tenant'] as const;
export type RevocationScope = (typeof REVOCATION_SCOPES)[number];

/** `used`: what is good once only was used. */
export const REVOCATION_REASONS = [
  'logout',
  'password_change',
  'security_breach',
  'admin_action',
  'token_reuse',
  'device_removed',
  'used',
] as const;

/**
 * Tokens issued before `invalid_before` are dead. One row per scope, whose id is the scope (`user:usr_…`), so that a later revocation replaces an
 * earlier one; Redis holds a copy.
 */
export const revocations = defineCollection({
  name: 'revocations',
  scope: 'platform',
  id: { field: 'scope', prefix: 'name' },
  description: 'Moments before which issued tokens are dead, per token, session, user, application and tenant',
  schema: z.strictObject({
    scope_kind: z.enum(REVOCATION_SCOPES),
    tenant_id: tenantReference(),
    invalid_before: bsonDate(),
    reason: z.enum(REVOCATION_REASONS),
    revoked_by: text({ min: 1, max: 100 }),
    /** When the last token that it concerns has expired by itself. */
    expires_at: bsonDate(),
  }),
  indexes: [
    { name: 'tenant_invalid_before', keys: { tenant_id: 1, invalid_before: -1 } },
    { name: 'expires_ttl', keys: { expires_at: 1 }, ttlSeconds: 0 },
  ],
});

export type Revocation = DocumentOf<typeof revocations>;

/** The id of the row for one thing. */
export function revocationScope(kind: RevocationScope, id: string): string {
  return `${kind}:${id}`;
}
