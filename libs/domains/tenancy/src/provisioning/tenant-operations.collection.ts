import { defineCollection, type DocumentOf } from '@caas/data-access-mongo';
import { bsonDate, text, z } from '@caas/schema';

/** States of an operation in which no other may run on the same tenant. */
export const OPEN_STATES = ['queued', 'running', 'verifying', 'rolling_back'] as const;
const STATES = [...OPEN_STATES, 'succeeded', 'failed', 'rolled_back', 'cancelled'] as const;

/** Log of the sagas on tenants; a run that was killed resumes from it. */
export const tenantOperations = defineCollection({
  name: 'tenant_operations',
  scope: 'platform',
  id: { field: 'operation_id', prefix: 'op' },
  description: 'Saga log: what was done to a tenant, step by step',
  schema: z.strictObject({
    tenant_id: z.string().regex(/^clnt_[a-z0-9]{8,32}$/),
    kind: z.enum(['provision']),
    state: z.enum(STATES),
    steps: z
      .array(
        z.strictObject({
          name: text({ min: 1, max: 100 }),
          state: z.enum(['done', 'failed', 'compensated']),
          ended_at: bsonDate(),
          error: text({ max: 500 }).nullable(),
        }),
      )
      .max(100),
    requested_by: text({ min: 1, max: 100 }),
    lease_owner: text({ max: 100 }).nullable(),
    lease_until: bsonDate().nullable(),
  }),
  indexes: [
    { name: 'tenant_one_open', keys: { tenant_id: 1 }, unique: true, partial: { state: { $in: [...OPEN_STATES] } } },
    { name: 'tenant_created', keys: { tenant_id: 1, created_at: -1 } },
    { name: 'state_lease', keys: { state: 1, lease_until: 1 } },
  ],
});

export type TenantOperation = DocumentOf<typeof tenantOperations>;
