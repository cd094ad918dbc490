import { ConflictError, type Plan, ValidationError } from '@caas/runtime';
import { tenantFact, type TenantFact } from '../lifecycle/operation-events.js';
import { tenantProvisioned } from '../platform-events/tenant.events.js';
import { type NewSaasClient } from '../tenants/new-saas-client.js';
import { type SaasClient } from '../tenants/tenants.collection.js';

export interface ProvisionTenantInput {
  readonly companyName: string;
  /** URL name; identifies the request, so that asking twice makes one tenant. */
  readonly slug: string;
  readonly email: string;
  readonly plan: Plan;
  readonly requestedBy: string;
  /** Contract limits in place of the plan’s. */
  readonly overrides?: NonNullable<NewSaasClient['quota_overrides']>;
}

/** Whether nothing is left to do. Throws `RES_STATE` for a tenant on its way out: nothing of it may be made again. */
export function isProvisioned({ status, provisioning: { state }, deleted_at: deletedAt }: SaasClient): boolean {
  if (status === 'cancelled' || state === 'deleting' || state === 'purged' || deletedAt !== null) {
    throw new ConflictError('The tenant is being removed.', { code: 'RES_STATE' });
  }
  return state === 'ready' || state === 'migrating';
}

/** The known tenant, when it is the one that is asked for. Throws `ValidationError` when the slug belongs to another. */
export function refuseOther(known: SaasClient, input: ProvisionTenantInput): SaasClient {
  if (known.contact.primary_email === input.email && known.tier === input.plan) return known;
  throw new ValidationError([{ field: '/slug', code: 'taken', message: 'is used by a tenant with another e-mail address or plan' }]);
}

/** What is told of a new tenant. */
export function provisionedFact({ company_name: name, tier, isolation: { model: isolation, region } }: SaasClient): TenantFact {
  return tenantFact(tenantProvisioned, ({ at, by: _, ...facts }) => ({ ...facts, name, tier, isolation, region, provisioned_at: at }));
}
