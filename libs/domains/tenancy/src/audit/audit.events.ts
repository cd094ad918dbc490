import { defineEvent, defineTopic, TENANT_KEY } from '@caas/messaging-kafka';
import { freeForm, idOf, ipAddress, text, timestampMs, z } from '@caas/schema';
import { AUDIT_ACTORS, AUDIT_CATEGORIES, AUDIT_RESULTS, AUDIT_SEVERITIES } from '@caas/runtime';

const YEAR_MS = 365 * 86_400_000;

const reference = text({ min: 1, max: 255 });
const requestId = text({ min: 1, max: 100 });
/** Secrets are redacted before they come here. */
const snapshot = freeForm({ maxBytes: 16_384, maxKeys: 500 });

/** An entry of the audit trail, in the shape that it is stored in. */
export const auditRecorded = defineEvent({
  type: 'audit.recorded',
  version: '1.0.0',
  key: TENANT_KEY,
  description: 'Who did what to which thing, with what result',
  payload: z.strictObject({
    audit_id: idOf('aud'),
    actor: z.strictObject({
      type: z.enum(AUDIT_ACTORS),
      id: reference.optional(),
      email: text({ max: 254 }).optional(),
      role: text({ max: 50 }).optional(),
      ip: ipAddress().optional(),
      user_agent: text({ max: 500 }).optional(),
      /** The user for whom a key acted. */
      on_behalf_of: reference.optional(),
    }),
    action: z.strictObject({
      category: z.enum(AUDIT_CATEGORIES),
      /** `login`, `create`, `update`, `delete`, `export` and the like. */
      type: z.string().regex(/^[a-z][a-z_]{0,49}$/u),
      name: z.string().regex(/^[a-z][a-z_]*(?:\.[a-z][a-z_]*)+$/u, 'must be a name such as api_key.rotated'),
    }),
    target: z.strictObject({ type: text({ min: 1, max: 50 }), id: reference.optional(), identifier: reference.optional() }).optional(),
    result: z.strictObject({
      status: z.enum(AUDIT_RESULTS),
      error_code: text({ max: 100 }).optional(),
      error_message: text({ max: 500 }).optional(),
    }),
    changes: z
      .strictObject({
        before: snapshot.optional(),
        after: snapshot.optional(),
        fields_changed: z.array(text({ min: 1, max: 200 })).max(100),
      })
      .optional(),
    severity: z.enum(AUDIT_SEVERITIES),
    request_id: requestId.optional(),
    session_id: requestId.optional(),
    reason: text({ max: 500 }).optional(),
    compliance_flags: z.array(text({ min: 1, max: 50 })).max(20),
    expires_at: timestampMs(),
    legal_hold: z.boolean(),
  }),
});

/** The security trail on its way to the audit collection, in the order of each tenant. */
export const platformAudit = defineTopic({
  family: 'platform.audit',
  scope: 'platform',
  format: 'json',
  partitions: 8,
  retentionMs: YEAR_MS,
  cleanup: 'delete',
  compatibility: 'FULL',
  description: 'The security trail',
  events: [auditRecorded],
});
