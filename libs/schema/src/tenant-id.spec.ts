import { describe, expect, it } from '@jest/globals';
import { newTenantId, parseTenantId, tenantIdField, tenantReference } from './tenant-id.js';

describe('a tenant id', () => {
  it.each(['clnt_acme0001', `clnt_${'a'.repeat(32)}`, newTenantId()])('can be %s', (id) => {
    expect(parseTenantId(id)).toBe(id);
    expect(tenantIdField.parse(id)).toBe(id);
    expect(tenantReference().parse(id)).toBe(id);
  });

  it.each([
    ['too short', 'clnt_acme001'],
    ['too long', `clnt_${'a'.repeat(33)}`],
    ['in capitals', 'clnt_ACME0001'],
    ['with a second underscore', 'clnt_acme_0001'],
    ['of another kind', 'usr_acme0001'],
    ['with a line break', 'clnt_acme0001\n'],
    ['with a dot', 'clnt_acme.0001'],
    ['a number', 12_345_678],
    ['absent', undefined],
  ])('cannot be %s', (_what, value) => {
    expect(() => parseTenantId(value)).toThrow(new TypeError('a tenant id is clnt_ and 8 to 32 characters of a-z and 0-9'));
    expect(tenantIdField.safeParse(value).success).toBe(false);
    expect(tenantReference().safeParse(value).success).toBe(false);
  });
});
