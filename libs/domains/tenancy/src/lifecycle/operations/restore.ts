import { type Clock } from '@caas/runtime';
import { parseTenantId, text, z } from '@caas/schema';
import { type SaasClient, saasClients } from '../../tenants/tenants.collection.js';
import { defineOperation, forgetStep, wrongState } from '../lifecycle-operation.js';
import { tenantRestored } from '../../platform-events/tenant.events.js';
import { tenantFact } from '../operation-events.js';
import { transition } from '../transition.js';

function checkRestorable(client: SaasClient, clock: Clock): void {
  const { status, deleted_at: deletedAt, purge_after: purgeAfter, provisioning } = client;
  if (status !== 'cancelled' || deletedAt === null) throw wrongState('Only a cancelled tenant can be restored.', client);
  if (provisioning.state === 'deleting' || provisioning.state === 'purged') throw wrongState('The tenant’s data is gone.', client);
  if (purgeAfter !== null && purgeAfter.getTime() <= clock.now()) {
    throw wrongState(`The tenant could be restored until ${purgeAfter.toISOString()}.`, client);
  }
}

/** Takes a cancellation back. The tenant is suspended afterwards; `resume` makes it work again. */
export const restore = defineOperation({
  kind: 'restore',
  input: z.strictObject({ by: text({ min: 1, max: 100 }) }),
  check: ({ client }, { clock }) => checkRestorable(client, clock),
  steps: ({ client: { client_id: clientId }, input: { by } }, environment) => [
    {
      name: 'restore',
      run: (context) =>
        transition(environment, context, {
          clientId,
          isDone: ({ status, deleted_at: deletedAt }) => status === 'suspended' && deletedAt === null,
          check: (client) => checkRestorable(client, environment.clock),
          change: () =>
            environment.mongo.platform(saasClients).restore(clientId, {
              set: {
                status: 'suspended',
                status_reason: 'restored',
                status_changed_by: by,
                suspended_at: new Date(environment.clock.now()),
                cancelled_at: null,
                purge_after: null,
              },
            }),
          fact: () => tenantFact(tenantRestored, (facts) => facts),
        }),
    },
    forgetStep(environment, parseTenantId(clientId)),
  ],
});
