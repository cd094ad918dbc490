import { defineCollection, type DocumentOf } from '@caas/data-access-mongo';
import { bsonDate, tenantReference, z } from '@caas/schema';
import { perResource } from './quota-resources.js';

/**
 * What a tenant used in one billing period: what Redis counts, written down every few seconds as absolute values, so that a repeated write
 * changes nothing. A new period is a new row; nothing is ever set back to zero.
 */
export const tenantQuotas = defineCollection({
  name: 'tenant_quotas',
  scope: 'platform',
  id: { field: 'quota_id', prefix: 'row' },
  description: 'Usage of a tenant in one billing period',
  schema: z.strictObject({
    tenant_id: tenantReference(),
    /** UTC; the period is half-open. */
    period_start: bsonDate(),
    period_end: bsonDate(),
    /** Snapshot of what was in force; -1 is no limit. Storage is in bytes here. */
    limits: perResource({ min: -1 }),
    usage: perResource({ min: 0 }),
    /** The highest value within the period: what counts of a gauge. */
    peak: perResource({ min: 0 }),
    flushed_at: bsonDate(),
  }),
  indexes: [{ name: 'tenant_period_unique', keys: { tenant_id: 1, period_start: -1 }, unique: true }],
});

export type TenantQuota = DocumentOf<typeof tenantQuotas>;
