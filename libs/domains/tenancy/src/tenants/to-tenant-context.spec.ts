import { describe, expect, it } from '@jest/globals';
import { PLAN_LIMITS } from '@caas/runtime';
import { newTenantId } from '@caas/schema';
import { type SaasClient } from './tenants.collection.js';
import { toTenantContext } from './to-tenant-context.js';

function aClient(change: Partial<SaasClient> = {}): SaasClient {
  const at = new Date(0);
  return {
    client_id: newTenantId(),
    company_name: 'Example',
    slug: 'example',
    contact: { primary_email: 'a@example.com' },
    status: 'active',
    tier: 'starter',
    isolation: { model: 'shared', database_name: null, epoch: 1 },
    provisioning: { state: 'ready', operation_id: null },
    quota_overrides: null,
    activated_at: at,
    created_at: at,
    updated_at: at,
    deleted_at: null,
    deleted_by: null,
    __v: 0,
    ...change,
  };
}

describe('toTenantContext', () => {
  it('takes the limits of the plan', () => {
    expect(toTenantContext(aClient()).limits).toEqual(PLAN_LIMITS.starter);
  });

  it('puts the limits of the contract over them, one by one', () => {
    const context = toTenantContext(aClient({ quota_overrides: { requests_per_minute: 5, burst_per_second: null } }));

    expect(context.limits).toEqual({ ...PLAN_LIMITS.starter, requestsPerMinute: 5 });
  });

  it('takes the placement from the record, not from the plan', () => {
    const context = toTenantContext(aClient({ isolation: { model: 'database', database_name: 'caas_x', epoch: 3 } }));

    expect(context.isolation).toEqual({ model: 'database', databaseName: 'caas_x', epoch: 3 });
  });
});
