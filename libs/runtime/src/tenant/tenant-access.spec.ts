import { describe, expect, it } from '@jest/globals';
import { isRetryable } from '../errors/app-error.js';
import { requireServed, TenantMigratingError, TenantSuspendedError } from './tenant-access.js';
import { PROVISIONING_STATES, type ProvisioningState, TENANT_STATUSES, type TenantStatus } from './tenant-context.js';

describe('requireServed', () => {
  const everyState = TENANT_STATUSES.flatMap((status) => PROVISIONING_STATES.map((provisioning) => [status, provisioning] as const));
  const refusal = (status: TenantStatus, provisioning: ProvisioningState): string | undefined => {
    try {
      requireServed({ status, provisioning });
      return undefined;
    } catch (error) {
      return (error as { code: string }).code;
    }
  };

  it('passes active tenants that are ready or migrating, and no others', () => {
    expect(everyState.filter(([status, provisioning]) => refusal(status, provisioning) === undefined)).toEqual([
      ['active', 'ready'],
      ['active', 'migrating'],
    ]);
  });

  it.each<[TenantStatus, ProvisioningState, string]>([
    ['pending', 'ready', 'TENANT_PENDING'],
    ['suspended', 'ready', 'TENANT_SUSPENDED'],
    ['cancelled', 'ready', 'TENANT_CANCELLED'],
    ['active', 'deleting', 'TENANT_CANCELLED'],
    ['active', 'purged', 'TENANT_CANCELLED'],
    ['active', 'provisioning', 'TENANT_UNAVAILABLE'],
    ['active', 'failed', 'TENANT_UNAVAILABLE'],
    ['active', 'none', 'TENANT_UNAVAILABLE'],
  ])('tells %s and %s by %s', (status, provisioning, code) => {
    expect(refusal(status, provisioning)).toBe(code);
  });

  it('refuses a status that does not exist', () => {
    expect(() => requireServed({ status: 'vip' as TenantStatus, provisioning: 'ready' })).toThrow(TenantSuspendedError);
  });
});

it('a migrating tenant is worth another try, and says when', () => {
  const error = new TenantMigratingError();

  expect([error.status, isRetryable(error), error.details.retryAfterSeconds]).toEqual([503, true, 1]);
});
