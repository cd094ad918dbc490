import { defineCollection, type DocumentOf } from '@caas/data-access-mongo';
import { storedSettingsSchema } from './settings-schema.js';

/** What a tenant chose within its plan: one row, whose id is the tenant's. Versioned by `__v`. */
export const tenantSettings = defineCollection({
  name: 'tenant_settings',
  scope: 'tenant',
  id: { field: 'settings_tenant_id', prefix: 'clnt' },
  description: 'Settings of a tenant: one row, defaults per field',
  schema: storedSettingsSchema,
  indexes: [{ name: 'tenant_unique', keys: { tenant_id: 1 }, unique: true }],
});

export type TenantSettingsRow = DocumentOf<typeof tenantSettings>;
