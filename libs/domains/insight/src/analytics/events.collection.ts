import { defineCollection, type DocumentOf } from '@caas/data-access-mongo';
import { bsonDate, freeForm, idOf, ipAddress, tenantReference, text, z } from '@caas/schema';

const NINETY_DAYS_S = 7_776_000;

const data = z.strictObject({
  resource_type: text({ min: 1, max: 50 }).nullable(),
  resource_id: text({ min: 1, max: 255 }).nullable(),
  /** Never what somebody wrote. */
  metadata: freeForm({ maxBytes: 16_384 }).nullable(),
});

const source = z.strictObject({
  ip: ipAddress().nullable(),
  user_agent: text({ max: 500 }).nullable(),
  device_id: text({ min: 1, max: 255 }).nullable(),
  platform: z.enum(['web', 'ios', 'android']).nullable(),
  app_version: text({ max: 50 }).nullable(),
});

/** What happened, for analysis. The id is the event's own, so that what arrives twice is stored once. */
export const analyticsEvents = defineCollection({
  name: 'events',
  scope: 'platform',
  database: 'analytics',
  id: { field: 'event_id', prefix: 'evt' },
  description: 'What happened, for analysis; kept for 90 days',
  schema: z.strictObject({
    tenant_id: tenantReference(),
    app_id: idOf('app').nullable(),
    user_id: idOf('usr').nullable(),
    category: z.enum(['message', 'user', 'call', 'file', 'auth']),
    action: z.string().regex(/^[a-z][a-z_]{0,49}$/u),
    /** `category.action`. */
    event_type: z.string().regex(/^(?:message|user|call|file|auth)\.[a-z][a-z_]{0,49}$/u),
    data: data.nullable(),
    source: source.nullable(),
    timestamp: bsonDate(),
    processed: z.boolean(),
    processed_at: bsonDate().nullable(),
  }),
  indexes: [
    { name: 'tenant_type_timestamp', keys: { tenant_id: 1, event_type: 1, timestamp: -1 } },
    { name: 'tenant_user_timestamp', keys: { tenant_id: 1, user_id: 1, timestamp: -1 } },
    { name: 'timestamp_ttl', keys: { timestamp: 1 }, ttlSeconds: NINETY_DAYS_S },
    { name: 'backlog', keys: { processed: 1, timestamp: 1 }, partial: { processed: false } },
  ],
});

export type AnalyticsEvent = DocumentOf<typeof analyticsEvents>;
