import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { type User } from '@caas/identity';
import { type ActingUser } from '@caas/runtime';
import { newId } from '@caas/schema';
import { aMessage, ChatBench, toActingUser } from '../fixtures/chat.fixture.js';
import { messageServices } from '../fixtures/message-services.fixture.js';

describe('receipts', () => {
  let bench: ChatBench;
  let people: User[] = [];
  let [sender, reader, stranger]: [ActingUser, ActingUser, ActingUser] = [] as unknown as [ActingUser, ActingUser, ActingUser];
  let [id, ids]: [string, string[]] = ['', []];
  beforeAll(async () => {
    bench = await ChatBench.open();
  });
  afterAll(() => bench?.close());
  beforeEach(async () => {
    people = [await bench.user('Sender'), await bench.user('Reader'), await bench.user('Stranger')];
    [sender, reader, stranger] = people.map(toActingUser) as [ActingUser, ActingUser, ActingUser];
    id = (await bench.group(people.slice(0, 2))).conversation_id;
    const batch = Array.from({ length: 3 }, () => aMessage({ conversationId: id, senderId: sender.userId }));
    await bench.newPipeline().persist(bench.tenant, batch);
    ids = batch.map(({ messageId }) => messageId);
  });

  const confirm = (user: ActingUser, ...items: [position: number, status: 'delivered' | 'read'][]) =>
    messageServices(bench).receipts.confirmAll(
      { tenant: bench.tenant, user },
      items.map(([position, status]) => ({ messageId: ids[position] ?? '', status })),
    );
  const told = async () =>
    (await bench.told())
      .filter(([type, { conversation_id }]) => conversation_id === id && type.startsWith('message.') && type !== 'message.sent')
      .map(([type, { message_id, up_to }]) => [type, ids.indexOf(message_id as string), up_to]);
  const listed = async (messageId: string, actor = sender) => {
    const { counts, receipts } = await messageServices(bench).receiptLists.list(bench.tenant, messageId, { actor, now: bench.clock.now() });
    return { counts, receipts: receipts.map(({ userId, status }) => [userId, status]) };
  };

  it('move the watermark of each conversation once, to the furthest message, and tell of it once', async () => {
    await confirm(reader, [0, 'delivered'], [2, 'delivered'], [1, 'read'], [0, 'read']);
    await confirm(reader, [2, 'delivered'], [1, 'read'], [0, 'read']);

    expect(await told()).toEqual([
      ['message.read', 1, true],
      ['message.delivered', 2, undefined],
    ]);
    expect(await listed(ids[1] ?? '')).toEqual({ counts: { delivered: 1, read: 1 }, receipts: [[reader.userId, 'read']] });
    expect(await listed(ids[2] ?? '')).toEqual({ counts: { delivered: 1, read: 0 }, receipts: [[reader.userId, 'delivered']] });
  });

  it('imply delivery where a message is read, and never move back', async () => {
    await confirm(reader, [2, 'read']);
    await confirm(reader, [0, 'read'], [1, 'delivered']);

    expect(await told()).toEqual([['message.read', 2, true]]);
    expect(await listed(ids[2] ?? '')).toMatchObject({ receipts: [[reader.userId, 'read']] });
  });

  it('are judged one by one', async () => {
    const [ok, unknown] = await messageServices(bench).receipts.confirmAll({ tenant: bench.tenant, user: reader }, [
      { messageId: ids[0] ?? '', status: 'read' },
      { messageId: newId('msg'), status: 'read' },
    ]);
    const [refused] = await confirm(stranger, [0, 'read']);

    expect([ok, unknown?.code, refused?.code]).toEqual([undefined, 'RES_NOT_FOUND', 'AUTHZ_NOT_MEMBER']);
    expect((await told()).filter(([, position]) => position === -1)).toEqual([]);
    const input = { tenant: bench.tenant, user: stranger };
    await expect(messageServices(bench).receipts.confirm(input, { messageId: ids[0] ?? '', status: 'delivered' })).rejects.toMatchObject({
      code: 'AUTHZ_NOT_MEMBER',
    });
  });

  it('of a user who hides them are kept, told to nobody and shown to nobody', async () => {
    await bench.hideReceipts(reader.userId);

    await confirm(reader, [2, 'read']);

    expect(await told()).toEqual([]);
    expect(await listed(ids[2] ?? '')).toEqual({ counts: { delivered: 0, read: 0 }, receipts: [] });
    await confirm(reader, [1, 'read']);
    expect(await told()).toEqual([]);
  });

  it('are shown to the sender and to admins', async () => {
    const message = aMessage({ conversationId: id, senderId: reader.userId });
    await bench.newPipeline().persist(bench.tenant, [message]);

    await expect(listed(ids[0] ?? '', reader)).rejects.toMatchObject({ code: 'AUTHZ_ROLE_TOO_LOW' });
    expect(await listed(message.messageId, reader)).toMatchObject({ receipts: [] });
    expect(await listed(message.messageId, sender)).toMatchObject({ receipts: [] }); // owns the group
    await expect(listed(ids[0] ?? '', stranger)).rejects.toMatchObject({ code: 'AUTHZ_NOT_MEMBER' });
  });
});
