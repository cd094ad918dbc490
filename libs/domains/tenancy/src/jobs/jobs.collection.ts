import { defineCollection, type DocumentOf } from '@caas/data-access-mongo';
import { bsonDate, freeForm, httpUrl, int32, int64, tenantReference, text, z } from '@caas/schema';

/**
 * Work that answers later (exports, deletions, replays): whoever asked follows it by its id. Claimed by lease, so that a killed worker's job is taken
 * over; results are kept for a week.
 */
export const jobs = defineCollection({
  name: 'jobs',
  scope: 'platform',
  id: { field: 'job_id', prefix: 'job' },
  description: 'Work that answers later, with its progress and result',
  schema: z.strictObject({
    /** Null for work of the platform itself. */
    tenant_id: tenantReference().nullable(),
    kind: z.string().regex(/^[a-z][a-z_]*(?:\.[a-z][a-z_]*)*$/u, 'must be a name such as user.export'),
    status: z.enum(['queued', 'running', 'succeeded', 'failed', 'cancelled']),
    created_by: text({ min: 1, max: 100 }),
    input: freeForm({ maxBytes: 16_384 }),
    progress: z.strictObject({ done: int64({ min: 0 }), total: int64({ min: 0 }).nullable() }),
    result: freeForm({ maxBytes: 16_384 }).nullable(),
    result_url: httpUrl().nullable(),
    error: z.strictObject({ code: text({ min: 1, max: 100 }), message: text({ max: 500 }) }).nullable(),
    attempts: int32({ min: 0 }),
    started_at: bsonDate().nullable(),
    finished_at: bsonDate().nullable(),
    lease_owner: text({ max: 100 }).nullable(),
    lease_until: bsonDate().nullable(),
    /** Seven days after the end; null until then. */
    expires_at: bsonDate().nullable(),
  }),
  indexes: [
    { name: 'owner_created', keys: { tenant_id: 1, created_by: 1, created_at: -1 } },
    { name: 'status_lease', keys: { status: 1, lease_until: 1, created_at: 1 } },
    { name: 'expires_ttl', keys: { expires_at: 1 }, ttlSeconds: 0, partial: { expires_at: { $type: 'date' } } },
  ],
});

export type Job = DocumentOf<typeof jobs>;
