import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { newId } from '@caas/schema';
import { aTenant, ChatBench } from '../fixtures/chat.fixture.js';
import { GroupInvitesService } from './group-invites.service.js';
import { groups } from './groups.collection.js';

describe('GroupInvitesService', () => {
  const tenant = aTenant();
  const wrongState = expect.objectContaining({ code: 'CONV_INVITE_INVALID' });
  let bench: ChatBench;
  let invites: GroupInvitesService;
  beforeAll(async () => {
    bench = await ChatBench.open();
    invites = new GroupInvitesService({ mongo: bench.mongo, clock: bench.clock });
  });
  afterAll(() => bench?.close());

  const aGroup = async (): Promise<string> => {
    const { group_id } = await bench.mongo
      .forTenant(tenant)
      .repository(groups)
      .insert({
        conversation_id: newId('conv'),
        metadata: null,
        invite: null,
        rules: [],
        moderation: { auto_moderation_enabled: false, spam_detection_enabled: false, blocked_words: [] },
      });
    return group_id;
  };
  const codeOf = async (groupId: string, options: Parameters<GroupInvitesService['renew']>[2] = {}): Promise<string> =>
    (await invites.renew(tenant, groupId, options)).invite?.code ?? '';

  it('leads to its group and counts its uses', async () => {
    const groupId = await aGroup();
    const code = await codeOf(groupId);

    await invites.redeem(tenant, code);

    expect(await invites.redeem(tenant, code)).toMatchObject({ group_id: groupId, invite: { uses: 2, max_uses: null } });
  });

  it('lets no more in than it says, also at once', async () => {
    const code = await codeOf(await aGroup(), { maxUses: 3 });

    const results = await Promise.allSettled(Array.from({ length: 8 }, () => invites.redeem(tenant, code)));

    expect(results.filter(({ status }) => status === 'fulfilled')).toHaveLength(3);
    for (const result of results) if (result.status === 'rejected') expect(result.reason).toEqual(wrongState);
  });

  it('ends when its time is over', async () => {
    const code = await codeOf(await aGroup(), { expiresAt: new Date(bench.clock.now() + 1_000) });
    bench.clock.advance(1_000);

    await expect(invites.redeem(tenant, code)).rejects.toEqual(wrongState);
  });

  it('ends when it is switched off or renewed', async () => {
    const groupId = await aGroup();
    const old = await codeOf(groupId);
    const code = await codeOf(groupId);
    await bench.mongo
      .forTenant(tenant)
      .repository(groups)
      .update(groupId, { set: { 'invite.enabled': false } });

    await expect(invites.redeem(tenant, old)).rejects.toEqual(wrongState);
    await expect(invites.redeem(tenant, code)).rejects.toEqual(wrongState);
  });

  it('is unknown in another tenant', async () => {
    const code = await codeOf(await aGroup());

    await expect(invites.redeem(aTenant(), code)).rejects.toEqual(wrongState);
  });
});
