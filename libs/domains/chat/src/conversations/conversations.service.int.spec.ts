import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { eventOutbox } from '@caas/data-access-mongo';
import { type User } from '@caas/identity';
import { NotFoundError } from '@caas/runtime';
import { newId } from '@caas/schema';
import { aTenant, ChatBench, toActingUser } from '../fixtures/chat.fixture.js';
import { conversations } from './conversations.collection.js';
import { type NewConversation } from './conversations.service.js';

describe('ConversationsService', () => {
  let bench: ChatBench;
  let [ada, grace, alan]: User[] = [];
  beforeAll(async () => {
    bench = await ChatBench.open();
    [ada, grace, alan] = [await bench.user('Ada'), await bench.user('Grace'), await bench.user('Alan')];
  });
  afterAll(() => bench?.close());

  const idOf = (user: User | undefined): string => user?.user_id ?? '';
  const by = (user: User | undefined) => ({ actingUser: user === undefined ? undefined : toActingUser(user), keyId: 'key_1' });
  const create = (input: NewConversation, user?: User, at = bench) => at.conversations.create(at.tenant, input, by(user));
  const aGroup = (members: readonly (User | undefined)[]): NewConversation => ({
    type: 'group',
    name: 'Team',
    member_ids: members.map(idOf),
  });
  const aPair = (...members: (User | undefined)[]): NewConversation => ({ type: 'direct', member_ids: members.map(idOf) });

  describe('a group', () => {
    it('has its creator as owner, first, and each member once', async () => {
      const { conversation, created } = await create(aGroup([grace, ada, grace]), ada);

      expect(created).toBe(true);
      expect(conversation.participants.map(({ display_name, role, status }) => [display_name, role, status])).toEqual([
        ['Ada', 'owner', 'active'],
        ['Grace', 'member', 'active'],
      ]);
      expect(conversation).toMatchObject({ direct_key: null, created_by: idOf(ada), last_sequence: 0, stats: { participant_count: 2 } });
      expect(await bench.conversations.get(bench.tenant, conversation.conversation_id)).toEqual(conversation);
    });

    it('made by a key alone has its first member as owner', async () => {
      const { conversation } = await create(aGroup([grace, ada]));

      expect(conversation.participants[0]).toMatchObject({ display_name: 'Grace', role: 'owner' });
      expect(conversation.created_by).toBe('key_1');
    });

    it.each<[string, () => NewConversation, User | undefined, object]>([
      [
        'without a name',
        () => ({ ...aGroup([ada, grace]), name: undefined }),
        undefined,
        { code: 'VAL_FAILED', issues: [{ field: '/body/name' }] },
      ],
      ['of one', () => aGroup([ada]), undefined, { code: 'VAL_FAILED', issues: [{ field: '/body/member_ids' }] }],
      [
        'with members who do not exist',
        () => ({ ...aGroup([ada]), member_ids: [idOf(ada), newId('usr'), newId('usr')] }),
        undefined,
        { code: 'VAL_REFERENCE', issues: [{ field: '/body/member_ids/1' }, { field: '/body/member_ids/2' }] },
      ],
      [
        'larger than the plan allows',
        () => ({ ...aGroup([]), member_ids: Array.from({ length: 51 }, () => newId('usr')) }),
        undefined,
        { code: 'CONV_MEMBER_LIMIT', details: { limit: 50 } },
      ],
    ])('%s is refused', async (_, input, user, error) => {
      await expect(create(input(), user)).rejects.toMatchObject(error);
    });

    it('of an acting user who was deleted meanwhile is refused, naming the header', async () => {
      const gone = { ...(await bench.user('Gone')), user_id: newId('usr') };

      await expect(create(aGroup([ada, grace]), gone)).rejects.toMatchObject({
        code: 'VAL_REFERENCE',
        issues: [{ field: '/headers/x-act-as-user' }],
      });
    });

    it('cannot take in another tenant’s users', async () => {
      const other = bench.withTenant(aTenant());

      await expect(create(aGroup([ada, grace]), undefined, other)).rejects.toMatchObject({
        code: 'VAL_REFERENCE',
        issues: [{ field: '/body/member_ids/0' }, { field: '/body/member_ids/1' }],
      });
    });
  });

  describe('a pair', () => {
    it('has one conversation, whoever creates it and however often at once', async () => {
      const pair = [await bench.user('One'), await bench.user('Two')] as const;

      const results = await Promise.all([
        create(aPair(pair[1]), pair[0]),
        create(aPair(pair[0]), pair[1]),
        create(aPair(...pair)),
        create(aPair(pair[1], pair[0])),
      ]);

      expect(new Set(results.map(({ conversation }) => conversation.conversation_id)).size).toBe(1);
      expect(results.filter(({ created }) => created)).toHaveLength(1);
      expect(results[0]?.conversation.participants.map(({ role }) => role)).toEqual(['member', 'member']);
    });

    it.each<[string, () => NewConversation]>([
      ['alone', () => aPair(ada)],
      ['with oneself', () => aPair(ada, ada)],
      ['of three', () => aPair(ada, grace, alan)],
    ])('%s is refused', async (_, input) => {
      await expect(create(input())).rejects.toMatchObject({ code: 'VAL_FAILED', issues: [{ field: '/body/member_ids' }] });
    });

    it('whose conversation was deleted is told so', async () => {
      const pair = [await bench.user('One'), await bench.user('Two')] as const;
      const { conversation } = await create(aPair(...pair));
      await bench.mongo.forTenant(bench.tenant).repository(conversations).softDelete(conversation.conversation_id, 'spec');

      await expect(create(aPair(...pair))).rejects.toMatchObject({ code: 'RES_STATE' });
    });
  });

  it('is told of once, with its members, by whom and whence', async () => {
    const own = bench.withTenant(aTenant());
    const pair = [await own.user('One'), await own.user('Two')] as const;
    const creator = { ...by(pair[0]), applicationId: 'app_1' };
    const { conversation } = await own.conversations.create(own.tenant, aPair(pair[1]), creator);
    await own.conversations.create(own.tenant, aPair(pair[1]), creator);
    const { conversation: group } = await create(aGroup([pair[1], pair[0]]), undefined, own);

    const rows = await own.mongo.platform(eventOutbox).findMany({ tenant_id: own.tenant.tenantId }, { sort: { order: 1 } });
    const told = rows.filter(({ payload }) => payload['type'] === 'conversation.created');

    expect(told.map(({ topic, key, state }) => [topic, key, state])).toEqual([
      ['chat.events', conversation.conversation_id, 'ready'],
      ['chat.events', group.conversation_id, 'ready'],
    ]);
    expect(told[0]?.payload).toMatchObject({ tenant_id: own.tenant.tenantId, application_id: 'app_1' });
    expect(told[0]?.payload['payload']).toEqual({
      conversation_id: conversation.conversation_id,
      type: 'direct',
      created_by: idOf(pair[0]),
      participants: pair.map((user) => ({
        user_id: user.user_id,
        role: 'member',
        joined_at: bench.clock.now(),
        invited_by: idOf(pair[0]),
      })),
      settings: {
        is_public: false,
        allow_invites: false,
        require_approval: false,
        mute_notifications: false,
        encryption_enabled: false,
      },
      created_at: bench.clock.now(),
    });
    expect(told[1]?.payload['payload']).toMatchObject({
      type: 'group',
      name: 'Team',
      created_by: 'key_1',
      settings: { allow_invites: true },
    });
  });

  it('of another tenant is the same "not found" as none', async () => {
    const { conversation } = await create(aGroup([ada, grace]));
    const other = aTenant();

    await expect(bench.conversations.get(other, conversation.conversation_id)).rejects.toEqual(new NotFoundError());
    await expect(bench.conversations.get(other, newId('conv'))).rejects.toEqual(new NotFoundError());
  });

  describe('a list', () => {
    it('shows a user their own conversations, a key all of the tenant, latest activity first, page by page', async () => {
      const own = bench.withTenant(aTenant());
      const [one, two, three] = [await own.user('One'), await own.user('Two'), await own.user('Three')];
      const names: string[] = [];
      for (const members of [
        [one, two],
        [two, three],
        [one, three],
        [one, two, three],
      ]) {
        const { conversation } = await own.conversations.create(own.tenant, aGroup(members), by(undefined));
        names.unshift(conversation.conversation_id); // the clock stands still: all have the same activity, and the id decides
      }
      names.sort().reverse();
      const read = async (userId?: string): Promise<string[]> => {
        const seen: string[] = [];
        let cursor: string | undefined;
        do {
          const page = await own.views.list(own.tenant, { userId }, { limit: 2, cursor });
          seen.push(...page.items.map(({ conversation }) => conversation.conversation_id));
          cursor = page.nextCursor ?? undefined;
        } while (cursor !== undefined);
        return seen;
      };

      expect(await read()).toEqual(names);
      expect((await read(one.user_id)).length).toBe(3);
      expect(await read(newId('usr'))).toEqual([]);
    });

    it('does not show a conversation to somebody who left it', async () => {
      const leaver = await bench.user('Leaver');
      const { conversation } = await create(aGroup([ada, leaver]));
      await bench.mongo
        .forTenant(bench.tenant)
        .repository(conversations)
        .update(conversation.conversation_id, {
          set: {
            participants: conversation.participants.map((one) =>
              one.user_id === leaver.user_id ? { ...one, status: 'left' as const } : one,
            ),
          },
        });

      expect((await bench.views.list(bench.tenant, { userId: leaver.user_id }, { limit: 10 })).items).toEqual([]);
    });
  });
});

