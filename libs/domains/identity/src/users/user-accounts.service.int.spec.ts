import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { NotFoundError } from '@caas/runtime';
import { newId } from '@caas/schema';
import { aNewUser, aTenant, bySpec, IdentityBench } from '../fixtures/identity.fixture.js';
import { UserAccountsService } from './user-accounts.service.js';
import { users } from './users.collection.js';
import { UsersService } from './users.service.js';

describe('UserAccountsService', () => {
  const tenant = aTenant();
  const aBan = { by: 'usr_admin', reason: 'spam', until: new Date('2026-02-01T00:00:00Z') };
  const wrongState = expect.objectContaining({ code: 'RES_STATE' });
  let bench: IdentityBench;
  let service: UsersService;
  let accounts: UserAccountsService;
  beforeAll(async () => {
    bench = await IdentityBench.open();
    service = new UsersService(bench);
    accounts = new UserAccountsService(bench);
  });
  afterAll(() => bench?.close());

  it('bans with reason and end, changes a ban, and ends it', async () => {
    const { user_id } = await service.create(tenant, aNewUser(), bySpec);

    const banned = await accounts.ban(tenant, user_id, aBan);
    const forGood = await accounts.ban(tenant, user_id, { ...aBan, until: null });
    const free = await accounts.unban(tenant, user_id, 'spec');

    expect(banned).toMatchObject({
      status: 'banned',
      moderation: { ban_reason: 'spam', banned_until: aBan.until, banned_by: 'usr_admin', warning_count: 0 },
    });
    expect(forGood.moderation.banned_until).toBeNull();
    expect(free).toMatchObject({ status: 'active', moderation: { ban_reason: null, banned_until: null, banned_by: null } });
  });

  it('ends no ban that is not there, once or twice', async () => {
    const { user_id } = await service.create(tenant, aNewUser(), bySpec);
    await accounts.ban(tenant, user_id, aBan);

    const results = await Promise.allSettled([accounts.unban(tenant, user_id, 'spec'), accounts.unban(tenant, user_id, 'spec')]);

    expect(results.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
    await expect(accounts.unban(tenant, user_id, 'spec')).rejects.toEqual(wrongState);
  });

  it('frees both names of a deleted user', async () => {
    const input = aNewUser({ username: 'Ada_D' });
    const { user_id } = await service.create(tenant, input, bySpec);

    expect(await accounts.remove(tenant, user_id, 'spec')).toBe(true);
    expect(await accounts.remove(tenant, user_id, 'spec')).toBe(false);

    const again = await service.create(tenant, input, bySpec);
    const gone = await bench.mongo.forTenant(tenant).repository(users).get(user_id, { includeDeleted: true });
    expect(again.user_id).not.toBe(user_id);
    expect(gone).toMatchObject({ status: 'deleted', deleted_by: 'spec', profile: { username: null, username_lc: null } });
  });

  it('counts active users only: not banned ones, nor deleted ones, whatever they were before', async () => {
    const own = aTenant();
    const used: number[] = [];
    const note = () => used.push(bench.quotas.used(own, 'users_count'));
    const [ada, eve] = [await service.create(own, aNewUser(), bySpec), await service.create(own, aNewUser(), bySpec)];
    note();
    await accounts.ban(own, ada.user_id, aBan);
    await accounts.ban(own, ada.user_id, { ...aBan, until: null });
    note();
    await accounts.unban(own, ada.user_id, 'spec');
    note();
    await accounts.ban(own, eve.user_id, aBan);
    await accounts.remove(own, eve.user_id, 'spec');
    await accounts.remove(own, ada.user_id, 'spec');
    await accounts.remove(own, ada.user_id, 'spec');
    note();

    expect(used).toEqual([2, 1, 2, 0]);
  });

  it('knows nobody of another tenant, and no deleted one', async () => {
    const { user_id } = await service.create(aTenant(), aNewUser(), bySpec);
    const deleted = await service.create(tenant, aNewUser(), bySpec);
    await accounts.remove(tenant, deleted.user_id, 'spec');

    for (const id of [user_id, deleted.user_id, newId('usr')]) {
      await expect(accounts.ban(tenant, id, aBan)).rejects.toEqual(new NotFoundError());
    }
  });
});
