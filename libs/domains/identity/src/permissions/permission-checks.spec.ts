import { describe, expect, it } from '@jest/globals';
import { type Permission, permissionsOfRoles, type ResourceGuard } from '@caas/gateway-middleware';
import { AuthorizationError, NotFoundError, type Principal, UnavailableError } from '@caas/runtime';
import { newId } from '@caas/schema';
import { UserGuard } from '../users/user-guard.js';
import { aTenant } from '../fixtures/identity.fixture.js';
import { PermissionChecks } from './permission-checks.js';

const tenant = aTenant();
const ada = {
  ...{ userId: newId('usr'), externalId: 'ada', displayName: 'Ada', avatarUrl: null, roles: ['user'] },
  permissions: permissionsOfRoles('user', ['user']),
};
const principal: Principal = {
  ...{ actor: 'user', authType: 'jwt', tenantId: tenant.tenantId, appId: null, subjectId: ada.userId, environment: 'live' },
  ...{ roles: ada.roles, permissions: ada.permissions, user: ada },
};
const caller = { tenant, principal, actingUser: ada };

/** A guard of conversations that answers as told. */
const guarding = (outcome: () => void | Promise<void>): ResourceGuard => ({
  type: 'conversation',
  permissions: new Set<Permission>(['message.send']),
  require: outcome,
});
const ask = (guards: readonly ResourceGuard[], permission: string, resource?: { type: string; id: string }) =>
  new PermissionChecks({ guards: () => Promise.resolve(guards) }).answer(caller, { permission, resource });
const conversation = { type: 'conversation', id: newId('conv') };

describe('what a caller may do with a resource', () => {
  const allowing = [guarding(() => undefined)];

  it('is what its guard says, with the reason', async () => {
    const refusing = (error: Error) => [guarding(() => Promise.reject(error))];

    expect(await ask(allowing, 'message.send', conversation)).toEqual({ allowed: true, reason: 'granted' });
    expect(await ask(refusing(new AuthorizationError('AUTHZ_NOT_MEMBER', 'x')), 'message.send', conversation)).toEqual({
      allowed: false,
      reason: 'not_member',
    });
    expect(await ask(refusing(new NotFoundError()), 'message.send', conversation)).toEqual({ allowed: false, reason: 'not_found' });
    expect(await ask(refusing(new AuthorizationError('MSG_SENDER_MUTED', 'x')), 'message.send', conversation)).toEqual({
      allowed: false,
      reason: 'msg_sender_muted',
    });
  });

  it('is nothing where nobody decides', async () => {
    expect(await ask(allowing, 'message.send', { type: 'spaceship', id: 'x' })).toEqual({
      allowed: false,
      reason: 'unknown_resource_type',
    });
    expect(await ask(allowing, 'group.join', conversation)).toEqual({ allowed: false, reason: 'not_of_this_resource' });
  });

  it('is not asked where the permission is missing in general', async () => {
    const unasked = [guarding(() => Promise.reject(new Error('asked')))];

    expect(await ask(unasked, 'user.ban', conversation)).toEqual({ allowed: false, reason: 'role_missing' });
  });

  it('is unknown, not allowed, while the store is away', async () => {
    const away = [guarding(() => Promise.reject(new UnavailableError('away')))];

    await expect(ask(away, 'message.send', conversation)).rejects.toThrow('away');
  });
});

describe('one user', () => {
  const grace = newId('usr');
  const users = { find: (_tenant: unknown, id: string) => Promise.resolve([ada.userId, grace].includes(id) ? { user_id: id } : undefined) };
  const guards = [new UserGuard({ users: users as never })];
  const on = (id: string) => ({ type: 'user', id });

  it.each([
    ['may be changed by oneself', 'user.update', ada.userId, { allowed: true, reason: 'granted' }],
    ['not by another', 'user.update', grace, { allowed: false, reason: 'not_owner' }],
    ['may be seen by another', 'user.read', grace, { allowed: true, reason: 'granted' }],
    ['that does not exist is not found', 'user.read', newId('usr'), { allowed: false, reason: 'not_found' }],
  ] as const)('%s', async (_, permission, id, answer) => {
    expect(await ask(guards, permission, on(id))).toEqual(answer);
  });
});