describe('ConversationDirectory', () => {
  let bench: ChatBench;
  beforeAll(async () => {
    bench = await ChatBench.open();
  });
  afterAll(() => bench?.close());

  it('knows active members only, and reads many at once', async () => {
    const [first, second] = [await bench.group(), await bench.group()];

    const facts = await bench.newDirectory().getMany(bench.tenant, [first.conversation_id, newId('conv'), second.conversation_id]);

    expect([...facts.keys()].sort()).toEqual([first.conversation_id, second.conversation_id].sort());
    expect(Object.keys(facts.get(first.conversation_id)?.members ?? {})).toEqual(first.participants.map(({ user_id }) => user_id));
  });

  it('answers at once from the cache, and anew after an invalidation', async () => {
    const { conversation_id: id, participants } = await bench.group();
    const directory = bench.newDirectory();
    await directory.get(bench.tenant, id);
    expect(directory.get(bench.tenant, id)).toMatchObject({ conversationId: id }); // no promise
    await bench.mongo
      .forTenant(bench.tenant)
      .repository(conversations)
      .update(id, { set: { participants: participants.map((one) => ({ ...one, status: 'removed' as const })) } });

    await directory.invalidate(bench.tenant, id);

    expect(await directory.get(bench.tenant, id)).toMatchObject({ members: {} });
  });

  it('keeps tenants apart, also in the cache', async () => {
    const { conversation_id: id } = await bench.group();
    const directory = bench.newDirectory();
    await directory.get(bench.tenant, id);

    expect(await directory.get(aTenant(), id)).toBeUndefined();
    expect((await directory.getMany(aTenant(), [id])).size).toBe(0);
  });
});
