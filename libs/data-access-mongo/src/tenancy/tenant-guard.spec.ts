import { describe, expect, it } from '@jest/globals';
import { type TenantContext, TenantContextMissingError } from '@caas/runtime';
import { newTenantId, type TenantId } from '@caas/schema';
import { aTenant } from '../fixtures/tenants.fixture.js';
import { refuseOtherTenant, requireTenant } from './tenant-guard.js';

describe('requireTenant', () => {
  it('passes a context on', () => {
    const tenant = aTenant();

    expect(requireTenant(tenant)).toBe(tenant);
  });

  it.each([undefined, null, ''])('says that %j is no tenant', (nothing) => {
    expect(() => requireTenant(nothing as unknown as TenantContext)).toThrow(TenantContextMissingError);
  });

  it.each([
    ['an id alone', 'clnt_acme0001'],
    ['a list', [aTenant()]],
    ['an empty object', {}],
    ['an object in place of the id', { ...aTenant(), tenantId: { $ne: null } }],
    ['an empty id', { ...aTenant(), tenantId: '' }],
    ['no isolation', { ...aTenant(), isolation: undefined }],
  ])('refuses %s', (_, forged) => {
    expect(() => requireTenant(forged as unknown as TenantContext)).toThrow(/tenant/i);
  });
});

describe('refuseOtherTenant', () => {
  const own = newTenantId();

  it('lets the own tenant and silence pass', () => {
    expect(() => refuseOtherTenant(own, own, 'filter')).not.toThrow();
    expect(() => refuseOtherTenant(own, undefined, 'filter')).not.toThrow();
  });

  it.each<[unknown]>([[newTenantId()], [null], [{ $in: [own] }], [[own]], [own.toUpperCase()], ['']])('refuses %j', (named) => {
    expect(() => refuseOtherTenant(own, named as TenantId, 'document')).toThrow(expect.objectContaining({ code: 'AUTHZ_CROSS_TENANT' }));
  });
});
