import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { HttpBench, userCaller } from '@caas/gateway-middleware/testing';
import { type User } from '@caas/identity';
import { newId } from '@caas/schema';
import { type Conversation } from '../conversations/conversations.collection.js';
import { ChatBench, toActingUser } from '../fixtures/chat.fixture.js';
import { messageServices, work } from '../fixtures/message-services.fixture.js';
import { messageChangesRoutes } from './message-changes.routes.js';
import { messageForwardRoutes } from './message-forward.routes.js';
import { messageHistoryRoutes } from './message-history.routes.js';
import { messagesRoutes } from './messages.routes.js';

const secret = Buffer.from('the treasure is under the oak').toString('base64');

describe('end-to-end encrypted messages', () => {
  let bench: ChatBench;
  let http: HttpBench;
  let services: ReturnType<typeof messageServices>;
  let [ada, grace]: [User, User] = [] as unknown as [User, User];
  let id = '';
  beforeAll(async () => {
    bench = await ChatBench.open();
    services = messageServices(bench);
    const { messages, lists, changes, history, forwards } = services;
    http = new HttpBench([
      ...messagesRoutes({ messages, lists }),
      ...messageChangesRoutes({ changes }),
      ...messageHistoryRoutes({ history }),
      ...messageForwardRoutes({ forwards }),
    ]);
    [ada, grace] = [await bench.user('Ada'), await bench.user('Grace')];
    id = (await bench.group([ada, grace])).conversation_id;
  });
  afterAll(async () => {
    await http?.close();
    await bench?.close();
  });

  const e2e = () => ({
    v: 1,
    protocol: 'signal',
    ciphertext: secret,
    sender_device_id: newId('dev'),
    sender_key_id: 'k1',
    keys: [{ user_id: grace.user_id, device_id: newId('dev'), kind: 'message', wrapped_key: secret }],
  });
  const as = (user: User, method: string, url: string, body?: object) =>
    http.call(userCaller(bench.tenant, toActingUser(user)), [method, url], { ...(body !== undefined && { body }) });
  const send = (content: object, into = id) => as(ada, 'POST', `/v1/conversations/${into}/messages`, { type: 'text', content });
  const stored = async (content: object): Promise<{ id: string; body: Record<string, unknown> }> => {
    const { body } = await send(content);
    await work(bench, services.pipeline.sent.splice(0));
    return { id: String(body['message_id']), body };
  };
  const encryptedGroup = async (): Promise<Conversation> => {
    const member_ids = [ada.user_id, grace.user_id];
    const input = { type: 'group' as const, name: 'Secrets', member_ids, encryption: { protocol: 'signal' as const } };
    const creator = { actingUser: toActingUser(ada), keyId: 'key' };
    return (await bench.run(() => bench.conversations.create(bench.tenant, input, creator))).conversation;
  };

  it('are stored as bytes, and read as they were sent, before and after', async () => {
    const envelope = e2e();
    const sent = await send({ e2e: envelope });
    expect(sent).toMatchObject({ status: 202, body: { type: 'text', content: { type: 'encrypted', e2e: envelope }, mentions: [] } });
    await work(bench, services.pipeline.sent.splice(0));

    expect(await as(grace, 'GET', `/v1/messages/${String(sent.body['message_id'])}`)).toMatchObject({
      status: 200,
      body: { type: 'text', status: 'sent', content: { type: 'encrypted', e2e: envelope } },
    });
    const row = (await bench.stored(id)).at(-1);
    expect(row?.content).toMatchObject({ type: 'encrypted', content_type: 'text' });
    expect(row?.content.type === 'encrypted' && Buffer.from(row.content.e2e.ciphertext).toString()).toBe('the treasure is under the oak');
    expect(row?.metadata).not.toHaveProperty('word_count');
  });

  it('leave no words in lists of conversations', async () => {
    const { id: messageId } = await stored({ e2e: e2e() });
    const { last_message } = await bench.conversation(id);

    expect(last_message).toMatchObject({ message_id: messageId, content_preview: null, is_encrypted: true, content_type: 'text' });
  });

  it('cannot be edited, quoted in clear or forwarded, and are deleted as every message', async () => {
    const { id: messageId } = await stored({ e2e: e2e() });

    expect(await as(ada, 'PATCH', `/v1/messages/${messageId}`, { content: { text: 'clear' } })).toMatchObject({
      status: 409,
      body: { code: 'MSG_NOT_EDITABLE' },
    });
    expect(await as(ada, 'POST', '/v1/messages/forward', { message_ids: [messageId], conversation_ids: [id] })).toMatchObject({
      status: 202,
      body: { results: [{ error: { code: 'VAL_SEMANTIC' } }] },
    });
    expect((await as(ada, 'DELETE', `/v1/messages/${messageId}`)).status).toBe(202);
    await work(bench, services.pipeline.sent.splice(0));
    expect(await as(grace, 'GET', `/v1/messages/${messageId}`)).toMatchObject({ body: { content: null, deleted: { is_deleted: true } } });
    expect((await bench.stored(id)).find(({ message_id }) => message_id === messageId)).toBeUndefined();
  });

  it('say nothing in clear beside the ciphertext, and everything without one', async () => {
    expect(await send({ e2e: e2e(), text: 'psst' })).toMatchObject({
      status: 400,
      body: { code: 'MSG_CONTENT_MISMATCH', errors: [{ field: '/body/content/text' }] },
    });
    expect(await send({})).toMatchObject({
      status: 400,
      body: { code: 'VAL_FAILED', errors: [{ field: '/body/content/text', code: 'required' }] },
    });
    expect(await send({ e2e: { ...e2e(), protocol: 'rot13' } })).toMatchObject({
      status: 400,
      body: { errors: [{ field: '/body/content/e2e/protocol' }] },
    });
  });

  it('are the only ones where the conversation or the tenant wants it so, at the edge and in the pipeline', async () => {
    const { conversation_id: secrets } = await encryptedGroup();
    const strict = messageServices(bench, { settings: { security: { e2e_encryption_required: true } } });
    const clear = { type: 'text' as const, content: { text: 'clear' } };
    const sending = {
      tenant: bench.tenant,
      sender: toActingUser(ada),
      conversationId: id,
      message: clear,
      request: { id: 'r', traceId: '0'.repeat(32) },
    };

    expect(await send({ text: 'clear' }, secrets)).toMatchObject({ status: 422, body: { code: 'MSG_ENCRYPTION_REQUIRED' } });
    expect((await send({ e2e: e2e() }, secrets)).status).toBe(202);
    await expect(strict.messages.send(sending)).rejects.toMatchObject({ code: 'MSG_ENCRYPTION_REQUIRED' });
    const [accepted] = services.pipeline.sent.splice(0);
    const plain = { ...accepted?.payload, message_id: newId('msg'), content: { type: 'text', text: 'clear' } };
    await work(bench, [accepted, { ...accepted, id: newId('evt'), payload: plain }] as never);
    expect((await bench.stored(secrets)).map(({ content }) => content.type)).toEqual(['encrypted']);
  });

  it('get a new key when somebody leaves', async () => {
    const { conversation_id: secrets, encryption } = await encryptedGroup();
    await bench.members.leave(bench.tenant, secrets, { actor: toActingUser(grace), origin: { by: grace.user_id } });

    const after = await bench.conversation(secrets);
    expect([encryption.key_version, after.encryption.key_version]).toEqual([1, 2]);
    expect(after.encryption).toMatchObject({ enabled: true, protocol: 'signal', group_key_id: null });
    const said = (await bench.told()).flatMap(([type, payload]) =>
      type === 'message.sent' && payload['conversation_id'] === secrets ? [payload['content']] : [],
    );
    expect(said).toContainEqual({ type: 'system', system: { type: 'key_rotated', data: { key_version: 2 } } });
  });
});
