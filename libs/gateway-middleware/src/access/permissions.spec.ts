import { describe, expect, it } from '@jest/globals';
import { expandScopes, PERMISSIONS, permissionsOf, ROLE_ONLY_PERMISSIONS, scopeGranting, SCOPES, SELF } from './permissions.js';

describe('scopes', () => {
  it('expand wildcards to what exists', () => {
    expect(expandScopes(['users:*', 'chat:read'])).toEqual(['users:read', 'users:write', 'users:delete', 'chat:read']);
    expect(expandScopes(['*'])).toEqual(SCOPES);
  });

  it('refuse what does not exist', () => {
    expect(() => expandScopes(['chat:read', 'chat:everything'])).toThrow('there is no scope "chat:everything"');
    expect(() => expandScopes(['root:*'])).toThrow(TypeError);
  });

  it('grant the union of their permissions, and unknown ones nothing', () => {
    expect([...permissionsOf(['users:delete', 'files:read', 'gone:scope'])]).toEqual(['user.delete', 'file.download']);
    expect(permissionsOf(['constructor'])).toEqual(new Set());
  });

  it('cover the catalogue, but for what only roles grant', () => {
    expect(new Set([...permissionsOf(SCOPES), ...ROLE_ONLY_PERMISSIONS, SELF])).toEqual(PERMISSIONS);
    for (const permission of [...ROLE_ONLY_PERMISSIONS, SELF] as const) expect(scopeGranting(permission)).toBeUndefined();
    for (const permission of permissionsOf(SCOPES)) expect(permissionsOf([scopeGranting(permission) ?? ''])).toContain(permission);
  });
});
