import { parseTenantId, text, z } from '@caas/schema';
import { type SaasClient, saasClients } from '../../tenants/tenants.collection.js';
import { defineOperation, forgetStep, requireSettled, wrongState } from '../lifecycle-operation.js';
import { tenantResumed } from '../../platform-events/tenant.events.js';
import { tenantFact } from '../operation-events.js';
import { transition } from '../transition.js';

function checkResumable(client: SaasClient): void {
  if (client.status !== 'suspended' || client.deleted_at !== null) throw wrongState('Only a suspended tenant can be resumed.', client);
  requireSettled(client);
}

/** Lets a suspended tenant work again. `resolved` says what became of the reason; credentials that were revoked meanwhile stay revoked. */
export const resume = defineOperation({
  kind: 'resume',
  input: z.strictObject({ resolved: text({ max: 400 }).nullable(), by: text({ min: 1, max: 100 }) }),
  check: ({ client }) => checkResumable(client),
  steps: ({ client: { client_id: clientId }, input: { resolved, by } }, environment) => [
    {
      name: 'resume',
      run: (context) =>
        transition(environment, context, {
          clientId,
          isDone: ({ status }) => status === 'active',
          check: checkResumable,
          change: ({ __v: expectedVersion }) =>
            environment.mongo
              .platform(saasClients)
              .update(
                clientId,
                { set: { status: 'active', status_reason: resolved, status_changed_by: by, suspended_at: null } },
                { expectedVersion },
              ),
          fact: () => tenantFact(tenantResumed, (facts) => ({ ...facts, ...(resolved !== null && { reason: resolved }) })),
        }),
    },
    forgetStep(environment, parseTenantId(clientId)),
  ],
});
