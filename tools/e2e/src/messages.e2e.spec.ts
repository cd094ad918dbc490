import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type ApiClient, type ListPage, type SpecMessage, type SpecUser } from './support/api-client.fixture.js';
import { System } from './support/system.fixture.js';
import { newId } from '@caas/schema';
import { waitUntil } from '@caas/testing/processes';

describe('messages', () => {
  let system: System;
  let api: ApiClient;
  let ada: SpecUser;
  let grace: SpecUser;

  beforeAll(async () => {
    system = await System.start();
    ({ api } = await system.tenant());
    [ada, grace] = await Promise.all([api.user('Ada'), api.user('Grace')]);
  });
  afterAll(() => system?.stop());

  const stored = (conversationId: string, count: number): Promise<SpecMessage[]> =>
    waitUntil(`${count} messages are stored`, async () => {
      const history = await api.history(conversationId);
      return history.length >= count ? history : undefined;
    });

  it('are accepted, stored and read in the order in which they were sent', async () => {
    const conversationId = await api.conversation(ada, grace);
    const texts = Array.from({ length: 30 }, (_, index) => `message ${index}`);

    for (const [index, text] of texts.entries()) {
      const response = await api.as(index % 2 === 0 ? ada : grace).send(conversationId, text);
      expect(response.status).toBe(202);
      expect(response.body).toMatchObject({ status: 'accepted', sequence: null, conversation_id: conversationId });
      expect(response.headers.get('location')).toBe(`/v1/messages/${response.body.message_id}`);
    }
    const history = await stored(conversationId, texts.length);

    expect(history.map(({ content }) => content.text)).toEqual(texts);
    expect(history.map(({ sequence }) => sequence)).toEqual(texts.map((_, index) => index + 1));
    expect(history.map(({ sender }) => sender.user_id)).toEqual(texts.map((_, index) => (index % 2 === 0 ? ada : grace).user_id));
  });

  it('answer 201 with the sequence when the caller waits', async () => {
    const conversationId = await api.conversation(ada, grace);

    const response = await api.as(ada).send(conversationId, 'stored?', { wait: 10 });

    expect(response.status).toBe(201);
    expect(response.headers.get('preference-applied')).toBe('wait');
    expect(response.body).toMatchObject({ status: 'sent', sequence: 1, content: { text: 'stored?' } });
    const read = await api.call<SpecMessage>('GET', `/v1/messages/${response.body.message_id}`);
    expect(read.body).toEqual(response.body);
  });

  it('keep the order of each sender under concurrency', async () => {
    const conversationId = await api.conversation(ada, grace);
    const sendAll = async (user: SpecUser, name: string): Promise<void> => {
      for (let index = 0; index < 25; index += 1) expect((await api.as(user).send(conversationId, `${name} ${index}`)).status).toBe(202);
    };

    await Promise.all([sendAll(ada, 'ada'), sendAll(grace, 'grace')]);
    const history = await stored(conversationId, 50);

    for (const name of ['ada', 'grace']) {
      const own = history.map(({ content }) => content.text).filter((text) => text.startsWith(name));
      expect(own).toEqual(Array.from({ length: 25 }, (_, index) => `${name} ${index}`));
    }
    expect(new Set(history.map(({ sequence }) => sequence)).size).toBe(50);
  });

  it('are one message however often they are sent with one client_message_id', async () => {
    const conversationId = await api.conversation(ada, grace);
    const options = { clientMessageId: 'once' };

    const serial = await api.as(ada).send(conversationId, 'once', { ...options, wait: 10 });
    const parallel = await Promise.all(Array.from({ length: 50 }, () => api.as(ada).send(conversationId, 'once', options)));
    const last = await api.as(ada).send(conversationId, 'once', { ...options, wait: 10 });

    expect(new Set([serial, last, ...parallel].map(({ body }) => body.message_id))).toEqual(new Set([serial.body.message_id]));
    expect(last.body.sequence).toBe(serial.body.sequence);
    expect((await api.history(conversationId)).map(({ client_message_id }) => client_message_id)).toEqual(['once']);
  });

  it('are refused when a client_message_id was used in another conversation', async () => {
    const [first, second] = [await api.conversation(ada, grace), await api.conversation(ada, grace)];
    await api.as(ada).send(first, 'here', { clientMessageId: 'reused', wait: 10 });

    const response = await api.as(ada).send(second, 'there', { clientMessageId: 'reused', wait: 10 });

    expect(response.status).toBe(409);
    expect(response.body).toMatchObject({ code: 'MSG_DUPLICATE_CLIENT_ID' });
    expect(await api.history(second)).toEqual([]);
  });

  it('of two senders with the same client_message_id are two', async () => {
    const conversationId = await api.conversation(ada, grace);

    const sent = await Promise.all(
      [ada, grace].map((user) => api.as(user).send(conversationId, 'hi', { clientMessageId: 'same', wait: 10 })),
    );

    expect(new Set(sent.map(({ body }) => body.message_id)).size).toBe(2);
  });

  it('page forward and backward without a gap or a repeat', async () => {
    const conversationId = await api.conversation(ada, grace);
    for (let index = 0; index < 7; index += 1) await api.as(ada).send(conversationId, `m${index}`, { wait: 10 });
    const page = async (query: string): Promise<ListPage<SpecMessage>> =>
      (await api.call<ListPage<SpecMessage>>('GET', `/v1/conversations/${conversationId}/messages?limit=3&${query}`)).body;

    const newest = await page('order=desc');
    const middle = await page(`order=desc&cursor=${newest.page.next_cursor}`);
    const oldest = await page(`order=desc&cursor=${middle.page.next_cursor}`);
    const back = await page(`order=desc&cursor=${oldest.page.prev_cursor}`);

    const texts = (found: ListPage<SpecMessage>): string[] => found.data.map(({ content }) => content.text);
    expect([texts(newest), texts(middle), texts(oldest)]).toEqual([['m6', 'm5', 'm4'], ['m3', 'm2', 'm1'], ['m0']]);
    expect(oldest.page).toMatchObject({ has_more: false, next_cursor: null });
    expect(texts(back)).toEqual(texts(middle));
  });

  it('show up in the list of conversations', async () => {
    const conversationId = await api.conversation(ada, grace);
    await api.as(ada).send(conversationId, 'x'.repeat(150), { wait: 10 });

    const list = await api.as(grace).call<ListPage<Record<string, unknown>>>('GET', '/v1/conversations?limit=1');

    expect(list.body.data[0]).toMatchObject({
      conversation_id: conversationId,
      last_sequence: 1,
      me: { role: 'member' },
      last_message: { sequence: 1, sender_id: ada.user_id, preview: `${'x'.repeat(99)}…` },
    });
  });

  it('are found by their words, and encrypted ones are opaque all the way', async () => {
    const conversationId = await api.conversation(ada, grace);
    const e2e = {
      v: 1,
      protocol: 'sender_key',
      ciphertext: Buffer.from('rendezvous at noon').toString('base64'),
      sender_device_id: newId('dev'),
      sender_key_id: 'k1',
    };
    const sealed = { body: { type: 'text', content: { e2e } }, headers: { prefer: 'wait=10' } };
    const clear = await api.as(ada).send(conversationId, 'Rendezvous at noon?', { wait: 10 });
    const opaque = await api.as(ada).call<SpecMessage>('POST', `/v1/conversations/${conversationId}/messages`, sealed);

    expect([clear.status, opaque.status]).toEqual([201, 201]);
    expect(opaque.body).toMatchObject({ type: 'text', sequence: 2, content: { type: 'encrypted', e2e } });
    const found = await api
      .as(grace)
      .call<ListPage<{ message: SpecMessage; highlights: string[] }>>(
        'GET',
        `/v1/search/messages?q=NOON&conversation_id=${conversationId}`,
      );
    expect(found.body.data.map(({ message, highlights }) => [message.message_id, highlights])).toEqual([
      [clear.body.message_id, ['Rendezvous at <mark>noon</mark>?']],
    ]);
  });

  it('of a group end for its members who are deleted', async () => {
    const leaver = await api.user('Leaver');
    const body = { type: 'group', name: 'Team', member_ids: [leaver.user_id, grace.user_id] };
    const { body: group } = await api.call<{ conversation_id: string }>('POST', '/v1/conversations', { body });
    expect((await api.call('DELETE', `/v1/users/${leaver.user_id}`)).status).toBe(204);

    const members = await waitUntil('the deleted user has left', async () => {
      const list = await api.call<ListPage<{ user_id: string; role: string }>>('GET', `/v1/conversations/${group.conversation_id}/members`);
      return list.body.data.length === 1 ? list.body.data : undefined;
    });

    expect(members).toMatchObject([{ user_id: grace.user_id, role: 'owner' }]);
  });
});
