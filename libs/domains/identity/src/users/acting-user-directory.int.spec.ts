import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { aNewUser, aTenant, bySpec, IdentityBench } from '../fixtures/identity.fixture.js';
import { ActingUserDirectory } from './acting-user-directory.js';
import { users } from './users.collection.js';
import { UsersService } from './users.service.js';

describe('ActingUserDirectory', () => {
  let bench: IdentityBench;
  let service: UsersService;
  let directory: ActingUserDirectory;
  beforeAll(async () => {
    bench = await IdentityBench.open();
    service = new UsersService(bench);
    directory = new ActingUserDirectory({ users: service, redis: bench.redis });
  });
  afterAll(() => bench?.close());

  it('resolves an active user by both references', async () => {
    const tenant = aTenant();
    const user = await service.create(tenant, aNewUser({ avatar_url: 'https://example.com/a.png' }), bySpec);
    const expected = {
      userId: user.user_id,
      externalId: user.external_id,
      displayName: 'Ada',
      avatarUrl: 'https://example.com/a.png',
      roles: ['user'],
    };

    expect(await directory.resolve(tenant, user.user_id)).toMatchObject(expected);
    expect(await directory.resolve(tenant, `ext:${user.external_id}`)).toMatchObject(expected);
  });

  it('reads once for many requests', async () => {
    const tenant = aTenant();
    const { user_id } = await service.create(tenant, aNewUser(), bySpec);
    const before = await bench.operationsOn('users');

    await Promise.all(Array.from({ length: 20 }, async () => directory.resolve(tenant, user_id)));
    const cached = directory.resolve(tenant, user_id);

    expect(cached).toMatchObject({ userId: user_id });
    expect(await bench.operationsOn('users')).toBe(before + 1);
  });

  it('resolves nobody of another tenant, also when that one is cached', async () => {
    const [mine, theirs] = [aTenant(), aTenant()];
    const { user_id } = await service.create(theirs, aNewUser(), bySpec);
    await directory.resolve(theirs, user_id);

    expect(await directory.resolve(mine, user_id)).toBeUndefined();
  });

  it.each(['inactive', 'banned', 'deleted'] as const)('does not resolve a user who is %s', async (status) => {
    const tenant = aTenant();
    const { user_id } = await service.create(tenant, aNewUser(), bySpec);
    await bench.mongo.forTenant(tenant).repository(users).update(user_id, { set: { status } });

    expect(await directory.resolve(tenant, user_id)).toBeUndefined();
  });
});
