import { type EnsureOptions, type SchemaReport } from '@caas/data-access-mongo';
import { type Services } from '@caas/composition';
import { modules } from '@caas/modules';
import { type TenantId } from '@caas/schema';
import { TenantRecords } from '@caas/tenancy';

/** Compares collections, validators and indexes with their definitions, or makes them so: everywhere, or where one tenant has its data. */
export async function ensureSchema(
  { mongo }: Pick<Services, 'mongo'>,
  { tenant, ...rules }: Omit<EnsureOptions, 'tenant' | 'tenants'> & { readonly tenant?: TenantId | undefined },
): Promise<SchemaReport> {
  const records = new TenantRecords({ mongo });
  if (tenant === undefined) return mongo.ensure(modules.collections, { ...rules, tenants: records.contexts() });
  const ofTenants = modules.collections.filter(({ scope }) => scope === 'tenant');
  return mongo.ensure(ofTenants, { ...rules, tenant: await records.context(tenant) });
}
