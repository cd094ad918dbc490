import { type LifecycleEnvironment } from '../lifecycle/lifecycle-operation.js';
import { announce, eventIdOf, tenantFact } from '../lifecycle/operation-events.js';
import { type SagaContext } from '../lifecycle/saga.js';
import { tenantMigrated } from '../platform-events/tenant.events.js';
import { saasClients } from '../tenants/tenants.collection.js';
import { type MoveFacts, placesOf, readClient } from './move-plan.js';

interface FlipOptions {
  readonly environment: LifecycleEnvironment;
  readonly clientId: string;
  readonly keepDays: number;
}

const DAY_MS = 86_400_000;

/**
 * Changes the tenant's placement in one update, guarded by the version that the fence was closed with, together with the event and the note of the old
 * place. Rejects with `VersionConflictError` when the record has changed: then somebody may have let writes pass.
 */
export async function flip(
  context: SagaContext,
  { version, verified, ...options }: FlipOptions & { version: number; verified: NonNullable<MoveFacts['verified']> },
): Promise<void> {
  const { mongo } = options.environment;
  const { to } = placesOf(context.operation);
  const set = {
    'isolation.model': to.model,
    'isolation.database_name': to.database_name,
    'isolation.epoch': to.epoch,
    'provisioning.state': 'ready' as const,
  };
  const result = { ...context.operation.result, verified, kept: kept(context, options) };
  await context.log.recordWith({ result }, async () => {
    await mongo.platform(saasClients).update(options.clientId, { set }, { expectedVersion: version });
    await tell(context, options);
  });
}

/** Whether the tenant's record names the new place. Then what a run that was killed behind the flip did not get to is made up for. */
export async function finishFlipped(context: SagaContext, options: FlipOptions): Promise<boolean> {
  const { environment, clientId } = options;
  const { to } = placesOf(context.operation);
  const client = await readClient(environment.mongo, clientId);
  if (client.isolation.epoch < to.epoch) return false;
  await tell(context, options);
  await context.keep({ kept: kept(context, options) });
  return true;
}

async function tell(context: SagaContext, { environment }: FlipOptions): Promise<void> {
  const { from, to } = placesOf(context.operation);
  const eventId = await eventIdOf(context.log);
  const fact = tenantFact(tenantMigrated, ({ at, ...facts }) => ({
    ...facts,
    old_isolation: from.model,
    new_isolation: to.model,
    epoch: to.epoch,
    migrated_at: at,
  }));
  await announce(environment, { fact, operation: context.operation, eventId });
}

function kept(context: SagaContext, { environment, keepDays }: FlipOptions): NonNullable<MoveFacts['kept']> {
  const { from } = placesOf(context.operation);
  return { place: from, until: new Date(environment.clock.now() + keepDays * DAY_MS).toISOString(), dropped_at: null };
}
