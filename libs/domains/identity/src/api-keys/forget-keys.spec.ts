import { describe, expect, it } from '@jest/globals';
import { type Principal } from '@caas/runtime';
import { newTenantId, parseTenantId } from '@caas/schema';
import { type PlatformEvent } from '@caas/tenancy';
import { forgetKeys } from './forget-keys.js';

const tenantId = parseTenantId(newTenantId());
const principals = ['key_a app_1', 'key_b app_2', 'key_c app_1'].map((text) => {
  const [keyId = '', appId = ''] = text.split(' ');
  return { tenantId, keyId, appId } as Principal;
});

/** The keys that a fact makes an authenticator forget. */
function forgotten(type: string, payload: object): string[] {
  const keys: string[] = [];
  const forget = (tenant: string, isMeant: (principal: Principal) => boolean = () => true): void => {
    keys.push(...principals.filter((principal) => principal.tenantId === tenant && isMeant(principal)).map(({ keyId = '' }) => keyId));
  };
  forgetKeys({ forget })({ kind: 'event', type, payload: { tenant_id: tenantId, ...payload } } as unknown as PlatformEvent);
  return keys;
}

describe('what an authenticator forgets', () => {
  it.each([
    ['api_key.revoked', { key_id: 'key_a' }, ['key_a']],
    ['api_key.rotated', { key_id: 'key_b' }, ['key_b']],
    ['application.deleted', { application_id: 'app_1' }, ['key_a', 'key_c']],
    ['application.updated', { application_id: 'app_2' }, ['key_b']],
    ['tenant.deleted', { hard: false }, ['key_a', 'key_b', 'key_c']],
    ['tenant.deleted', { tenant_id: newTenantId() }, []],
    ['api_key.created', { key_id: 'key_a' }, []],
    ['tenant.updated', {}, []],
  ])('for %s %j is %j', (type, payload, keys) => {
    expect(forgotten(type, payload)).toEqual(keys);
  });
});
