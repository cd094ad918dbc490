import { type CollectionDefinition, type PlatformCollection, type TenantCollection } from '@caas/data-access-mongo';

/** Collections of which every tenant has rows: the fixed list that drops, counts and copies work through. */
export function tenantCollections(definitions: readonly CollectionDefinition[]): TenantCollection[] {
  return definitions.filter((definition): definition is TenantCollection => definition.scope === 'tenant');
}

/** CAAS's own collections with rows about single tenants: applications, keys, usage, invoices… */
export function collectionsAboutTenants(definitions: readonly CollectionDefinition[]): PlatformCollection[] {
  return definitions.filter(
    (definition): definition is PlatformCollection => definition.scope === 'platform' && 'tenant_id' in definition.schema.shape,
  );
}
