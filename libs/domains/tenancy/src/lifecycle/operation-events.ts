import { type Mongo } from '@caas/data-access-mongo';
import { type Clock } from '@caas/runtime';
import { type JsonObject, newId } from '@caas/schema';
import { eventOutbox } from '../outbox/event-outbox.collection.js';
import { type TenantOperation } from '../provisioning/tenant-operations.collection.js';

/** The family that facts about tenants are published in. */
const TOPIC = 'platform.events';
const VERSION = '1.0.0';
const SOURCE = 'tenant-lifecycle';

/** Facts about the life of tenants. */
export type TenantEventType =
  | 'tenant.provisioned'
  | 'tenant.upgraded'
  | 'tenant.downgraded'
  | 'tenant.suspended'
  | 'tenant.resumed'
  | 'tenant.deleted'
  | 'tenant.restored'
  | 'tenant.data_exported'
  | 'tenant.migrated'
  | 'tenant.operation_failed';

/** What happened to whom, by which operation. */
export interface TenantEvent {
  readonly type: TenantEventType;
  readonly operation: Pick<TenantOperation, 'operation_id' | 'kind' | 'requested_by' | 'tenant_id'>;
  readonly payload: JsonObject;
  /** See {@link eventIdOf}; a new one unless given. */
  readonly eventId?: string;
}

/**
 * The id of the one event that an operation ends in. Noted in the operation before the event is written, so that a repeated step writes the same one; drawn
 * anew for each operation, because events of one tenant are published in the order of their ids.
 */
export async function eventIdOf(held: {
  readonly row: TenantOperation;
  record(set: Partial<TenantOperation>): Promise<void>;
}): Promise<string> {
  const known = held.row.result['event_id'];
  if (typeof known === 'string') return known;
  const eventId = newId('evt');
  await held.record({ result: { ...held.row.result, event_id: eventId } });
  return eventId;
}

/** Puts an event into the outbox unless it is there. Call it inside the transaction that makes it true. */
export async function announce({ mongo, clock }: { mongo: Mongo; clock: Clock }, event: TenantEvent): Promise<void> {
  const { type, operation, payload, eventId = newId('evt') } = event;
  const { operation_id, kind, requested_by, tenant_id } = operation;
  const outbox = mongo.platform(eventOutbox);
  if (await outbox.exists({ event_id: eventId }, { readFrom: 'primary' })) return;
  const now = clock.now();
  await outbox.insert({
    event_id: eventId,
    tenant_id,
    topic: TOPIC,
    key: tenant_id ?? operation_id,
    payload: {
      id: eventId,
      type,
      version: VERSION,
      timestamp: now,
      tenant_id: tenant_id ?? 'platform',
      source: SOURCE,
      correlation_id: operation_id,
      payload: { tenant_id, operation_id, operation: kind, by: requested_by, at: now, ...payload },
      metadata: {},
    },
    headers: [{ name: 'event_type', value: type }],
    published_at: null,
    attempts: 0,
    last_error: null,
    next_attempt_at: new Date(now),
    expires_at: null,
  });
}
