import { afterAll, describe, expect, it } from '@jest/globals';
import { ManualClock } from '@caas/runtime';
import { newId } from '@caas/schema';
import { aTenant, IdentityBench } from '../fixtures/identity.fixture.js';
import { type Edge, RelationshipsService } from './relationships.service.js';
import { type UserRelationship, userRelationships } from './user-relationships.collection.js';

const bench = await IdentityBench.open();
const service = new RelationshipsService({ mongo: bench.mongo, clock: new ManualClock() });
afterAll(() => bench.close());

describe('RelationshipsService', () => {
  const tenant = aTenant();
  const wrongState = expect.objectContaining({ code: 'RES_STATE' });
  const aPair = (): Edge => ({ userId: newId('usr'), targetId: newId('usr') });
  const reverse = ({ userId, targetId }: Edge): Edge => ({ userId: targetId, targetId: userId });
  const edges = async ({ userId, targetId }: Edge): Promise<string[]> => {
    const repository = bench.mongo.forTenant(tenant).repository(userRelationships);
    const rows = [
      ...(await repository.findMany({ user_id: userId, target_user_id: targetId })),
      ...(await repository.findMany({ user_id: targetId, target_user_id: userId })),
    ];
    return rows.map((row: UserRelationship) => `${row.user_id === userId ? '→' : '←'} ${row.type} ${row.status}`).sort();
  };

  it('makes friends in two steps, with an edge on either side', async () => {
    const pair = aPair();

    const asked = await service.requestFriendship(tenant, pair);
    expect(await edges(pair)).toEqual(['← friend pending', '→ friend pending']);
    const accepted = await service.acceptFriendship(tenant, reverse(pair));

    expect(asked).toMatchObject({ direction: 'outgoing', is_mutual: false });
    expect(accepted).toMatchObject({ direction: 'incoming', is_mutual: true });
    expect(await edges(pair)).toEqual(['← friend accepted', '→ friend accepted']);
  });

  it('does not let the asker accept, and asks once', async () => {
    const pair = aPair();
    await service.requestFriendship(tenant, pair);

    await expect(service.acceptFriendship(tenant, pair)).rejects.toEqual(wrongState);
    await expect(service.requestFriendship(tenant, pair)).rejects.toEqual(wrongState);
    await expect(service.requestFriendship(tenant, reverse(pair))).rejects.toEqual(wrongState);
    expect(await edges(pair)).toEqual(['← friend pending', '→ friend pending']);
  });

  it('ends friendship and following both ways with a block, and keeps a note on a contact', async () => {
    const pair = aPair();
    const repository = bench.mongo.forTenant(tenant).repository(userRelationships);
    const bare = { direction: null, is_mutual: false, friendship: null, blocking: null, muting: null, following: null, metadata: null };
    const { userId: user_id, targetId: target_user_id } = pair;
    await service.requestFriendship(tenant, pair);
    const following = { followed_at: new Date(0), notifications_enabled: true };
    await repository.insert({ ...bare, user_id: target_user_id, target_user_id: user_id, type: 'following', status: 'active', following });
    await repository.insert({ ...bare, user_id, target_user_id, type: 'contact', status: 'active' });

    const block = await service.block(tenant, pair, { reason: 'spam' });

    expect(block.blocking).toMatchObject({ reason: 'spam', report_id: null });
    expect(await edges(pair)).toEqual(['→ blocked active', '→ contact active']);
    expect(await service.isBlocked(tenant, pair)).toBe(true);
    expect(await service.isBlocked(tenant, reverse(pair))).toBe(true);
    expect(await service.isBlocked(aTenant(), pair)).toBe(false);
    await expect(service.requestFriendship(tenant, reverse(pair))).rejects.toEqual(wrongState);
  });

  it('knows a mutual block, and ends one side of it', async () => {
    const pair = aPair();
    await service.block(tenant, pair);
    await service.block(tenant, pair);
    const second = await service.block(tenant, reverse(pair));
    expect(second.is_mutual).toBe(true);

    expect(await service.unblock(tenant, pair)).toBe(true);
    expect(await service.unblock(tenant, pair)).toBe(false);

    expect(await edges(pair)).toEqual(['← blocked active']);
    expect((await service.block(tenant, reverse(pair))).is_mutual).toBe(false);
  });

  bench.itNeeds('transactions', 'leaves everything as it was when a step fails', async () => {
    const pair = aPair();
    await service.requestFriendship(tenant, pair);
    const before = await edges(pair);
    const repository = bench.mongo.forTenant(tenant).repository(userRelationships);

    const failing = bench.mongo.withTransaction(async () => {
      await service.block(tenant, pair);
      await repository.get('0'.repeat(26));
    });

    await expect(failing).rejects.toThrow();
    expect(await edges(pair)).toEqual(before);
  });

  it('refuses oneself', async () => {
    const userId = newId('usr');

    await expect(service.block(tenant, { userId, targetId: userId })).rejects.toMatchObject({ code: 'VAL_FAILED' });
  });
});
