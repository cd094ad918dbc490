import { defineCollection, type DocumentOf } from '@caas/data-access-mongo';
import { bsonDate, idOf, int32, tenantReference, text, z } from '@caas/schema';

/** Characters of one part at most. */
export const PART_LENGTH_MAX = 262_144;

/** What jobs come to, in parts: text that is put together again in the order of their numbers. */
export const jobResults = defineCollection({
  name: 'job_results',
  scope: 'platform',
  id: { field: 'result_id', prefix: 'row' },
  description: 'Results of jobs, in parts',
  schema: z.strictObject({
    job_id: idOf('job'),
    tenant_id: tenantReference(),
    part: int32({ min: 1 }),
    content: text({ max: PART_LENGTH_MAX }),
    expires_at: bsonDate(),
  }),
  indexes: [
    { name: 'job_part_unique', keys: { tenant_id: 1, job_id: 1, part: 1 }, unique: true },
    { name: 'expires_ttl', keys: { expires_at: 1 }, ttlSeconds: 0 },
  ],
});

export type JobResult = DocumentOf<typeof jobResults>;
