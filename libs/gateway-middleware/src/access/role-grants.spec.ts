import { describe, expect, it } from '@jest/globals';
import { PERMISSIONS, type Permission, SELF } from './permissions.js';
import { columnsOf, grantOf, narrowedTo, permissionsOfRoles, ROLE_GRANTS } from './role-grants.js';

describe('roles', () => {
  it('are considered for every permission of the catalogue, and for no other', () => {
    expect(new Set([...ROLE_GRANTS.keys(), SELF, 'user.impersonate'])).toEqual(PERMISSIONS);
  });

  it.each([
    ['user', [], ['US']],
    ['user', ['courier'], ['US']],
    ['user', ['guest', 'courier'], ['GU']],
    ['user', ['vip', 'moderator'], ['MO', 'US']],
    ['user', ['owner', 'platform_admin'], ['US']],
    ['admin', ['admin'], ['AD']],
    ['admin', [], []],
    ['admin', ['platform_admin'], []],
    ['platform', ['platform_admin'], ['PA']],
    ['platform', ['admin'], []],
  ] as const)('of a %s %j are the columns %j', (actor, roles, columns) => {
    expect(columnsOf(actor, roles)).toEqual(columns);
  });

  it.each<[actor: 'user' | 'admin' | 'platform', role: string, permission: Permission, grant: unknown]>([
    ['user', 'user', 'message.send', ['member']],
    ['user', 'user', 'message.delete', ['owner', 'conversation_moderator']],
    ['user', 'user', 'user.list', undefined],
    ['user', 'guest', 'message.read', ['member']],
    ['user', 'guest', 'message.send', undefined],
    ['user', 'moderator', 'user.ban', true],
    ['user', 'admin', 'conversation.read', true],
    ['user', 'admin', 'tenant.read', undefined],
    ['admin', 'viewer', 'apikey.read', true],
    ['admin', 'viewer', 'apikey.manage', undefined],
    ['admin', 'developer', 'tenant.settings.manage', ['settings_section']],
    ['admin', 'owner', 'admin.tenant.manage', true],
    ['admin', 'admin', 'admin.tenant.manage', undefined],
    ['admin', 'owner', 'platform.tenants', undefined],
    ['platform', 'platform_admin', 'platform.tenants', true],
    ['platform', 'platform_admin', 'message.read', ['break_glass']],
    ['platform', 'platform_admin', 'message.send', undefined],
  ])('%s %s: %s is %j', (actor, role, permission, grant) => {
    expect(grantOf(actor, [role], permission)).toEqual(grant);
    expect(permissionsOfRoles(actor, [role]).has(permission)).toBe(grant !== undefined);
  });

  it('grant the most that any of them does', () => {
    expect(grantOf('user', ['guest', 'moderator'], 'conversation.remove_member')).toEqual(['member']);
    expect(grantOf('user', ['user', 'moderator'], 'conversation.remove_member')).toEqual(['member', 'conversation_admin']);
    expect(grantOf('user', ['user', 'admin'], 'conversation.remove_member')).toBe(true);
  });
});

describe('flags of a user', () => {
  const flags = { can_create_groups: true, can_share_files: true };

  it.each(['user', 'moderator', 'admin'])('deny what the role %s grants', (role) => {
    const permissions = permissionsOfRoles('user', [role], { can_create_groups: false, can_share_files: false });

    expect(permissionsOfRoles('user', [role], flags)).toEqual(permissionsOfRoles('user', [role]));
    expect(
      ['group.create', 'conversation.create', 'file.upload', 'file.share'].filter((name) => permissions.has(name as Permission)),
    ).toEqual([]);
    expect(permissions.has('message.send')).toBe(true);
  });

  it('are shared with everybody of whom the same holds', () => {
    expect(permissionsOfRoles('user', ['vip'], flags)).toBe(permissionsOfRoles('user', ['user']));
  });
});

describe('narrowing', () => {
  it('never widens', () => {
    const permissions = permissionsOfRoles('user', ['guest']);

    expect(narrowedTo(permissions, ['message.read', 'message.send', 'nonsense'])).toEqual(new Set(['message.read']));
    expect(narrowedTo(permissions, [])).toEqual(new Set());
  });
});
