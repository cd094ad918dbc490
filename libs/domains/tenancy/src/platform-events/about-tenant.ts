import { type TenantPlacement } from '@caas/messaging-kafka';
import { parseTenantId } from '@caas/schema';

/** Whose fact an event of the platform is. Topics of the platform have one place, whatever the tenant's plan. */
export function aboutTenant(tenantId: string): TenantPlacement {
  return { tenantId: parseTenantId(tenantId), plan: 'free' };
}
