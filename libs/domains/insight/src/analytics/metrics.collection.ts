import { defineCollection, type DocumentOf } from '@caas/data-access-mongo';
import { bsonDate, country, double, idOf, int64, tenantReference, text, z } from '@caas/schema';
import { dimensionKey } from '@caas/tenancy';

/** Names that a metric can have; another one is registered here first, so that dashboards find what writers write. */
export const METRIC_NAMES = [
  'mau',
  'dau',
  'new_users',
  'messages_sent',
  'messages_delivered',
  'active_conversations',
  'files_uploaded',
  'call_minutes',
  'api_calls',
  'api_errors',
  'avg_response_time',
] as const;

const statistic = double().nullable();

/** Figures per hour, day, week and month. The unique key makes a repeated rollup write the same row. */
export const metrics = defineCollection({
  name: 'metrics',
  scope: 'platform',
  database: 'analytics',
  id: { field: 'metric_id', prefix: 'row' },
  description: 'Figures of a tenant per hour, day, week and month',
  schema: z.strictObject({
    tenant_id: tenantReference(),
    app_id: idOf('app').nullable(),
    metric_name: z.enum(METRIC_NAMES),
    /** `timestamp` is the start of the bucket, UTC. */
    bucket: z.strictObject({ type: z.enum(['hourly', 'daily', 'weekly', 'monthly']), timestamp: bsonDate() }),
    value: double(),
    values: z
      .strictObject({
        count: int64({ min: 0 }),
        sum: statistic,
        min: statistic,
        max: statistic,
        avg: statistic,
        p50: statistic,
        p95: statistic,
        p99: statistic,
      })
      .nullable(),
    dimensions: z.strictObject({
      platform: z.enum(['web', 'ios', 'android']).nullable(),
      country: country().nullable(),
      user_segment: text({ min: 1, max: 100 }).nullable(),
    }),
    dim_key: dimensionKey(),
    /** 90 days for hours, two years for days and weeks, null for months. */
    expires_at: bsonDate().nullable(),
  }),
  indexes: [
    {
      name: 'bucket_unique',
      keys: { tenant_id: 1, metric_name: 1, 'bucket.type': 1, 'bucket.timestamp': -1, app_id: 1, dim_key: 1 },
      unique: true,
    },
    { name: 'app_metric_timestamp', keys: { tenant_id: 1, app_id: 1, metric_name: 1, 'bucket.timestamp': -1 } },
    { name: 'expires_ttl', keys: { expires_at: 1 }, ttlSeconds: 0, partial: { expires_at: { $type: 'date' } } },
  ],
});

export type Metric = DocumentOf<typeof metrics>;
