import { defineCollection, type DocumentOf } from '@caas/data-access-mongo';
import { bsonDate, idOf, int64, tenantReference, text, z } from '@caas/schema';
import { dimensionKey, QUOTA_RESOURCES } from '@caas/tenancy';

/** What is rolled up for invoices: the metered resources, and monthly active users. */
export const USAGE_METRICS = [...QUOTA_RESOURCES, 'mau'] as const;

const dimensions = z.strictObject({
  app_id: idOf('app').nullable(),
  environment: z.enum(['development', 'staging', 'production']).nullable(),
  endpoint: text({ min: 1, max: 200 }).nullable(),
  content_type: text({ min: 1, max: 100 }).nullable(),
});

/** Usage per hour, day and month. The unique key makes a repeated rollup write the same row. */
export const usageRecords = defineCollection({
  name: 'usage_records',
  scope: 'platform',
  database: 'billing',
  id: { field: 'usage_id', prefix: 'row' },
  description: 'Usage of a tenant per hour, day and month',
  schema: z.strictObject({
    tenant_id: tenantReference(),
    metric_type: z.enum(USAGE_METRICS),
    /** UTC, half-open. */
    bucket: z.strictObject({ type: z.enum(['hourly', 'daily', 'monthly']), start: bsonDate(), end: bsonDate() }),
    value: int64({ min: 0 }),
    unit: z.enum(['count', 'bytes', 'minutes']),
    dimensions,
    dim_key: dimensionKey(),
    billing: z.strictObject({
      billable: z.boolean(),
      included_in_plan: z.boolean(),
      overage: int64({ min: 0 }),
      billed_at: bsonDate().nullable(),
      invoice_id: idOf('inv').nullable(),
    }),
    /** 90 days for hours, 400 for days, null for months. */
    expires_at: bsonDate().nullable(),
  }),
  indexes: [
    {
      name: 'bucket_unique',
      keys: { tenant_id: 1, metric_type: 1, 'bucket.type': 1, 'bucket.start': -1, dim_key: 1 },
      unique: true,
    },
    { name: 'invoice', keys: { 'billing.invoice_id': 1 }, partial: { 'billing.invoice_id': { $type: 'string' } } },
    { name: 'expires_ttl', keys: { expires_at: 1 }, ttlSeconds: 0, partial: { expires_at: { $type: 'date' } } },
  ],
});

export type UsageRecord = DocumentOf<typeof usageRecords>;
