import { type SeedContext } from '@caas/composition/seeding';
import { type Plan, type TenantContext } from '@caas/runtime';
import { parseTenantId, type TenantId } from '@caas/schema';
import { newSaasClient } from '../tenants/new-saas-client.js';
import { type SaasClient } from '../tenants/tenants.collection.js';
import { toTenantContext } from '../tenants/to-tenant-context.js';

/** One client of each isolation strategy. */
const PLANS_SEEDED = ['free', 'pro', 'enterprise'] as const satisfies readonly Plan[];
const SIGNED_UP_DAYS_AGO = 120;

/** A client that is seeded: what other seeds say about it. */
export interface SeededClient {
  readonly plan: Plan;
  readonly tenantId: TenantId;
  readonly subscriptionId: string;
  readonly ownerEmail: string;
  readonly signedUpAt: Date;
  readonly row: SaasClient;
}

/** The three clients: free, pro and enterprise, active since they signed up. */
export function seededClients(context: SeedContext): readonly SeededClient[] {
  return context.once(makeClients);
}

/** The same as the rest of the process sees tenants. */
export function seededTenants(context: SeedContext): readonly TenantContext[] {
  return seededClients(context).map(({ row }) => toTenantContext(row));
}

function makeClients(context: SeedContext): readonly SeededClient[] {
  return PLANS_SEEDED.map((plan, index) => {
    const tenantId = parseTenantId(`clnt_${context.rowId('client', plan)}`);
    const slug = `seed-${context.seed}-${plan}`;
    const ownerEmail = `owner@${slug}.example.com`;
    const signedUpAt = context.daysAgo(SIGNED_UP_DAYS_AGO + index);
    const subscriptionId = context.id('sub', plan);
    const fake = context.fake('client', plan);
    const input = { companyName: fake.company.name(), slug, email: ownerEmail, plan };
    const row: SaasClient = {
      ...newSaasClient(input, {
        status: 'active',
        verification: { email_verified: true, domain_verified: plan === 'enterprise', verified_at: signedUpAt },
        subscription_id: subscriptionId,
        provisioning: { state: 'ready', schema_version: 0, operation_id: null },
        metadata: { industry: 'other', company_size: plan === 'enterprise' ? 'enterprise' : 'smb', referral_source: null, notes: null },
        activated_at: signedUpAt,
      }),
      client_id: tenantId,
      created_at: signedUpAt,
      updated_at: signedUpAt,
      deleted_at: null,
      deleted_by: null,
      __v: 0,
    };
    return { plan, tenantId, subscriptionId, ownerEmail, signedUpAt, row };
  });
}
