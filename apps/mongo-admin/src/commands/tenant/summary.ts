import { type SaasClient } from '@caas/tenancy';

/** A tenant in a line. */
export function summary(client: SaasClient) {
  return {
    tenant_id: client.client_id,
    name: client.company_name,
    slug: client.slug,
    plan: client.tier,
    status: client.status,
    provisioning: client.provisioning.state,
    created_at: client.created_at.toISOString(),
  };
}
