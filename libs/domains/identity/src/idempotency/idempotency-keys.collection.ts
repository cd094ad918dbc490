import { defineCollection, type DocumentOf } from '@caas/data-access-mongo';
import { bsonDate, hash, int32, tenantReference, text, z } from '@caas/schema';

/** Characters of an answer that is stored. */
export const STORED_BODY_MAX = 262_144;

/**
 * Requests that carried an `Idempotency-Key`. The id is a digest of tenant, principal, method, path and key: who inserts it first runs the request,
 * everybody else waits or gets the stored answer. Answers of 5xx and 429 are not stored: their row goes.
 */
export const idempotencyKeys = defineCollection({
  name: 'idempotency_keys',
  scope: 'platform',
  id: { field: 'scope', prefix: 'name' },
  description: 'Answers to requests with an Idempotency-Key, kept for a day',
  schema: z.strictObject({
    /** Null for requests to public routes. */
    tenant_id: tenantReference().nullable(),
    /** Of the body as it came; another body under the same key is refused. */
    body_hash: hash(),
    state: z.enum(['in_progress', 'completed']),
    /** A process that dies in between holds the key until here. */
    locked_until: bsonDate(),
    response: z
      .strictObject({
        status: int32({ min: 200, max: 499 }),
        headers: z.array(z.strictObject({ name: text({ min: 1, max: 100 }), value: text({ max: 4096 }) })).max(20),
        /** The bytes that were sent, without secrets; null for an empty body. */
        body: text({ max: STORED_BODY_MAX }).nullable(),
      })
      .nullable(),
    expires_at: bsonDate(),
  }),
  indexes: [
    { name: 'tenant_created', keys: { tenant_id: 1, created_at: -1 } },
    { name: 'expires_ttl', keys: { expires_at: 1 }, ttlSeconds: 0 },
  ],
});

export type IdempotencyKey = DocumentOf<typeof idempotencyKeys>;
