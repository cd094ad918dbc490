import { defineCollection, type DocumentOf } from '@caas/data-access-mongo';
import { AUDIT_ACTORS, AUDIT_CATEGORIES, AUDIT_RESULTS, AUDIT_SEVERITIES } from '@caas/runtime';
import { bsonDate, email, freeForm, hash, int32, ipAddress, tenantReference, text, z } from '@caas/schema';

const reference = text({ min: 1, max: 255 });
const requestId = text({ min: 1, max: 100 });

const actor = z.strictObject({
  type: z.enum(AUDIT_ACTORS),
  id: reference.nullable(),
  email: email().nullable(),
  role: text({ max: 50 }).nullable(),
  ip: ipAddress().nullable(),
  user_agent: text({ max: 500 }).nullable(),
  /** The user for whom a key acted. */
  on_behalf_of: reference.nullable(),
});

const action = z.strictObject({
  category: z.enum(AUDIT_CATEGORIES),
  /** `login`, `create`, `update`, `delete`, `export` and the like. */
  type: z.string().regex(/^[a-z][a-z_]{0,49}$/u),
  name: z.string().regex(/^[a-z][a-z_]*(?:\.[a-z][a-z_]*)+$/u, 'must be a name such as api_key.rotated'),
});

/** Secrets are redacted before they come here. */
const snapshot = freeForm({ maxBytes: 16_384, maxKeys: 500 });

/** Where an entry stands: a chain is one tenant's (or the platform's) UTC day, and numbers its entries without gaps from 1. */
const chain = z.strictObject({
  day: z.string().regex(/^\d{4}-\d{2}-\d{2}$/u, 'must be a day such as 2026-11-27'),
  sequence: int32({ min: 1 }),
});

/**
 * The security trail. Append-only: the application's database user may insert and find, nothing else. Each entry carries the hash of the one before
 * it in its chain, so that a missing or changed entry shows. A place in a chain is taken once: of two processes that append at the same moment one has to
 * look again.
 */
export const auditLogs = defineCollection({
  name: 'audit_logs',
  scope: 'platform',
  database: 'analytics',
  id: { field: 'audit_id', prefix: 'aud' },
  description: 'Security trail: who did what to which thing, with what result',
  schema: z.strictObject({
    /** Null for events of the platform itself. */
    tenant_id: tenantReference().nullable(),
    actor,
    action,
    target: z.strictObject({ type: text({ min: 1, max: 50 }), id: reference.nullable(), identifier: reference.nullable() }).nullable(),
    changes: z
      .strictObject({
        before: snapshot.nullable(),
        after: snapshot.nullable(),
        fields_changed: z.array(text({ min: 1, max: 200 })).max(100),
      })
      .nullable(),
    result: z.strictObject({
      status: z.enum(AUDIT_RESULTS),
      error_code: text({ max: 100 }).nullable(),
      error_message: text({ max: 500 }).nullable(),
    }),
    severity: z.enum(AUDIT_SEVERITIES),
    metadata: z.strictObject({
      request_id: requestId.nullable(),
      session_id: requestId.nullable(),
      reason: text({ max: 500 }).nullable(),
      compliance_flags: z.array(text({ min: 1, max: 50 })).max(20),
    }),
    timestamp: bsonDate(),
    retention: z.strictObject({
      expires_at: bsonDate(),
      /** Set by a role of its own; what is held does not expire. */
      legal_hold: z.boolean(),
    }),
    chain,
    /** Null for the first entry of a chain. */
    prev_hash: hash().nullable(),
    hash: hash(),
  }),
  indexes: [
    { name: 'chain_unique', keys: { tenant_id: 1, 'chain.day': 1, 'chain.sequence': 1 }, unique: true },
    { name: 'tenant_timestamp', keys: { tenant_id: 1, timestamp: -1 } },
    { name: 'actor_timestamp', keys: { 'actor.id': 1, timestamp: -1 } },
    { name: 'action_timestamp', keys: { 'action.name': 1, timestamp: -1 } },
    { name: 'target_timestamp', keys: { 'target.id': 1, timestamp: -1 } },
    { name: 'request', keys: { 'metadata.request_id': 1 } },
    {
      name: 'retention_ttl',
      keys: { 'retention.expires_at': 1 },
      ttlSeconds: 0,
      partial: { 'retention.legal_hold': false },
    },
  ],
});

export type AuditLog = DocumentOf<typeof auditLogs>;
