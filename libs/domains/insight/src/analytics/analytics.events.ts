import { defineEvent, defineTopic } from '@caas/messaging-kafka';
import { deviceSnapshot, double, freeForm, idOf, int32, text, timestampMs, z } from '@caas/schema';

const DAY_MS = 86_400_000;

/** What every analytics event may say besides. Never what somebody wrote. */
const options = {
  category: z.enum(['user_activity', 'feature_usage', 'performance', 'error', 'business', 'security', 'system']).optional(),
  device: deviceSnapshot().optional(),
  tags: z
    .array(text({ min: 1, max: 50 }))
    .max(20)
    .optional(),
  /** Part of such events that are recorded at all. */
  sampling_rate: double({ min: 0, max: 1 }).optional(),
};

/** Somebody did something worth counting. */
export const userActivity = defineEvent({
  type: 'analytics.user_activity',
  version: '1.0.0',
  key: null,
  description: 'A user did something worth counting',
  payload: z.strictObject({
    user_id: idOf('usr'),
    activity_type: text({ min: 1, max: 50 }),
    resource_type: text({ min: 1, max: 50 }),
    resource_id: text({ min: 1, max: 255 }),
    session_id: text({ min: 1, max: 100 }).optional(),
    properties: freeForm(),
    occurred_at: timestampMs(),
    ...options,
  }),
});

/** A feature was used. */
export const featureUsage = defineEvent({
  type: 'analytics.feature_usage',
  version: '1.0.0',
  key: null,
  description: 'A feature was used',
  payload: z.strictObject({
    user_id: idOf('usr'),
    feature_name: text({ min: 1, max: 100 }),
    count: int32({ min: 1 }),
    properties: freeForm().optional(),
    occurred_at: timestampMs(),
    ...options,
  }),
});

/** A service met an error that it did not expect. */
export const errorOccurred = defineEvent({
  type: 'analytics.error_occurred',
  version: '1.0.0',
  key: null,
  description: 'A service met an error that it did not expect',
  payload: z.strictObject({
    service: text({ min: 1, max: 50 }),
    error_code: text({ min: 1, max: 100 }),
    message: text({ max: 1_000 }),
    stack_trace: text({ max: 8_192 }).optional(),
    user_id: idOf('usr').optional(),
    severity: z.enum(['critical', 'error', 'warning']),
    occurred_at: timestampMs(),
    ...options,
  }),
});

/** What happened, for analysis. Without keys: no order, evenly spread. Its own lane, so that a flood of it delays nothing. */
export const analytics = defineTopic({
  family: 'analytics',
  scope: 'tenant',
  format: 'json',
  partitions: 8,
  retentionMs: 90 * DAY_MS,
  cleanup: 'delete',
  lane: 'throughput',
  description: 'What happened, for analysis',
  events: [userActivity, featureUsage, errorOccurred],
});
