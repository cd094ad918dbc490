import { bsonDate, int32, int64, tenantIdField, text, z } from '@caas/schema';
import { defineCollection } from '../definition/define-collection.js';

/** States of one migration in one place. */
export const MIGRATION_STATUSES = ['pending', 'running', 'succeeded', 'failed', 'rolled_back'] as const;
export type MigrationStatus = (typeof MIGRATION_STATUSES)[number];

/** The history: one row per migration and place. The id is made of version, scope and place, which makes them unique together. */
export const migrationHistory = defineCollection({
  name: '_migrations',
  scope: 'platform',
  id: { field: 'entry', prefix: 'name' },
  description: 'History of migrations: what ran where, with what result, and how far a backfill got',
  schema: z.strictObject({
    version: z.string().regex(/^V[0-9]{3,6}$/),
    name: text({ min: 1, max: 80 }),
    scope: z.enum(['platform', 'tenant']),
    tenant_id: tenantIdField.nullable(),
    checksum: z.string().regex(/^[0-9a-f]{64}$/),
    status: z.enum(MIGRATION_STATUSES),
    direction: z.enum(['up', 'down']),
    fence: int32({ min: 1 }),
    attempts: int32({ min: 1 }),
    applied_by: text({ max: 200 }),
    started_at: bsonDate(),
    duration_ms: int64({ min: 0 }).nullable(),
    error: text({ max: 1_000 }).nullable(),
    /** How far each backfill got: everything up to this id is done. */
    positions: z.array(z.strictObject({ backfill: text({ min: 1, max: 80 }), id: text({ min: 1, max: 200 }) })).max(50),
  }),
  indexes: [{ name: 'version_entry', keys: { version: 1, entry: 1 } }],
});

/** The one row that says who migrates. */
export const migrationLock = defineCollection({
  name: '_migration_lock',
  scope: 'platform',
  id: { field: 'lock', prefix: 'name' },
  description: 'Who runs migrations now: owner, lease, and a fence that grows with every owner',
  schema: z.strictObject({
    owner: text({ min: 1, max: 200 }).nullable(),
    fence: int32({ min: 1 }),
    acquired_at: bsonDate(),
    lease_until: bsonDate(),
  }),
});

/** Kept by the runner; every process that lists collections knows them. */
export const MIGRATION_COLLECTIONS = [migrationHistory, migrationLock] as const;
