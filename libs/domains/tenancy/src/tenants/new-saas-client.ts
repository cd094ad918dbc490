import { type NewDocumentOf } from '@caas/data-access-mongo';
import { PLAN_LIMITS, type Plan } from '@caas/runtime';
import { type saasClients } from './tenants.collection.js';

/** The record of a tenant before anything was done for it. */
export type NewSaasClient = NewDocumentOf<typeof saasClients>;

/** Where tenants are placed unless a contract says otherwise. */
const DEFAULT_REGION = 'default';
const SESSION_TIMEOUT_MINUTES = 480;

/** A pending tenant with the defaults of its plan; `change` goes over them, field by field. */
export function newSaasClient(
  { companyName, slug, email, plan }: { companyName: string; slug: string; email: string; plan: Plan },
  change: Partial<NewSaasClient> = {},
): NewSaasClient {
  return {
    company_name: companyName,
    slug,
    contact: { primary_email: email, billing_email: null, phone: null, address: null },
    status: 'pending',
    status_reason: null,
    status_changed_by: null,
    verification: { email_verified: false, domain_verified: false, verified_at: null },
    tier: plan,
    subscription_id: null,
    isolation: { model: PLAN_LIMITS[plan].isolation, database_name: null, region: DEFAULT_REGION, epoch: 1 },
    provisioning: { state: 'none', schema_version: 0, operation_id: null },
    quota_overrides: null,
    feature_overrides: null,
    security: { mfa_required: false, ip_whitelist_enabled: false, allowed_domains: [], session_timeout_minutes: SESSION_TIMEOUT_MINUTES },
    metadata: null,
    activated_at: null,
    suspended_at: null,
    cancelled_at: null,
    purge_after: null,
    ...change,
  };
}
