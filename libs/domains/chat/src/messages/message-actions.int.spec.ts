import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { type User } from '@caas/identity';
import { type ActingUser } from '@caas/runtime';
import { newId } from '@caas/schema';
import { aMessage, aTenant, ChatBench, toActingUser } from '../fixtures/chat.fixture.js';
import { aSend, messageServices, work } from '../fixtures/message-services.fixture.js';
import { conversations } from '../conversations/conversations.collection.js';
import { messages } from './messages.collection.js';
import { type AcceptedMessage } from './message-outcome.js';

describe('what is done with messages', () => {
  let bench: ChatBench;
  let people: [User, User, User];
  let [owner, member, stranger]: ActingUser[] = [];
  let id = '';
  beforeAll(async () => {
    bench = await ChatBench.open();
    people = [await bench.user('Owner'), await bench.user('Member'), await bench.user('Stranger')];
    [owner, member, stranger] = people.map(toActingUser);
  });
  afterAll(() => bench?.close());
  beforeEach(async () => {
    id = (await bench.group(people.slice(0, 2))).conversation_id;
  });

  const say = async (change: Partial<AcceptedMessage> = {}): Promise<string> => {
    const message = aMessage({ conversationId: id, senderId: member?.userId ?? '', ...change });
    await bench.newPipeline().persist(bench.tenant, [message]);
    return message.messageId;
  };
  const origin = (actor: ActingUser | undefined) => ({ by: actor?.userId ?? 'key_1' });

  describe('pins', () => {
    const pin = (messageId: string, actor = owner, tenant = bench.tenant) =>
      messageServices(bench).pins.pin({ tenant, messageId, actor, origin: origin(actor) });
    const pinned = async () => (await bench.conversation(id)).pinned_messages.map(({ message_id }) => message_id);

    it('are set once by admins, said in the conversation, and taken off', async () => {
      const messageId = await say();

      await pin(messageId);
      await pin(messageId);
      expect(await pinned()).toEqual([messageId]);
      await messageServices(bench).pins.unpin({ tenant: bench.tenant, messageId, actor: owner, origin: origin(owner) });
      await messageServices(bench).pins.unpin({ tenant: bench.tenant, messageId, actor: owner, origin: origin(owner) });

      expect(await pinned()).toEqual([]);
      const said = (await bench.told()).filter(([, { conversation_id }]) => conversation_id === id).map(([, { content }]) => content);
      expect(said.filter((content) => content !== undefined)).toMatchObject([
        { type: 'system', system: { type: 'message_pinned', data: { message_id: messageId } } },
        { type: 'system', system: { type: 'message_unpinned', data: { message_id: messageId } } },
      ]);
    });

    it('are refused to members and strangers, and beyond fifty', async () => {
      const messageId = await say();
      const pins = Array.from({ length: 50 }, () => ({ message_id: newId('msg'), pinned_by: owner?.userId ?? '', pinned_at: new Date() }));

      await expect(pin(messageId, member)).rejects.toMatchObject({ code: 'AUTHZ_ROLE_TOO_LOW' });
      await expect(pin(messageId, stranger)).rejects.toMatchObject({ code: 'AUTHZ_NOT_MEMBER' });
      await expect(pin(messageId, owner, aTenant())).rejects.toMatchObject({ code: 'RES_NOT_FOUND' });
      await bench.mongo
        .forTenant(bench.tenant)
        .repository(conversations)
        .update(id, { set: { pinned_messages: pins } });
      await expect(pin(messageId)).rejects.toMatchObject({ code: 'CONV_PIN_LIMIT', details: { limit: 50 } });
    });
  });

  describe('threads', () => {
    it('are one level deep: a reply to a reply belongs to the root and quotes', async () => {
      const { threads, messages: service, pipeline } = messageServices(bench);
      const rootId = await say();
      const answer = async (messageId: string, actor: ActingUser | undefined) => {
        const reply = await threads.replyTo({ tenant: bench.tenant, messageId, actor }, { type: 'text', content: { text: 'so' } });
        return (await service.send(aSend(bench, { sender: actor as ActingUser, ...reply }))).message.message_id;
      };

      const first = await answer(rootId, owner);
      const second = await answer(first, member); // not stored yet
      await work(bench, pipeline.sent);

      expect(await service.get(bench.tenant, second, owner)).toMatchObject({ root_message_id: rootId, parent_message_id: first });
      const page = await threads.replies({ tenant: bench.tenant, messageId: second, actor: owner }, { order: 'asc', limit: 10 });
      expect(page.items.map(({ message_id }) => message_id)).toEqual([first, second]);
      const thread = await threads.thread({ tenant: bench.tenant, messageId: first, actor: owner });
      expect(thread).toMatchObject({ root: { message_id: rootId }, replyCount: 2, isFollowing: true });
      expect(thread.participants.map(({ userId }) => userId).sort()).toEqual([owner?.userId, member?.userId].sort());
      await expect(threads.thread({ tenant: bench.tenant, messageId: rootId, actor: stranger })).rejects.toMatchObject({
        code: 'AUTHZ_NOT_MEMBER',
      });
    });

    it('take the worker’s word for where a reply belongs', async () => {
      const rootId = await say();
      const reply = await say({ rootMessageId: rootId });

      const nested = await say({ rootMessageId: reply });

      const stored = await bench.mongo.forTenant(bench.tenant).repository(messages).get(nested);
      expect(stored.thread.root_message_id).toBe(rootId);
    });

    it('say by their path what is answered', async () => {
      const { threads } = messageServices(bench);
      const messageId = await say();
      const said = { type: 'text', content: { text: 'so' }, root_message_id: messageId } as const;

      await expect(threads.replyTo({ tenant: bench.tenant, messageId, actor: owner }, said)).rejects.toMatchObject({
        issues: [{ field: '/body/root_message_id' }],
      });
    });
  });

  describe('forwarding', () => {
    it('asks both ends, and judges each message in each conversation by itself', async () => {
      const { forwards, pipeline } = messageServices(bench);
      const [source, system] = [
        await say(),
        await say({ senderId: null, content: { type: 'system', system: { type: 'user_left', data: {} } } }),
      ];
      const elsewhere = (await bench.group([people[1], people[2]])).conversation_id;
      const foreign = (await bench.group([people[0], people[2]])).conversation_id;
      const input = {
        tenant: bench.tenant,
        request: { id: 'req-1', traceId: '0'.repeat(32) },
        sender: member as ActingUser,
        messageIds: [source, system],
        conversationIds: [elsewhere, foreign],
        hideSender: false,
      };

      const outcomes = await forwards.forward(input);

      expect(outcomes.map(({ outcome }) => ('error' in outcome ? outcome.error.code : 'sent'))).toEqual([
        'sent',
        'AUTHZ_NOT_MEMBER',
        'VAL_SEMANTIC',
        'VAL_SEMANTIC',
      ]);
      await work(bench, pipeline.sent);
      const [copy] = await bench.stored(elsewhere);
      expect(copy).toMatchObject({
        content: { type: 'text', text: 'hello' },
        forwarded: { original_message_id: source, original_sender_name: 'Member', original_conversation_id: id },
      });
      const hidden = await forwards.forward({ ...input, messageIds: [copy?.message_id ?? ''], conversationIds: [id], hideSender: true });
      expect(hidden).toMatchObject([{ outcome: { messageId: expect.any(String) } }]);
      await work(bench, pipeline.sent.slice(1));
      expect((await bench.stored(id)).at(-1)?.forwarded).toMatchObject({ original_message_id: source, original_sender_name: null });
    });
  });

  describe('the history of a message', () => {
    it('shows earlier words to the sender and to moderators, to others only that there were some', async () => {
      const { changes, history, pipeline } = messageServices(bench);
      const third = await bench.user('Third');
      id = (await bench.group([people[0], people[1], third])).conversation_id;
      const messageId = await say({ acceptedAt: bench.clock.now() });
      await changes.edit(
        { tenant: bench.tenant, actor: member as ActingUser, messageId, request: { id: 'req-1', traceId: '0'.repeat(32) } },
        { content: { text: 'better' } },
      );
      await work(bench, pipeline.sent);
      const shown = async (actor: ActingUser | undefined) =>
        (await history.list(bench.tenant, messageId, actor)).map(({ content }) => content && 'text' in content && content.text);

      expect(await shown(member)).toEqual(['better', 'hello']);
      expect(await shown(owner)).toEqual(['better', 'hello']);
      expect(await shown(undefined)).toEqual(['better', 'hello']);
      expect(await shown(toActingUser(third))).toEqual(['better', null]);
      await expect(shown(stranger)).rejects.toMatchObject({ code: 'AUTHZ_NOT_MEMBER' });
    });
  });
});
