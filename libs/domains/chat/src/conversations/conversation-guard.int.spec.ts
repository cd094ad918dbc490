import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type Permission, permissionsOfRoles } from '@caas/gateway-middleware';
import { type User } from '@caas/identity';
import { type AppError, type Principal } from '@caas/runtime';
import { newId } from '@caas/schema';
import { aTenant, ChatBench } from '../fixtures/chat.fixture.js';
import { ConversationGuard } from './conversation-guard.js';

describe('what a user may do with a conversation', () => {
  let bench: ChatBench;
  let [ada, grace, eve]: User[] = [];
  beforeAll(async () => {
    bench = await ChatBench.open();
    [ada, grace, eve] = [await bench.user('Ada'), await bench.user('Grace'), await bench.user('Eve')];
  });
  afterAll(() => bench?.close());

  const asked = async (user: User | undefined, permission: Permission, resourceId: string, tenant = bench.tenant): Promise<string> => {
    const guard = new ConversationGuard({ access: bench.access });
    const actingUser = user && {
      ...{ userId: user.user_id, externalId: user.external_id, displayName: 'x', avatarUrl: null, roles: user.roles },
      permissions: permissionsOfRoles('user', user.roles),
    };
    try {
      await guard.require({ tenant, permission, resourceId, principal: {} as Principal, actingUser });
      return 'allowed';
    } catch (error) {
      return (error as AppError).code;
    }
  };

  it('follows from membership and role', async () => {
    const { conversation_id: id } = await bench.group([ada as User, grace as User]);

    expect(await asked(grace, 'message.send', id)).toBe('allowed');
    expect(await asked(ada, 'conversation.update', id)).toBe('allowed');
    expect(await asked(grace, 'conversation.update', id)).toBe('AUTHZ_ROLE_TOO_LOW');
    expect(await asked(eve, 'message.read', id)).toBe('AUTHZ_NOT_MEMBER');
    expect(await asked(undefined, 'conversation.delete', id)).toBe('allowed');
  });

  it('is nothing with one of another tenant, none at all, and what is no id', async () => {
    const { conversation_id: id } = await bench.group([ada as User, grace as User]);

    expect(await asked(undefined, 'message.read', id, aTenant())).toBe('RES_NOT_FOUND');
    expect(await asked(ada, 'message.read', newId('conv'))).toBe('RES_NOT_FOUND');
    expect(await asked(ada, 'message.read', 'nonsense')).toBe('RES_NOT_FOUND');
  });
});
