import { defineMigration } from '@caas/data-access-mongo';

/** Every tenant collection with its indexes: in the shared database, and mended in the places of tenants that have their own. */
export const v006TenantCollections = defineMigration({
  version: 'V006',
  name: 'tenant_collections',
  scope: 'tenant',
  up: (context) => context.ensure(),
  down: (context) => context.dropEmpty(),
});
