import { defineCollection, type DocumentOf } from '@caas/data-access-mongo';
import { bsonDate, httpUrl, idOf, int32, sealed, tenantReference, text, z } from '@caas/schema';
import { WEBHOOK_EVENTS } from './webhook-events.js';

/** RFC 9110 §5.6.2: the characters of a header's name. */
const HEADER_NAME = /^[A-Za-z0-9!#$%&'*+.^_`|~-]{1,100}$/u;
const SECRET_BYTES_MAX = 256;

/** Where a tenant or one of its applications wants to hear of events. The only place that knows webhooks. */
export const webhookEndpoints = defineCollection({
  name: 'webhook_endpoints',
  scope: 'platform',
  id: { field: 'webhook_id', prefix: 'whk' },
  softDelete: true,
  description: 'Where a tenant wants to hear of events',
  schema: z.strictObject({
    tenant_id: tenantReference(),
    /** Null: events of all applications. */
    app_id: idOf('app').nullable(),
    /** Guarded against private and link-local targets at registration and again with every attempt. */
    url: httpUrl(),
    description: text({ max: 500 }).nullable(),
    secret: sealed({ maxBytes: SECRET_BYTES_MAX }),
    /** Signs as well until then, while a rotation is under way. */
    prev_secret: sealed({ maxBytes: SECRET_BYTES_MAX }).nullable(),
    prev_secret_until: bsonDate().nullable(),
    events: z
      .array(z.enum([...WEBHOOK_EVENTS, '*']))
      .min(1)
      .max(30),
    headers: z.array(z.strictObject({ name: z.string().regex(HEADER_NAME), value: text({ max: 1000 }) })).max(10),
    active: z.boolean(),
    /** Dead deliveries in a row. */
    failure_count: int32({ min: 0 }),
    last_success_at: bsonDate().nullable(),
    disabled_at: bsonDate().nullable(),
    disabled_reason: text({ max: 500 }).nullable(),
  }),
  indexes: [
    { name: 'tenant_events_active', keys: { tenant_id: 1, events: 1 }, partial: { active: true } },
    { name: 'tenant_app_created', keys: { tenant_id: 1, app_id: 1, created_at: -1 } },
  ],
});

export type WebhookEndpoint = DocumentOf<typeof webhookEndpoints>;
