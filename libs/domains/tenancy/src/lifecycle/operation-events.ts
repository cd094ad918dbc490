import { announcing, type Services } from '@caas/composition';
import { type EventDefinition, type PayloadOf } from '@caas/messaging-kafka';
import { type Clock, InternalError } from '@caas/runtime';
import { newId } from '@caas/schema';
import { aboutTenant } from '../platform-events/about-tenant.js';
import { type TenantOperation } from '../provisioning/tenant-operations.collection.js';

/** What every fact about an operation can say. */
export interface OperationFacts {
  readonly tenant_id: string;
  readonly operation_id: string;
  readonly by: string;
  /** Epoch milliseconds. */
  readonly at: number;
}

/** What is told of an operation. Made by {@link tenantFact} only, which ties the payload to its event. */
export interface TenantFact {
  readonly event: EventDefinition;
  readonly payload: (facts: OperationFacts) => Record<string, unknown>;
}

/** A fact about a tenant, with its types checked. */
export function tenantFact<Event extends EventDefinition>(event: Event, payload: (facts: OperationFacts) => PayloadOf<Event>): TenantFact {
  return { event, payload };
}

/** A fact, and the operation that it comes from. */
export interface TenantAnnouncement {
  readonly fact: TenantFact;
  readonly operation: Pick<TenantOperation, 'operation_id' | 'requested_by' | 'tenant_id'>;
  /** See {@link eventIdOf}; a new one unless given. */
  readonly eventId?: string;
}

/**
 * The id of the one event that an operation ends in. Noted in the operation before the event is written, so that a repeated step writes the same one; drawn
 * anew for each operation.
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
export async function announce(
  { outbox, clock }: { outbox: Pick<Services['outbox'], 'add'>; clock: Clock },
  { fact: { event, payload }, operation, eventId = newId('evt') }: TenantAnnouncement,
): Promise<void> {
  const { operation_id, requested_by: by, tenant_id } = operation;
  if (tenant_id === null) throw new InternalError('Nobody is told of what is done to the platform itself.');
  const at = clock.now();
  await outbox.add(
    announcing({
      event,
      payload: payload({ tenant_id, operation_id, by, at }),
      tenant: aboutTenant(tenant_id),
      id: eventId,
      timestamp: at,
      correlationId: operation_id,
    }),
  );
}
