import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type User } from '@caas/identity';
import { NotFoundError } from '@caas/runtime';
import { newId } from '@caas/schema';
import { waitUntil } from '@caas/testing';
import { aTenant, ChatBench } from '../fixtures/chat.fixture.js';
import { groupMembers } from '../groups/group-members.collection.js';
import { ConversationAccess } from './conversation-access.js';
import { conversations } from './conversations.collection.js';
import { memberSettingsDefaults } from './member-shape.js';

describe('ConversationAccess', () => {
  let bench: ChatBench;
  let ada: User;
  let grace: User;
  beforeAll(async () => {
    bench = await ChatBench.open();
    [ada, grace] = [await bench.user('Ada'), await bench.user('Grace')];
  });
  afterAll(() => bench?.close());

  const as = ({ user_id: userId }: Pick<User, 'user_id'>) => ({ actor: { userId }, action: 'send' as const });
  const anotherProcess = () => new ConversationAccess({ directory: bench.newDirectory(), clock: bench.clock });

  it('answers at once what it knows, and names the member', async () => {
    const { conversation_id: id } = await bench.group([ada, grace]);
    await bench.access.require(bench.tenant, id, as(grace));

    expect(bench.access.require(bench.tenant, id, as(grace))).toMatchObject({
      conversation: { conversationId: id },
      member: { role: 'member' },
    });
    expect(bench.access.require(bench.tenant, id, { actor: undefined, action: 'delete' })).toMatchObject({ member: undefined });
  });

  it('refuses in another process soon after a member went', async () => {
    const { conversation_id: id, participants } = await bench.group([ada, grace]);
    const other = anotherProcess();
    await other.require(bench.tenant, id, as(grace));
    const gone = participants.map((one) => (one.user_id === grace.user_id ? { ...one, status: 'removed' as const } : one));
    await bench.mongo
      .forTenant(bench.tenant)
      .repository(conversations)
      .update(id, { set: { participants: gone } });
    await bench.directory.invalidate(bench.tenant, id);

    const codeNow = () =>
      Promise.resolve()
        .then(() => other.require(bench.tenant, id, as(grace)))
        .then(
          () => 'ok',
          (error: unknown) => (error as { code: string }).code,
        );
    await waitUntil('the refusal', async () => ((await codeNow()) === 'AUTHZ_NOT_MEMBER' ? true : undefined));
  });

  it('says the same of another tenant’s conversation and of none', async () => {
    const { conversation_id: id } = await bench.group([ada, grace]);

    const errors = await Promise.all(
      [id, newId('conv')].map(async (one) =>
        Promise.resolve()
          .then(() => bench.access.require(aTenant(), one, as(ada)))
          .catch((error: unknown) => error),
      ),
    );
    expect(errors).toEqual([new NotFoundError(), new NotFoundError()]);
  });

  describe('of a conversation whose members are a collection', () => {
    async function aLarge(): Promise<string> {
      const { conversation_id: id } = await bench.group([ada, grace]);
      const scope = bench.mongo.forTenant(bench.tenant);
      await scope.repository(conversations).update(id, { set: { membership: 'collection', participants: [] } });
      await scope.repository(groupMembers).insertMany(
        [ada, grace].map((user) => ({
          conversation_id: id,
          user_id: user.user_id,
          external_user_id: user.external_id,
          display_name: user.profile.display_name,
          avatar_url: null,
          role: user === ada ? ('owner' as const) : ('subscriber' as const),
          permissions: null,
          status: 'active' as const,
          settings: memberSettingsDefaults(),
          activity: { joined_at: new Date(), joined_sequence: 0, invited_by: null, last_message_at: null, message_count: 0 },
          departure: null,
        })),
      );
      await bench.directory.invalidate(bench.tenant, id, [ada.user_id, grace.user_id]);
      return id;
    }

    it('knows each user when they ask, and at once the second time', async () => {
      const id = await aLarge();

      await expect(bench.access.require(bench.tenant, id, as(ada))).resolves.toMatchObject({ member: { role: 'owner' } });
      expect(bench.access.require(bench.tenant, id, as(ada))).toMatchObject({ member: { role: 'owner' } });
      await expect(bench.access.require(bench.tenant, id, as(grace))).rejects.toMatchObject({ code: 'MSG_READ_ONLY' });
      await expect(bench.access.require(bench.tenant, id, as({ user_id: newId('usr') }))).rejects.toMatchObject({
        code: 'AUTHZ_NOT_MEMBER',
      });
    });

    it('knows the users of many conversations with one read', async () => {
      const [large, small] = [await aLarge(), (await bench.group([ada, grace])).conversation_id];
      const asked = new Map([large, small].map((id) => [id, new Set([ada.user_id])]));

      const facts = await bench.newDirectory().getMany(bench.tenant, [large, small], asked);

      expect(Object.keys(facts.get(large)?.members ?? {})).toEqual([ada.user_id]);
      expect(Object.keys(facts.get(small)?.members ?? {})).toEqual([ada.user_id, grace.user_id]);
    });

    it('knows when a user was banned', async () => {
      const id = await aLarge();
      await bench.access.require(bench.tenant, id, { ...as(grace), action: 'read' });
      const departure = { left_at: null, removed_at: new Date(), removed_by: null, removal_reason: null, banned_until: null };
      await bench.mongo
        .forTenant(bench.tenant)
        .repository(groupMembers)
        .updateMany({ conversation_id: id, user_id: grace.user_id }, { set: { status: 'banned', departure } });
      await bench.directory.invalidate(bench.tenant, id, [grace.user_id]);

      await expect(bench.access.require(bench.tenant, id, { ...as(grace), action: 'read' })).rejects.toMatchObject({ code: 'CONV_BANNED' });
    });
  });
});
