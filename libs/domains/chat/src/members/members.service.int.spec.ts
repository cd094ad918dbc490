import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { type User } from '@caas/identity';
import { NotFoundError } from '@caas/runtime';
import { newId } from '@caas/schema';
import { type ConversationRole } from '../conversations/member-shape.js';
import { aTenant, ChatBench, toActingUser } from '../fixtures/chat.fixture.js';
import { groupMembers } from '../groups/group-members.collection.js';
import { groupModerationLog } from '../groups/group-moderation-log.collection.js';
import { type Caller } from './members.service.js';

describe('MembersService', () => {
  let shared: ChatBench;
  let bench: ChatBench;
  let ada: User;
  let grace: User;
  let alan: User;
  let conversationId: string;
  beforeAll(async () => {
    shared = await ChatBench.open();
  });
  beforeEach(async () => {
    bench = shared.withTenant(aTenant());
    [ada, grace, alan] = [await bench.user('Ada'), await bench.user('Grace'), await bench.user('Alan')];
    conversationId = (await bench.group([ada, grace])).conversation_id;
  });
  afterAll(() => shared?.close());

  const as = (user: User): Caller & { actor: { userId: string } } => ({ actor: toActingUser(user), origin: { by: user.user_id } });
  const key: Caller = { actor: undefined, origin: { by: 'key_1', applicationId: 'app_1' } };
  const add = (users: readonly User[], caller = as(ada), role: ConversationRole = 'member') =>
    bench.members.add(bench.tenant, { conversationId, userIds: users.map(({ user_id }) => user_id), role }, caller);
  const place = (user: User) => ({ conversationId, userId: user.user_id });
  const roles = async () => {
    const { participants } = await bench.conversation(conversationId);
    return Object.fromEntries(participants.map(({ display_name, role, status }) => [display_name, status === 'active' ? role : status]));
  };
  /** What was told and said since the conversation was created. */
  const told = async () => {
    const events = (await bench.told()).filter(([type]) => !type.startsWith('user.'));
    return events.slice(events.findIndex(([type]) => type === 'conversation.created') + 1);
  };
  const departures = async () => (await told()).flatMap(([type, payload]) => (type === 'participant.removed' ? [payload] : []));
  const code = (work: Promise<unknown>) =>
    work.then(
      () => 'ok',
      (error: unknown) => (error as { code?: string }).code,
    );

  describe('adding', () => {
    it('takes new users in, skips members and the banned, and tells of each', async () => {
      const banned = await bench.user('Mallory');
      await bench.members.ban(bench.tenant, place(banned), { ...as(ada), until: null, reason: null });

      const result = await add([alan, grace, banned]);

      expect(result).toEqual({
        added: [alan.user_id],
        skipped: [
          { userId: grace.user_id, reason: 'already_member' },
          { userId: banned.user_id, reason: 'banned' },
        ],
      });
      expect(await roles()).toEqual({ Ada: 'owner', Grace: 'member', Mallory: 'banned', Alan: 'member' });
      expect((await bench.conversation(conversationId)).stats.participant_count).toBe(3);
      const events = await told();
      expect(events.map(([type]) => type)).toEqual(['participant.added', 'message.sent']);
      expect(events[0]?.[1]).toEqual({
        conversation_id: conversationId,
        participant: { user_id: alan.user_id, role: 'member', joined_at: bench.clock.now(), invited_by: ada.user_id },
        added_by: ada.user_id,
        added_at: bench.clock.now(),
      });
      expect(events[1]?.[1]).toMatchObject({
        conversation_id: conversationId,
        content: { type: 'system', system: { type: 'user_joined', data: { user_id: alan.user_id, by: ada.user_id } } },
      });
      expect(events[1]?.[1]).not.toHaveProperty('sender_id');
    });

    it('adds each once, however many add them at once', async () => {
      const results = await Promise.all(Array.from({ length: 4 }, () => add([alan])));

      expect(results.filter(({ added }) => added.length === 1)).toHaveLength(1);
      expect((await bench.conversation(conversationId)).stats.participant_count).toBe(3);
      expect((await told()).filter(([type]) => type === 'participant.added')).toHaveLength(1);
    });

    it('is refused for users who do not exist, for too many, and in a direct conversation', async () => {
      const stranger = await shared.withTenant(aTenant()).user('Stranger');
      await expect(add([alan, stranger])).rejects.toMatchObject({ code: 'VAL_REFERENCE', issues: [{ field: '/body/user_ids/1' }] });

      const tenant = { ...bench.tenant, limits: { ...bench.tenant.limits, maxGroupSize: 2 } };
      const adding = bench.members.add(tenant, { conversationId, userIds: [alan.user_id], role: 'member' }, as(ada));
      await expect(adding).rejects.toMatchObject({ code: 'CONV_MEMBER_LIMIT', details: { limit: 2 } });

      const direct = { type: 'direct' as const, member_ids: [ada.user_id, grace.user_id] };
      ({
        conversation: { conversation_id: conversationId },
      } = await bench.conversations.create(bench.tenant, direct, { actingUser: undefined, keyId: 'key' }));
      await expect(add([alan])).rejects.toMatchObject({ code: 'CONV_DIRECT_IMMUTABLE' });
      expect((await told()).filter(([type]) => type.startsWith('participant.'))).toEqual([]);
    });

    it('with a role needs the right to give it', async () => {
      await expect(add([alan], as(grace), 'admin')).rejects.toMatchObject({ code: 'AUTHZ_ROLE_TOO_LOW' });
      await add([alan], as(grace));

      expect(await roles()).toMatchObject({ Alan: 'member' });
    });
  });

  describe('going', () => {
    it('leaves once, is told of, and may come back without what was before', async () => {
      await bench.members.setRole(bench.tenant, place(grace), { ...as(ada), role: 'admin' });
      await bench.members.leave(bench.tenant, conversationId, as(grace));
      await bench.members.leave(bench.tenant, conversationId, as(grace));

      expect(await roles()).toEqual({ Ada: 'owner', Grace: 'left' });
      expect((await told()).map(([type]) => type)).toEqual([
        'participant.role_changed',
        'message.sent',
        'participant.removed',
        'message.sent',
      ]);
      await add([grace]);
      expect(await roles()).toEqual({ Ada: 'owner', Grace: 'member' });
    });

    it('is not for the only owner of others, also when both owners leave at once', async () => {
      await expect(bench.members.leave(bench.tenant, conversationId, as(ada))).rejects.toMatchObject({ code: 'CONV_LAST_OWNER' });

      await bench.members.setRole(bench.tenant, place(grace), { ...key, role: 'owner' });
      await bench.members.setRole(bench.tenant, place(ada), { ...as(grace), role: 'owner' });
      await bench.members.setRole(bench.tenant, place(grace), { ...key, role: 'member' });
      await add([alan]);
      const before = await roles();
      expect(before).toEqual({ Ada: 'owner', Grace: 'member', Alan: 'member' });
      const outcomes = await Promise.all([
        code(bench.members.leave(bench.tenant, conversationId, as(ada))),
        code(bench.members.leave(bench.tenant, conversationId, as(ada))),
      ]);
      expect(outcomes).toEqual(['CONV_LAST_OWNER', 'CONV_LAST_OWNER']);
    });

    it('of the last two owners at once lets one go, as long as others stay', async () => {
      const { conversation } = await bench.changes.change(bench.tenant, conversationId, {
        origin: { by: 'spec' },
        decide: ({ members }) => {
          const member = members.active(grace.user_id);
          if (member !== undefined) members.put({ ...member, role: 'owner' });
        },
      });
      expect(conversation.participants.map(({ role }) => role)).toEqual(['owner', 'owner']);
      await add([alan]);

      const outcomes = await Promise.all([ada, grace].map((user) => code(bench.members.leave(bench.tenant, conversationId, as(user)))));

      expect(outcomes.sort()).toEqual(['CONV_LAST_OWNER', 'ok']);
    });

    it('of the only member left is allowed', async () => {
      await bench.members.leave(bench.tenant, conversationId, as(grace));
      await bench.members.leave(bench.tenant, conversationId, as(ada));

      expect((await bench.conversation(conversationId)).stats.participant_count).toBe(0);
    });

    it('removes lower roles only, a second time without effect', async () => {
      await add([alan]);
      await bench.members.setRole(bench.tenant, place(grace), { ...as(ada), role: 'moderator' });

      await expect(bench.members.remove(bench.tenant, place(ada), as(grace))).rejects.toMatchObject({ code: 'AUTHZ_ROLE_TOO_LOW' });
      await expect(bench.members.remove(bench.tenant, place(grace), as(alan))).rejects.toMatchObject({ code: 'AUTHZ_ROLE_TOO_LOW' });
      await bench.members.remove(bench.tenant, place(alan), { ...as(grace), reason: 'noise' });
      await bench.members.remove(bench.tenant, place(alan), as(grace));

      expect(await departures()).toMatchObject([{ participant_id: alan.user_id, removed_by: grace.user_id, reason: 'noise' }]);
    });

    it('makes every process refuse at once', async () => {
      await bench.access.require(bench.tenant, conversationId, { actor: toActingUser(grace), action: 'send' });
      await bench.members.remove(bench.tenant, place(grace), as(ada));

      const asking = Promise.resolve().then(() =>
        bench.access.require(bench.tenant, conversationId, { actor: toActingUser(grace), action: 'send' }),
      );
      await expect(asking).rejects.toMatchObject({ code: 'AUTHZ_NOT_MEMBER' });
    });
  });

  describe('roles', () => {
    it('ownership is given away, and the owner before is an admin', async () => {
      await bench.members.setRole(bench.tenant, place(grace), { ...as(ada), role: 'owner' });

      expect(await roles()).toEqual({ Ada: 'admin', Grace: 'owner' });
      await expect(bench.members.setRole(bench.tenant, place(ada), { ...as(ada), role: 'owner' })).rejects.toMatchObject({
        code: 'AUTHZ_ROLE_TOO_LOW',
      });
    });

    it('of two transfers at once one holds, and there is one owner', async () => {
      await add([alan]);

      const outcomes = await Promise.all(
        [grace, alan].map((user) => code(bench.members.setRole(bench.tenant, place(user), { ...as(ada), role: 'owner' }))),
      );

      expect(outcomes.sort()).toEqual(['AUTHZ_ROLE_TOO_LOW', 'ok']);
      expect(Object.values(await roles()).filter((role) => role === 'owner')).toHaveLength(1);
    });

    it('flags give and take single rights', async () => {
      await bench.members.setRole(bench.tenant, place(grace), {
        ...as(ada),
        permissions: { can_send_messages: false, can_change_info: true },
      });

      const facts = await bench.directory.get(bench.tenant, conversationId);
      expect(facts?.members[grace.user_id]?.permissions).toMatchObject({
        can_send_messages: false,
        can_change_info: true,
        can_pin_messages: null,
      });
    });

    it('are for active members, and subscribers for channels', async () => {
      await expect(bench.members.setRole(bench.tenant, place(alan), { ...as(ada), role: 'admin' })).rejects.toEqual(new NotFoundError());
      await expect(bench.members.setRole(bench.tenant, place(grace), { ...as(ada), role: 'subscriber' })).rejects.toMatchObject({
        issues: [{ field: '/body/role' }],
      });
    });
  });

  describe('moderation', () => {
    it('takes and gives back a member’s word', async () => {
      const until = new Date(bench.clock.now() + 60_000);
      const sending = async () =>
        code(
          Promise.resolve().then(() => bench.access.require(bench.tenant, conversationId, { actor: toActingUser(grace), action: 'send' })),
        );
      await bench.members.silence(bench.tenant, place(grace), { ...as(ada), silence: { until, reason: 'heat' } });
      expect(await sending()).toBe('MSG_SENDER_MUTED');

      await bench.members.silence(bench.tenant, place(grace), { ...as(ada), silence: undefined });
      expect(await sending()).toBe('ok');
      await expect(bench.members.silence(bench.tenant, place(ada), { ...as(grace), silence: undefined })).rejects.toMatchObject({
        code: 'AUTHZ_ROLE_TOO_LOW',
      });
    });

    it('bans members and others, keeps them out, and lets them in again', async () => {
      const until = new Date(bench.clock.now() + 60_000);
      await bench.members.ban(bench.tenant, place(grace), { ...as(ada), until, reason: 'spam' });
      await bench.members.ban(bench.tenant, place(alan), { ...as(ada), until: null, reason: null });

      expect(await add([grace, alan])).toMatchObject({ added: [], skipped: [{ reason: 'banned' }, { reason: 'banned' }] });
      expect(await departures()).toMatchObject([{ participant_id: grace.user_id, reason: 'spam' }]);
      await bench.members.unban(bench.tenant, place(grace), as(ada));
      await bench.members.unban(bench.tenant, place(grace), as(ada));
      expect(await add([grace])).toMatchObject({ added: [grace.user_id] });
      const log = await bench.mongo
        .forTenant(bench.tenant)
        .repository(groupModerationLog)
        .findMany({ conversation_id: conversationId, user_id: grace.user_id });
      expect(log.map(({ kind, by }) => [kind, by]).sort()).toEqual([
        ['ban', ada.user_id],
        ['unban', ada.user_id],
      ]);
    });

    it('forgets a ban that has run out', async () => {
      await bench.members.ban(bench.tenant, place(grace), { ...as(ada), until: new Date(bench.clock.now()), reason: null });

      expect(await add([grace])).toMatchObject({ added: [grace.user_id] });
    });
  });

  it('a server key acts for the whole tenant, and is named', async () => {
    await add([alan], key as never);
    await bench.members.remove(bench.tenant, place(alan), key);

    expect(await departures()).toMatchObject([{ removed_by: 'key_1' }]);
  });

  it('another tenant’s conversation is the same "not found" as none', async () => {
    const other = { ...aTenant() };
    for (const id of [conversationId, newId('conv')]) {
      await expect(bench.members.leave(other, id, as(ada))).rejects.toEqual(new NotFoundError());
      await expect(bench.members.remove(other, { conversationId: id, userId: grace.user_id }, key)).rejects.toEqual(new NotFoundError());
    }
  });

  describe('of many', () => {
    it('move into the collection when there are more than a hundred, and go on there', async () => {
      const tenant = { ...bench.tenant, limits: { ...bench.tenant.limits, maxGroupSize: -1, maxUsers: -1 } };
      const crowd = await Promise.all(Array.from({ length: 99 }, (_, index) => bench.user(`U${index}`)));
      const ids = crowd.map(({ user_id }) => user_id);
      await bench.members.leave(tenant, conversationId, as(grace));
      await bench.members.add(tenant, { conversationId, userIds: ids, role: 'member' }, as(ada));
      expect(await bench.conversation(conversationId)).toMatchObject({ membership: 'embedded', stats: { participant_count: 100 } });

      await bench.members.add(tenant, { conversationId, userIds: [grace.user_id], role: 'member' }, as(ada));
      await bench.members.setRole(tenant, place(grace), { ...as(ada), role: 'admin' });
      await bench.members.leave(tenant, conversationId, as(crowd[0] as User));
      await expect(bench.members.leave(tenant, conversationId, as(ada))).rejects.toMatchObject({ code: 'CONV_LAST_OWNER' });

      const conversation = await bench.conversation(conversationId);
      expect(conversation).toMatchObject({ membership: 'collection', participants: [], stats: { participant_count: 100 } });
      const rows = await bench.mongo.forTenant(tenant).repository(groupMembers).findMany({ conversation_id: conversationId });
      expect(rows).toHaveLength(101);
      expect(rows.filter(({ status }) => status === 'active')).toHaveLength(100);
      await expect(
        bench.access.require(tenant, conversationId, { actor: toActingUser(grace), action: 'change_info' }),
      ).resolves.toMatchObject({ member: { role: 'admin' } });
    });
  });
});
