import { defineCollection, type DocumentOf } from '@caas/data-access-mongo';
import { bsonDate, double, freeForm, int64, tenantReference, text, z } from '@caas/schema';

/** What can be done to a tenant. `cleanup_orphans` looks for what tenants left behind and belongs to none. */
export const OPERATION_KINDS = [
  'provision',
  'upgrade',
  'downgrade',
  'suspend',
  'resume',
  'soft_delete',
  'restore',
  'export',
  'hard_delete',
  'migrate',
  'move_topics',
  'cleanup_orphans',
] as const;
export type OperationKind = (typeof OPERATION_KINDS)[number];

/** States of an operation in which no other may run on the same tenant. */
export const OPEN_STATES = ['queued', 'running', 'verifying', 'rolling_back'] as const;
/** How an operation can be. */
export const OPERATION_STATES = [...OPEN_STATES, 'succeeded', 'failed', 'rolled_back', 'cancelled'] as const;
export type OperationState = (typeof OPERATION_STATES)[number];

/** How a step can be: `compensated` was done and undone. */
export const STEP_STATES = ['running', 'done', 'failed', 'compensated', 'skipped'] as const;

const STEPS_MAX = 100;
/** More than a tenant has collections. */
const PARTS_MAX = 50;

const step = z.strictObject({
  name: text({ min: 1, max: 100 }),
  state: z.enum(STEP_STATES),
  started_at: bsonDate(),
  ended_at: bsonDate().nullable(),
  error: text({ max: 500 }).nullable(),
});

/** How far a long step is, part by part (a part is a collection, or a file of an export). */
const progress = z.strictObject({
  parts: z
    .array(z.strictObject({ name: text({ min: 1, max: 100 }), done: int64({ min: 0 }), total: int64({ min: 0 }).nullable() }))
    .max(PARTS_MAX),
  per_second: double({ min: 0 }).nullable(),
  eta_seconds: int64({ min: 0 }).nullable(),
  reported_at: bsonDate(),
});

/** Log of the sagas on tenants; a run that was killed resumes from it. */
export const tenantOperations = defineCollection({
  name: 'tenant_operations',
  scope: 'platform',
  id: { field: 'operation_id', prefix: 'op' },
  description: 'Saga log: what was done to a tenant, step by step',
  schema: z.strictObject({
    /** Null for `cleanup_orphans`, of which one runs at a time as well. */
    tenant_id: tenantReference().nullable(),
    kind: z.enum(OPERATION_KINDS),
    state: z.enum(OPERATION_STATES),
    steps: z.array(step).max(STEPS_MAX),
    progress: progress.nullable(),
    /** What was asked for; steps read it again after a kill. */
    input: freeForm({ maxBytes: 16_384 }),
    /** What came out, and what a step leaves for later ones (a resume token, the place of an export). */
    result: freeForm({ maxBytes: 16_384 }),
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
