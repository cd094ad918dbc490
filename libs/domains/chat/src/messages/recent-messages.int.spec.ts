import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { waitUntil } from '@caas/testing/processes';
import { type ActingUser } from '@caas/runtime';
import { newId } from '@caas/schema';
import { ChatBench, aTenant, toActingUser } from '../fixtures/chat.fixture.js';
import { aSend, messageServices, work } from '../fixtures/message-services.fixture.js';
import { RecentMessages } from './recent-messages.js';

describe('a message before it is stored', () => {
  let bench: ChatBench;
  let [ada, grace, stranger]: ActingUser[] = [];
  let conversationId = '';
  beforeAll(async () => {
    bench = await ChatBench.open();
    const people = [await bench.user('Ada'), await bench.user('Grace'), await bench.user('Mallory')];
    [ada, grace, stranger] = people.map(toActingUser);
    conversationId = (await bench.group(people.slice(0, 2))).conversation_id;
  });
  afterAll(() => bench?.close());

  const change = (actor: ActingUser | undefined, messageId: string) => ({
    tenant: bench.tenant,
    actor: actor as ActingUser,
    messageId,
    request: { id: 'req-2', traceId: '0'.repeat(32) },
  });
  const accept = async (gateway = messageServices(bench), more: Partial<Parameters<typeof aSend>[1]> = {}) => {
    const { message } = await gateway.messages.send(aSend(bench, { sender: ada as ActingUser, conversationId, ...more }));
    // it is noted behind the answer
    const recent = new RecentMessages({ redis: bench.redis });
    await waitUntil('the message is known', () => recent.find(bench.tenant, message.message_id));
    return { gateway, message, id: message.message_id };
  };

  it('is read by members through every gateway, without a sequence', async () => {
    const { id, message } = await accept();
    const other = messageServices(bench);

    expect(await other.messages.get(bench.tenant, id, grace)).toEqual({ ...message, status: 'accepted', sequence: null });
    expect(await other.messages.get(bench.tenant, id, undefined)).toMatchObject({ message_id: id });
    await expect(other.messages.get(bench.tenant, id, stranger)).rejects.toMatchObject({ code: 'AUTHZ_NOT_MEMBER' });
  });

  it('of another tenant is as unknown as one that nobody sent', async () => {
    const { gateway, id } = await accept();
    const failure = (messageId: string) => gateway.messages.get(aTenant(), messageId, undefined).catch((error: unknown) => error);

    expect(await failure(id)).toMatchObject({ code: 'RES_NOT_FOUND', message: ((await failure(newId('msg'))) as Error).message });
  });

  it('is edited, and read as it will be; the worker stores both in their order', async () => {
    const { gateway, id } = await accept();

    const { status, message } = await gateway.changes.edit(change(ada, id), { content: { text: 'better' }, metadata: { draft: false } });
    await expect(gateway.changes.edit(change(grace, id), { content: { text: 'mine' } })).rejects.toMatchObject({ code: 'AUTHZ_DENIED' });

    expect({ status, text: message.content }).toEqual({ status: 'accepted', text: { type: 'text', text: 'better' } });
    expect(await gateway.messages.get(bench.tenant, id, grace)).toMatchObject({
      content: { text: 'better' },
      metadata: { draft: false },
      edited: { is_edited: true, count: 1 },
    });
    await work(bench, gateway.pipeline.sent);
    expect(await gateway.messages.get(bench.tenant, id, ada)).toMatchObject({
      status: 'sent',
      content: { text: 'better' },
      metadata: { draft: false },
      edited: { is_edited: true, count: 1 },
    });
  });

  it('is deleted, and read as a placeholder before and after', async () => {
    const { gateway, id } = await accept();

    await gateway.changes.delete(change(ada, id), 'everyone');

    const gone = { content: null, deleted: { is_deleted: true, by_type: 'sender' } };
    expect(await gateway.messages.get(bench.tenant, id, grace)).toMatchObject({ status: 'accepted', ...gone });
    await expect(gateway.changes.edit(change(ada, id), { content: { text: 'again' } })).rejects.toMatchObject({ code: 'MSG_DELETED' });
    await work(bench, gateway.pipeline.sent);
    expect(await gateway.messages.get(bench.tenant, id, grace)).toMatchObject({ status: 'sent', ...gone });
  });

  it('that is rejected tells its sender why, and nobody else', async () => {
    const { gateway, id } = await accept(undefined, {
      message: { type: 'text', content: { text: 'answer' }, parent_message_id: newId('msg') },
    });

    await work(bench, gateway.pipeline.sent);

    const rejected = await waitUntil('the rejection is known', async () => {
      const message = await gateway.messages.get(bench.tenant, id, ada);
      return message.status === 'rejected' ? message : undefined;
    });
    expect(rejected).toMatchObject({
      sequence: null,
      problem: { code: 'VAL_REFERENCE', status: 400, detail: expect.stringContaining('parent_message_id') },
    });
    await expect(gateway.messages.get(bench.tenant, id, grace)).rejects.toMatchObject({ code: 'RES_NOT_FOUND' });
    await expect(gateway.changes.edit(change(ada, id), { content: { text: 'again' } })).rejects.toMatchObject({ code: 'RES_STATE' });
  });
});
