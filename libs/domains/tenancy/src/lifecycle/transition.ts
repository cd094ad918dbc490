import { type SaasClient, saasClients } from '../tenants/tenants.collection.js';
import { type LifecycleEnvironment } from './lifecycle-operation.js';
import { announce, eventIdOf, type TenantFact } from './operation-events.js';
import { type SagaContext } from './saga.js';

/** A change of a tenant's state and what is told of it. */
export interface Transition {
  readonly clientId: string;
  /** Whether the tenant is there already: a repeated step then only sees to the event. */
  readonly isDone: (client: SaasClient) => boolean;
  /** Throws when the tenant, as it is now, may not go there. */
  readonly check: (client: SaasClient) => void;
  readonly change: (client: SaasClient) => Promise<unknown>;
  /** Absent for moves on the way that nobody is told of. */
  readonly fact?: (before: SaasClient) => TenantFact;
}

/**
 * Changes a tenant's record and writes its event, both in one transaction. Idempotent: the event has the id that is noted in the operation. On a server
 * without transactions the record comes first and the event follows, at the latest when the step is repeated.
 */
export async function transition(environment: LifecycleEnvironment, context: SagaContext, move: Transition): Promise<void> {
  const { mongo } = environment;
  const eventId = move.fact === undefined ? undefined : await eventIdOf(context.log);
  await mongo.withTransaction(async () => {
    const client = await mongo.platform(saasClients).get(move.clientId, { includeDeleted: true, readFrom: 'primary' });
    if (!move.isDone(client)) {
      move.check(client);
      await move.change(client);
    }
    if (move.fact === undefined || eventId === undefined) return;
    await announce(environment, { fact: move.fact(client), operation: context.operation, eventId });
  });
}
