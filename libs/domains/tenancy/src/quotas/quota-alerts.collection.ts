import { defineCollection, type DocumentOf } from '@caas/data-access-mongo';
import { bsonDate, int64, tenantReference, z } from '@caas/schema';
import { QUOTA_RESOURCES } from './quota-resources.js';

/** Percent of a limit at which its tenant is told. */
export const QUOTA_THRESHOLDS = [80, 90, 100] as const;
export type QuotaThreshold = (typeof QUOTA_THRESHOLDS)[number];

/**
 * Alerts that fired. Who inserts the row fires the alert; the unique key makes that one process. A gauge that fell back re-arms its alert
 * (`rearmed_at`), and who clears that again under the row's version fires it once more.
 */
export const quotaAlerts = defineCollection({
  name: 'quota_alerts',
  scope: 'platform',
  id: { field: 'alert_id', prefix: 'row' },
  description: 'Quota alerts: fired once per tenant, period, resource and threshold',
  schema: z.strictObject({
    tenant_id: tenantReference(),
    period_start: bsonDate(),
    resource: z.enum(QUOTA_RESOURCES),
    threshold: z.literal([...QUOTA_THRESHOLDS]),
    used: int64({ min: 0 }),
    limit: int64({ min: 0 }),
    fired_at: bsonDate(),
    /** When the event about it was accepted; null until then. */
    notified_at: bsonDate().nullable(),
    rearmed_at: bsonDate().nullable(),
  }),
  indexes: [{ name: 'once_per_threshold', keys: { tenant_id: 1, period_start: 1, resource: 1, threshold: 1 }, unique: true }],
});

export type QuotaAlert = DocumentOf<typeof quotaAlerts>;
