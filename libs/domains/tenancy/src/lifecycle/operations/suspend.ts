import { parseTenantId, text, z } from '@caas/schema';
import { saasClients } from '../../tenants/tenants.collection.js';
import { defineOperation, forgetStep, wrongState } from '../lifecycle-operation.js';
import { tenantSuspended } from '../../platform-events/tenant.events.js';
import { tenantFact } from '../operation-events.js';
import { transition } from '../transition.js';

/** Why a tenant is suspended. */
export const SUSPENSION_REASONS = ['payment', 'policy', 'security', 'manual'] as const;
export type SuspensionReason = (typeof SUSPENSION_REASONS)[number];

/** Stops an active tenant's traffic; its data stays as it is. Holds in every process within five seconds. */
export const suspend = defineOperation({
  kind: 'suspend',
  input: z.strictObject({ reason: z.enum(SUSPENSION_REASONS), note: text({ max: 400 }).nullable(), by: text({ min: 1, max: 100 }) }),
  check: ({ client }) => {
    if (client.status !== 'active') throw wrongState('Only an active tenant can be suspended.', client);
  },
  steps: ({ client: { client_id: clientId }, input: { reason, note, by } }, environment) => [
    {
      name: 'suspend',
      run: (context) =>
        transition(environment, context, {
          clientId,
          isDone: ({ status }) => status === 'suspended',
          check: (client) => {
            if (client.status !== 'active') throw wrongState('Only an active tenant can be suspended.', client);
          },
          change: ({ __v: expectedVersion }) =>
            environment.mongo.platform(saasClients).update(
              clientId,
              {
                set: {
                  status: 'suspended',
                  status_reason: note === null ? reason : `${reason}: ${note}`,
                  status_changed_by: by,
                  suspended_at: new Date(environment.clock.now()),
                },
              },
              { expectedVersion },
            ),
          fact: () => tenantFact(tenantSuspended, (facts) => ({ ...facts, reason })),
        }),
    },
    forgetStep(environment, parseTenantId(clientId)),
  ],
});
