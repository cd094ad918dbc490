import { afterAll, describe, expect, it } from '@jest/globals';
import { NotFoundError } from '@caas/runtime';
import { newId } from '@caas/schema';
import { MemoryQuotas } from '@caas/testing';
import { aNewUser, aTenant, bySpec, IdentityBench } from '../fixtures/identity.fixture.js';
import { users } from './users.collection.js';
import { UsersService } from './users.service.js';

const bench = await IdentityBench.open();
const service = new UsersService(bench);
afterAll(() => bench.close());

describe('UsersService', () => {
  const exists = (field: string) =>
    expect.objectContaining({ code: 'USER_EXISTS', details: expect.objectContaining({ conflictWith: field }) });

  it('creates a user with what was not said left empty', async () => {
    const tenant = aTenant();

    const user = await service.create(tenant, aNewUser({ external_id: 'u-1', username: 'Ada_L' }), bySpec);

    expect(await service.get(tenant, user.user_id)).toEqual(user);
    expect(user).toMatchObject({
      external_id: 'u-1',
      profile: { display_name: 'Ada', username: 'Ada_L', username_lc: 'ada_l', bio: null, custom_data: null },
      status: 'active',
      roles: ['user'],
    });
  });

  describe('a second user', () => {
    it('with the same external_id is refused, naming it', async () => {
      const tenant = aTenant();
      const input = aNewUser();
      await service.create(tenant, input, bySpec);

      await expect(service.create(tenant, input, bySpec)).rejects.toEqual(exists('external_id'));
    });

    it('with the same username in other letters is refused, naming it', async () => {
      const tenant = aTenant();
      await service.create(tenant, aNewUser({ username: 'Grace' }), bySpec);

      await expect(service.create(tenant, aNewUser({ username: 'gRACE' }), bySpec)).rejects.toEqual(exists('username'));
    });

    it('in another tenant is another one', async () => {
      const input = aNewUser({ username: 'same' });

      const [one, two] = [await service.create(aTenant(), input, bySpec), await service.create(aTenant(), input, bySpec)];

      expect(one.user_id).not.toBe(two.user_id);
    });

    // Two creations at once are decided by partial unique indexes.
    bench.itNeeds('partialIndexes', 'is refused also when both come at once', async () => {
      const tenant = aTenant();
      const input = aNewUser();

      const results = await Promise.allSettled(Array.from({ length: 5 }, () => service.create(tenant, input, bySpec)));

      expect(results.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
      for (const result of results) if (result.status === 'rejected') expect(result.reason).toEqual(exists('external_id'));
    });

    it('may take the external_id of a deleted one', async () => {
      const tenant = aTenant();
      const input = aNewUser();
      const first = await service.create(tenant, input, bySpec);
      await bench.mongo.forTenant(tenant).repository(users).softDelete(first.user_id, 'spec');

      const second = await service.create(tenant, input, bySpec);

      expect((await service.get(tenant, `ext:${input.external_id}`)).user_id).toBe(second.user_id);
    });
  });

  describe('against the plan', () => {
    it('counts who was created, and nobody who was refused or there before', async () => {
      const tenant = aTenant();
      const input = aNewUser({ username: 'Ada_Q' });
      await service.create(tenant, input, bySpec);

      await expect(service.create(tenant, input, bySpec)).rejects.toEqual(exists('external_id'));
      await expect(service.create(tenant, aNewUser({ username: 'ada_q' }), bySpec)).rejects.toEqual(exists('username'));
      await service.upsertByExternalId(tenant, { ...input, display_name: 'Ada King' }, bySpec);
      await service.upsertByExternalId(tenant, aNewUser(), bySpec);

      expect(bench.quotas.used(tenant, 'users_count')).toBe(2);
    });

    it('refuses a user too many, and stores nobody', async () => {
      const tenant = aTenant();
      const bounded = new UsersService({ mongo: bench.mongo, announcer: bench.announcer, quotas: new MemoryQuotas({ users_count: 1 }) });
      const tooMany = { code: 'RATE_QUOTA_EXCEEDED', details: { metric: 'users_count', limit: 1, current: 1 } };
      const first = await bounded.create(tenant, aNewUser(), bySpec);

      await expect(bounded.create(tenant, aNewUser({ external_id: 'second' }), bySpec)).rejects.toMatchObject(tooMany);
      await expect(bounded.upsertByExternalId(tenant, aNewUser({ external_id: 'second' }), bySpec)).rejects.toMatchObject(tooMany);
      await bounded.upsertByExternalId(tenant, { external_id: first.external_id, display_name: 'Still here' }, bySpec);

      expect(await service.findByExternalId(tenant, 'second')).toBeUndefined();
    });
  });

  describe('upsertByExternalId', () => {
    it('creates a user, and then changes what is named and nothing else', async () => {
      const tenant = aTenant();
      const input = aNewUser({ username: 'Ada_L', bio: 'first' });

      const first = await service.upsertByExternalId(tenant, input, bySpec);
      const second = await service.upsertByExternalId(
        tenant,
        { external_id: input.external_id, display_name: 'Ada King', roles: ['vip'] },
        bySpec,
      );

      expect([first.created, second.created]).toEqual([true, false]);
      expect(second.user).toMatchObject({
        user_id: first.user.user_id,
        profile: { display_name: 'Ada King', username: 'Ada_L', username_lc: 'ada_l', bio: 'first' },
        roles: ['vip'],
        settings: first.user.settings,
      });
      expect(await service.findByExternalId(tenant, input.external_id)).toEqual(second.user);
    });

    bench.itNeeds('partialIndexes', 'makes one user when several come at once', async () => {
      const tenant = aTenant();
      const input = aNewUser();

      const results = await Promise.all(Array.from({ length: 5 }, () => service.upsertByExternalId(tenant, input, bySpec)));

      expect(new Set(results.map(({ user }) => user.user_id)).size).toBe(1);
      expect(results.filter(({ created }) => created)).toHaveLength(1);
    });

    bench.itNeeds('partialIndexes', 'refuses the username of somebody else, naming it', async () => {
      const tenant = aTenant();
      await service.create(tenant, aNewUser({ username: 'Grace' }), bySpec);

      await expect(service.upsertByExternalId(tenant, aNewUser({ username: 'GRACE' }), bySpec)).rejects.toEqual(exists('username'));
    });
  });

  describe('finding', () => {
    it('goes by id, or by ext: and the id of the tenant’s own system', async () => {
      const tenant = aTenant();
      const user = await service.create(tenant, aNewUser({ external_id: 'a:b/ü 😀' }), bySpec);

      expect(await service.find(tenant, user.user_id)).toEqual(user);
      expect(await service.find(tenant, 'ext:a:b/ü 😀')).toEqual(user);
    });

    it.each(['', 'ext:', 'usr_', 'usr_nope', 'nobody', newId('conv'), newId('usr'), 'ext:nobody'])(
      'of %p finds nobody',
      async (reference) => {
        expect(await service.find(aTenant(), reference)).toBeUndefined();
      },
    );

    it('does not see another tenant’s user, by id, by reference or in a list', async () => {
      const [mine, theirs] = [aTenant(), aTenant()];
      const user = await service.create(theirs, aNewUser(), bySpec);
      const own = await service.create(mine, aNewUser(), bySpec);

      await expect(service.get(mine, user.user_id)).rejects.toEqual(new NotFoundError());
      await expect(service.get(mine, newId('usr'))).rejects.toEqual(new NotFoundError());
      await expect(service.get(mine, `ext:${user.external_id}`)).rejects.toEqual(new NotFoundError());
      expect(await service.findMany(mine, [user.user_id, own.user_id])).toEqual([own]);
    });
  });
});
