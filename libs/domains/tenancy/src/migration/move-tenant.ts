import { type FenceBoard } from '@caas/data-access-redis';
import { InternalError, isRetryable, ISOLATION_MODELS } from '@caas/runtime';
import { parseTenantId, z } from '@caas/schema';
import { defineOperation, type LifecycleEnvironment, requireSettled, wrongState } from '../lifecycle/lifecycle-operation.js';
import { type SagaContext } from '../lifecycle/saga.js';
import { tenantCollections } from '../lifecycle/tenant-collections.js';
import { saasClients } from '../tenants/tenants.collection.js';
import { toTenantContext } from '../tenants/to-tenant-context.js';
import { copyRows } from './copy-rows.js';
import { cutOver } from './cut-over.js';
import { finishFlipped } from './flip.js';
import { factsOf, isolationOf, nextPlace, placeOf, placesOf, readClient, relocationOf } from './move-plan.js';

const SEEN_AFTER_MS = 6_000;
/** Days for which the old place is kept. */
export const KEEP_DAYS = 7;

/** Moves a tenant's data to another isolation strategy while it is read and written. See docs/decisions/0011-live-moves-of-tenants.md. */
export const migrate = defineOperation({
  kind: 'migrate',
  input: z.strictObject({ to: z.enum(ISOLATION_MODELS), keep_days: z.int().min(0).max(365) }),
  check: ({ client, input: { to } }) => {
    requireSettled(client);
    if (client.deleted_at !== null) throw wrongState('A deleted tenant does not move.', client);
    if (client.isolation.model === to) throw wrongState(`The tenant’s data is in its ${to} place already.`, client);
  },
  preview: async ({ client, input: { to } }, { mongo, collections }) => {
    const target = nextPlace(mongo, client, to);
    const relocation = mongo.relocation(toTenantContext(client), isolationOf(target));
    const rows: Record<string, number> = {};
    for (const definition of tenantCollections(collections)) rows[definition.name] = await relocation.count(definition);
    return { from: placeOf(client), to: target, rows };
  },
  steps: ({ client: { client_id: clientId }, input: { to, keep_days: keepDays } }, environment) => {
    const definitions = tenantCollections(environment.collections);
    const parts = async (context: SagaContext) => {
      const client = await readClient(environment.mongo, clientId);
      return { relocation: relocationOf(environment.mongo, client, placesOf(context.operation)), definitions, signal: context.signal };
    };
    const flipping = { environment, clientId, keepDays };
    return [
      {
        name: 'prepare',
        run: async (context) => {
          try {
            await announceMove(context, { environment, clientId, to });
            await (await parts(context)).relocation.prepare(definitions);
          } catch (error) {
            if (!isRetryable(error)) await undoMove(context, { environment, clientId });
            throw error;
          }
        },
        compensate: (context) => undoMove(context, { environment, clientId }),
      },
      { name: 'copy', run: async (context) => copyRows(context, await parts(context), { faults: environment.faults }) },
      {
        name: 'cut_over',
        run: async (context) => {
          if (await finishFlipped(context, flipping)) return environment.tenants.invalidate(parseTenantId(clientId));
          await cutOver(context, { ...flipping, ...(await parts(context)), board: boardOf(environment) });
        },
      },
    ];
  },
});

/** Notes both places and marks the tenant as migrating. */
async function announceMove(
  context: SagaContext,
  { environment, clientId, to }: { environment: LifecycleEnvironment; clientId: string; to: ReturnType<typeof placeOf>['model'] },
): Promise<void> {
  const { mongo, clock, tenants, moves } = environment;
  const client = await readClient(mongo, clientId);
  if (factsOf(context.operation).from === undefined) {
    await context.keep({ from: placeOf(client), to: nextPlace(mongo, client, to) });
  }
  if (client.provisioning.state !== 'migrating') {
    requireSettled(client);
    const set = { 'provisioning.state': 'migrating' as const };
    await mongo.platform(saasClients).update(clientId, { set }, { expectedVersion: client.__v });
  }
  await tenants.invalidate(parseTenantId(clientId));
  await context.keep({ seen_at: clock.now() + (moves?.seenAfterMs ?? SEEN_AFTER_MS) });
}

/**
 * Takes a move back that has not been cut over: removes what it put into the new place, then the mark. Does nothing once the tenant's record names the
 * new place: from there the way back is another move. Can be repeated.
 */
export async function undoMove(
  context: Pick<SagaContext, 'operation'>,
  { environment: { mongo, collections, tenants }, clientId }: { environment: LifecycleEnvironment; clientId: string },
): Promise<void> {
  const { from, to } = factsOf(context.operation);
  const client = await readClient(mongo, clientId);
  if (from === undefined || to === undefined || client.isolation.epoch !== from.epoch) return;
  await relocationOf(mongo, client, { from, to }).dropTarget(tenantCollections(collections));
  if (client.provisioning.state !== 'migrating') return;
  const set = { 'provisioning.state': 'ready' as const };
  await mongo.platform(saasClients).update(clientId, { set }, { expectedVersion: client.__v });
  await tenants.invalidate(parseTenantId(clientId));
}

function boardOf({ moves }: LifecycleEnvironment): FenceBoard {
  if (moves === undefined) throw new InternalError('A tenant can only be moved by a process with a fence board.');
  return moves.board;
}
