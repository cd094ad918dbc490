import { parseTenantId, text, z } from '@caas/schema';
import { type SaasClient, saasClients } from '../../tenants/tenants.collection.js';
import { defineOperation, forgetStep, wrongState } from '../lifecycle-operation.js';
import { tenantDeleted } from '../../platform-events/tenant.events.js';
import { tenantFact } from '../operation-events.js';
import { transition } from '../transition.js';

const DAY_MS = 86_400_000;
/** How long a cancelled tenant can be restored. */
export const RETENTION_DAYS = 30;

function checkCancellable(client: SaasClient): void {
  const { state } = client.provisioning;
  if (client.status === 'cancelled' || client.deleted_at !== null) throw wrongState('The tenant was cancelled before.', client);
  if (state === 'provisioning' || state === 'migrating') throw wrongState('Something is being done to the tenant’s data.', client);
}

/** Cancels a tenant and marks it deleted. All of its data stays for thirty days, and its slug and address stay taken. */
export const softDelete = defineOperation({
  kind: 'soft_delete',
  input: z.strictObject({ reason: text({ max: 400 }).nullable(), by: text({ min: 1, max: 64 }) }),
  check: ({ client }) => checkCancellable(client),
  steps: ({ client: { client_id: clientId }, input: { reason, by } }, environment) => [
    {
      name: 'cancel',
      run: (context) => {
        const now = environment.clock.now();
        return transition(environment, context, {
          clientId,
          isDone: ({ status, deleted_at: deletedAt }) => status === 'cancelled' && deletedAt !== null,
          check: checkCancellable,
          change: () =>
            environment.mongo.platform(saasClients).softDelete(clientId, by, {
              set: {
                status: 'cancelled',
                status_reason: reason,
                status_changed_by: by,
                cancelled_at: new Date(now),
                purge_after: new Date(now + RETENTION_DAYS * DAY_MS),
              },
            }),
          fact: () => tenantFact(tenantDeleted, ({ at, by: _, ...facts }) => ({ ...facts, hard: false, deleted_by: by, deleted_at: at })),
        });
      },
    },
    forgetStep(environment, parseTenantId(clientId)),
  ],
});
