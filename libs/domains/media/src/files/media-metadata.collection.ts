import { defineCollection, type DocumentOf } from '@caas/data-access-mongo';
import { bsonDate, country, double, freeForm, idOf, int32, int64, language, recordOf, text, z } from '@caas/schema';
import { pixels } from '../media-fields.js';

/** The last jobs that are kept; the work queue itself is in Kafka. */
export const JOBS_MAX = 20;

/** Legal moves: queued → processing → completed or failed; failed → queued. */
export const JOB_STATUSES = ['queued', 'processing', 'completed', 'failed'] as const;

const counter = int64({ min: 0 });

const job = z.strictObject({
  job_id: idOf('job'),
  job_type: z.enum(['transcode', 'thumbnail', 'optimize', 'scan']),
  status: z.enum(JOB_STATUSES),
  priority: int32({ min: 0, max: 9 }),
  input: freeForm().nullable(),
  output: freeForm().nullable(),
  worker: text({ max: 100 }).nullable(),
  queued_at: bsonDate(),
  started_at: bsonDate().nullable(),
  completed_at: bsonDate().nullable(),
  error: text({ max: 500 }).nullable(),
  retry_count: int32({ min: 0 }),
});

const output = z.strictObject({
  rendition: text({ min: 1, max: 50 }),
  key: text({ min: 1, max: 1_024 }),
  width: pixels().nullable(),
  height: pixels().nullable(),
  bitrate: int64({ min: 0 }).nullable(),
  size: int64({ min: 0 }),
});

/** Processing, analysis and delivery of one file, under the file's own id. */
export const mediaMetadata = defineCollection({
  name: 'media_metadata',
  scope: 'tenant',
  id: { field: 'file_id', prefix: 'file' },
  description: 'Processing, analysis and delivery data, one per file',
  schema: z.strictObject({
    jobs: z.array(job).max(JOBS_MAX),
    outputs: z.array(output).max(10).nullable(),
    analysis: z
      .strictObject({
        labels: z.array(text({ min: 1, max: 100 })).max(50),
        nsfw_score: double({ min: 0, max: 1 }).nullable(),
        language: language().nullable(),
        transcript_file_id: idOf('file').nullable(),
      })
      .nullable(),
    moderation_status: z.enum(['pending', 'approved', 'flagged', 'rejected']),
    cdn: z
      .strictObject({
        cached: z.boolean(),
        cache_key: text({ max: 1_024 }).nullable(),
        cached_at: bsonDate().nullable(),
        cache_hits: counter,
        last_purged_at: bsonDate().nullable(),
        edge_locations: z.array(text({ min: 1, max: 64 })).max(50),
      })
      .nullable(),
    /** Written in batches, not per view; the number of viewers is approximate. */
    analytics: z.strictObject({
      total_views: counter,
      total_downloads: counter,
      bandwidth_used: counter,
      unique_viewers: counter,
      views_by_country: recordOf(counter, { key: country(), maxKeys: 300 }),
      views_by_device: recordOf(counter, { maxKeys: 20 }),
    }),
  }),
  indexes: [
    { name: 'job', keys: { tenant_id: 1, 'jobs.job_id': 1 } },
    { name: 'job_status', keys: { tenant_id: 1, 'jobs.status': 1 } },
  ],
});

export type MediaMetadata = DocumentOf<typeof mediaMetadata>;
