import { defineEvent } from '@caas/messaging-kafka';
import { double, int64, recordOf, tenantReference, text, timestampMs, z } from '@caas/schema';
import { QUOTA_RESOURCES } from '../quotas/quota-resources.js';
import { QUOTA_THRESHOLDS } from '../quotas/quota-alerts.collection.js';

const VERSION = '1.0.0';

export const quotaThresholdReached = defineEvent({
  type: 'quota.threshold_reached',
  version: VERSION,
  key: null,
  description: 'A tenant uses 80, 90 or 100 % of a limit; told once per period, and again when a gauge had fallen back',
  payload: z.strictObject({
    tenant_id: tenantReference(),
    resource: z.enum(QUOTA_RESOURCES),
    threshold_percent: z.literal([...QUOTA_THRESHOLDS]),
    used: int64({ min: 0 }),
    limit: int64({ min: 0 }),
    /** First day of the period, such as `2026-11-01`. */
    period: text({ min: 10, max: 10 }),
    at: timestampMs(),
  }),
});

const alert = z.strictObject({
  /** The same when it is raised and when it is resolved. */
  alert_id: text({ min: 1, max: 100 }),
  name: text({ min: 1, max: 100 }),
  severity: z.enum(['warning', 'critical', 'page']),
  value: double(),
  threshold: double(),
  labels: recordOf(text({ max: 200 }), { maxKeys: 20 }),
  runbook: text({ max: 500 }).optional(),
  at: timestampMs(),
});

export const alertRaised = defineEvent({
  type: 'alert.raised',
  version: VERSION,
  key: null,
  description: 'A signal left its range',
  payload: alert,
});

export const alertResolved = defineEvent({
  type: 'alert.resolved',
  version: VERSION,
  key: null,
  description: 'A signal is back in its range',
  payload: alert,
});
