import { defineEvent, fieldChanges, TENANT_KEY } from '@caas/messaging-kafka';
import { ISOLATION_MODELS, PLANS } from '@caas/runtime';
import { idOf, int32, int64, recordOf, tenantReference, text, timestampMs, z } from '@caas/schema';

const VERSION = '1.0.0';
const actor = text({ min: 1, max: 100 });
const tier = z.enum(PLANS);
const isolation = z.enum(ISOLATION_MODELS);

/** What every event that an operation ends in says. */
const ofOperation = { tenant_id: tenantReference(), operation_id: idOf('op') };

export const tenantProvisioned = defineEvent({
  type: 'tenant.provisioned',
  version: VERSION,
  key: TENANT_KEY,
  description: 'A tenant can be used: everything that it needs is ready',
  payload: z.strictObject({
    ...ofOperation,
    name: text({ min: 1, max: 255 }),
    tier,
    isolation,
    region: text({ max: 50 }).optional(),
    provisioned_at: timestampMs(),
  }),
});

export const tenantUpdated = defineEvent({
  type: 'tenant.updated',
  version: VERSION,
  key: TENANT_KEY,
  description: 'Settings, limits or contact of a tenant changed',
  payload: z.strictObject({ tenant_id: tenantReference(), changes: fieldChanges, updated_by: actor, updated_at: timestampMs() }),
});

const tierChange = z.strictObject({
  ...ofOperation,
  old_tier: tier,
  new_tier: tier,
  /** Where the data is; the new tier's own strategy is reached by a move, which `tenant.migrated` tells of. */
  old_isolation: isolation,
  new_isolation: isolation,
  by: actor,
  changed_at: timestampMs(),
});

export const tenantUpgraded = defineEvent({
  type: 'tenant.upgraded',
  version: VERSION,
  key: TENANT_KEY,
  description: 'A tenant has a higher plan',
  payload: tierChange,
});

export const tenantDowngraded = defineEvent({
  type: 'tenant.downgraded',
  version: VERSION,
  key: TENANT_KEY,
  description: 'A tenant has a lower plan',
  payload: tierChange,
});

const statusChange = z.strictObject({ ...ofOperation, reason: text({ max: 500 }).optional(), by: actor, at: timestampMs() });

export const tenantSuspended = defineEvent({
  type: 'tenant.suspended',
  version: VERSION,
  key: TENANT_KEY,
  description: 'A tenant’s traffic stops; its data stays',
  payload: statusChange,
});

export const tenantResumed = defineEvent({
  type: 'tenant.resumed',
  version: VERSION,
  key: TENANT_KEY,
  description: 'A suspended tenant works again',
  payload: statusChange,
});

export const tenantRestored = defineEvent({
  type: 'tenant.restored',
  version: VERSION,
  key: TENANT_KEY,
  description: 'The deletion of a tenant was taken back; it is suspended',
  payload: statusChange,
});

export const tenantDeleted = defineEvent({
  type: 'tenant.deleted',
  version: VERSION,
  key: TENANT_KEY,
  description: 'A tenant was deleted: softly, or for good with all of its data',
  payload: z.strictObject({
    ...ofOperation,
    hard: z.boolean(),
    deleted_by: actor,
    deleted_at: timestampMs(),
    /** Rows that were removed, by collection; of a hard deletion. */
    rows: recordOf(int64({ min: 0 }), { maxKeys: 100 }).optional(),
  }),
});

export const tenantDataExported = defineEvent({
  type: 'tenant.data_exported',
  version: VERSION,
  key: TENANT_KEY,
  description: 'An export of a tenant’s data is complete',
  payload: z.strictObject({
    ...ofOperation,
    export_id: idOf('op'),
    requested_by: actor,
    rows: int64({ min: 0 }),
    size_bytes: int64({ min: 0 }),
    /** SHA-256 of the manifest, which has those of the files. */
    manifest_sha256: text({ max: 64 }).optional(),
    exported_at: timestampMs(),
  }),
});

export const tenantMigrated = defineEvent({
  type: 'tenant.migrated',
  version: VERSION,
  key: TENANT_KEY,
  description: 'A tenant’s data has another place',
  payload: z.strictObject({
    ...ofOperation,
    old_isolation: isolation,
    new_isolation: isolation,
    /** Counts the places; whoever knows an older one asks again. */
    epoch: int32({ min: 1 }),
    by: actor,
    migrated_at: timestampMs(),
  }),
});

export const tenantOperationFailed = defineEvent({
  type: 'tenant.operation_failed',
  version: VERSION,
  key: TENANT_KEY,
  description: 'Something that was done to a tenant did not come to its end',
  payload: z.strictObject({
    ...ofOperation,
    operation: text({ min: 1, max: 50 }),
    error: text({ max: 500 }),
    by: actor,
    failed_at: timestampMs(),
  }),
});

/** Facts about the life of tenants. */
export const TENANT_EVENTS = [
  tenantProvisioned,
  tenantUpdated,
  tenantUpgraded,
  tenantDowngraded,
  tenantSuspended,
  tenantResumed,
  tenantRestored,
  tenantDeleted,
  tenantDataExported,
  tenantMigrated,
  tenantOperationFailed,
] as const;
