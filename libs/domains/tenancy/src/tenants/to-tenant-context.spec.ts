import { describe, expect, it } from '@jest/globals';
import { PLAN_LIMITS } from '@caas/runtime';
import { newTenantId } from '@caas/schema';
import { newSaasClient } from './new-saas-client.js';
import { type SaasClient } from './tenants.collection.js';
import { toTenantContext } from './to-tenant-context.js';

function aClient(change: Partial<SaasClient> = {}): SaasClient {
  const at = new Date(0);
  return {
    client_id: newTenantId(),
    ...newSaasClient({ companyName: 'Example', slug: 'example', email: 'a@example.com', plan: 'starter' }),
    status: 'active',
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

  it('takes every limit of a contract, also one that is none or nothing', () => {
    const quota_overrides = {
      max_users: -1,
      max_messages_per_month: 1,
      max_storage_gb: 2,
      max_applications: 3,
      voice_minutes: 0,
      max_file_size_mb: 4,
    };

    expect(toTenantContext(aClient({ quota_overrides })).limits).toEqual({
      ...PLAN_LIMITS.starter,
      maxUsers: -1,
      maxMessagesPerMonth: 1,
      maxStorageGb: 2,
      maxApplications: 3,
      voiceMinutesPerMonth: 0,
      maxFileSizeMb: 4,
    });
  });

  it('takes the placement from the record, not from the plan', () => {
    const context = toTenantContext(aClient({ isolation: { model: 'database', database_name: 'caas_x', region: 'eu-west-1', epoch: 3 } }));

    expect(context.isolation).toEqual({ model: 'database', databaseName: 'caas_x', epoch: 3 });
  });
});
