import { CrossTenantAccessError, InternalError, TenantContextMissingError, type TenantContext } from '@caas/runtime';
import { parseTenantId, type TenantId } from '@caas/schema';

/**
 * The context, when it is one that tenant data may be reached with. Checked before anything touches the driver, for callers that
 * types cannot stop. Throws `TenantContextMissingError` without a tenant, `InternalError` for anything else that is no context.
 */
export function requireTenant(tenant: TenantContext): TenantContext {
  const value: unknown = tenant;
  if (value === undefined || value === null || value === '') throw new TenantContextMissingError();
  if (typeof value !== 'object' || Array.isArray(value)) throw new InternalError('A tenant is a TenantContext, not its id.');
  try {
    parseTenantId(tenant.tenantId);
  } catch (cause) {
    throw new InternalError('The tenant context carries no tenant id.', { cause });
  }
  if (typeof tenant.isolation !== 'object' || tenant.isolation === null)
    throw new InternalError('The tenant context carries no isolation.');
  return tenant;
}

/**
 * Refuses a tenant id in a filter or document that is not the repository's own. `undefined` means that none is named.
 * Throws `CrossTenantAccessError`; the message names neither tenant.
 */
export function refuseOtherTenant(own: TenantId, named: unknown, place: 'filter' | 'document'): void {
  if (named === undefined || named === own) return;
  throw new CrossTenantAccessError(`The ${place} names a tenant that is not the one of this repository.`);
}
