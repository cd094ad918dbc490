import { idOf, int32, text, timestampMs } from '@caas/schema';
import { z } from 'zod';
import { type EventDefinition, type PayloadOf } from './event.js';

/** `tenant_id` of facts that concern the whole platform. */
export const PLATFORM_TENANT = 'platform';

/** Facts about the request behind an event. All optional; `retry_count` and `original_timestamp` are filled from headers when read. */
export const METADATA = z.strictObject({
  user_id: text({ max: 50 }).optional(),
  session_id: text({ max: 100 }).optional(),
  device_id: text({ max: 100 }).optional(),
  request_id: text({ max: 100 }).optional(),
  user_agent: text({ max: 500 }).optional(),
  ip_address: text({ max: 45 }).optional(),
  retry_count: int32({ min: 0 }).optional(),
  original_timestamp: timestampMs().optional(),
});
export type Metadata = z.output<typeof METADATA>;

/** What wraps every event on the wire. Its bytes never change once produced: retries touch headers only. */
export interface Envelope<Event extends EventDefinition = EventDefinition> {
  /** `evt_…`; identity of the event and what consumers drop duplicates by. */
  readonly id: string;
  readonly type: Event['type'];
  /** semver of the payload. */
  readonly version: string;
  /** Epoch milliseconds at which the fact happened (not when it was sent). */
  readonly timestamp: number;
  /** The tenant, or {@link PLATFORM_TENANT}. */
  readonly tenant_id: string;
  /** Producing service. */
  readonly source: string;
  readonly application_id?: string;
  /** Request id that started the chain; copied to derived events. */
  readonly correlation_id?: string;
  /** `id` of the event that caused this one. */
  readonly causation_id?: string;
  /** W3C trace id. */
  readonly trace_id?: string;
  readonly payload: PayloadOf<Event>;
  readonly metadata: Metadata;
}

/** The envelope of one event as a schema: `type` is a literal, so that a union of envelopes is told apart by it. */
export function envelopeSchema(event: EventDefinition): z.ZodObject {
  return z.strictObject({
    id: idOf('evt'),
    type: z.literal(event.type),
    version: text({ min: 5, max: 50 }),
    timestamp: timestampMs(),
    tenant_id: text({ min: 1, max: 50 }),
    source: text({ min: 1, max: 50 }),
    application_id: text({ max: 50 }).optional(),
    correlation_id: text({ max: 100 }).optional(),
    causation_id: text({ max: 50 }).optional(),
    trace_id: text({ max: 100 }).optional(),
    payload: event.payload,
    metadata: METADATA,
  });
}
