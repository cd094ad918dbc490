import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { newId } from '@caas/schema';
import { type ApiClient, type SpecMessage, type SpecUser } from './support/api-client.fixture.js';
import { System } from './support/system.fixture.js';
import { waitUntil } from '@caas/testing/processes';

const WAIT = { prefer: 'wait=10' };

/** A message with what tells of its changes. */
interface ChangedMessage extends Omit<SpecMessage, 'content'> {
  readonly content: { readonly text: string } | null;
  readonly edited: { readonly is_edited: boolean; readonly count: number };
  readonly deleted: { readonly is_deleted: boolean; readonly by_type: string | null };
}

describe('changing messages', () => {
  let system: System;
  let api: ApiClient;
  let stranger: ApiClient;
  let [owner, author]: SpecUser[] = [];
  let conversationId = '';
  let path = '';
  let messageId = '';

  beforeAll(async () => {
    system = await System.start();
    ({ api } = await system.tenant());
    [owner, author] = [await api.user('Owner'), await api.user('Author')];
    conversationId = await api.conversation(owner, author);
    stranger = api.as(await api.user('Stranger'));
  });
  afterAll(() => system?.stop());
  beforeEach(async () => {
    messageId = (await as(author).send(conversationId, 'hello', { wait: 10 })).body.message_id;
    path = `/v1/messages/${messageId}`;
  });

  const as = (user: SpecUser | undefined): ApiClient => api.as(user as SpecUser);
  const edit = (client: ApiClient, text: string, headers: Record<string, string> = {}, at = path) =>
    client.call<ChangedMessage>('PATCH', at, { body: { content: { text } }, headers });
  const remove = (client: ApiClient, scope = '', headers: Record<string, string> = {}, at = path) =>
    client.call<ChangedMessage>('DELETE', at + scope, { headers });
  const read = async (client: ApiClient): Promise<ChangedMessage> => (await client.call<ChangedMessage>('GET', path)).body;

  describe('PATCH /v1/messages/{id}', () => {
    it('200 with the stored message for who waits', async () => {
      const response = await edit(as(author), 'hello, <b>world</b>', WAIT);

      expect(response).toMatchObject({
        status: 200,
        body: { message_id: messageId, sequence: expect.any(Number), status: 'sent', content: { text: 'hello, world' } },
      });
      expect(response.body.edited).toMatchObject({ is_edited: true, count: 1 });
      expect(response.headers.get('preference-applied')).toBe('wait');
    });

    it('202 with the message as it will be, and then it is', async () => {
      const response = await edit(as(author), 'soon');

      expect(response).toMatchObject({ status: 202, body: { message_id: messageId, status: 'accepted', content: { text: 'soon' } } });
      expect(response.headers.get('location')).toBe(path);
      const stored = await waitUntil('the edit is stored', async () => {
        const message = await read(as(author));
        return message.edited.is_edited ? message : undefined;
      });
      expect(stored.content).toEqual({ type: 'text', text: 'soon' });
    });

    it('400 names the field', async () => {
      const response = await as(author).call('PATCH', path, { body: { content: { text: '' } } });

      expect(response).toMatchObject({ status: 400, body: { code: 'MSG_EMPTY', errors: [{ field: '/body/content/text' }] } });
    });

    it('400 without an acting user, 401 without a key', async () => {
      const anonymous = await fetch(system.gatewayUrl + path, {
        method: 'PATCH',
        body: '{}',
        headers: { 'content-type': 'application/json' },
      });

      expect(anonymous.status).toBe(401);
      expect(await edit(api, 'x')).toMatchObject({ status: 400, body: { code: 'VAL_ACTING_USER_REQUIRED' } });
    });

    it('403 for somebody else’s message, and for a stranger', async () => {
      expect(await edit(as(owner), 'mine')).toMatchObject({ status: 403, body: { code: 'AUTHZ_DENIED' } });
      expect(await edit(stranger, 'mine')).toMatchObject({ status: 403, body: { code: 'AUTHZ_NOT_MEMBER' } });
    });

    it('404 for a message of another tenant, the same as for none', async () => {
      const foreign = (await system.tenant()).api;
      const mallory = foreign.as(await foreign.user('Mallory'));

      const answers = await Promise.all([edit(mallory, 'x'), edit(mallory, 'x', {}, `/v1/messages/${newId('msg')}`)]);

      expect(answers).toMatchObject([404, 404].map((status) => ({ status, body: { code: 'RES_NOT_FOUND' } })));
      expect((await read(as(author))).content).toEqual({ type: 'text', text: 'hello' });
    });

    it('410 after it was deleted', async () => {
      await remove(as(author), '', WAIT);

      expect(await edit(as(author), 'back')).toMatchObject({ status: 410, body: { code: 'MSG_DELETED' } });
    });

    it('409 once the time is up that the tenant allows', async () => {
      const { tenantId, api: strict } = await system.tenant();
      await system.admin('settings', 'set', tenantId, 'chat.message_edit_window_seconds=0');
      const users = [await strict.user('Owner'), await strict.user('Author')];
      const client = strict.as(users[1] as SpecUser);
      const { body } = await client.send(await strict.conversation(...users), 'hello', { wait: 10 });

      const response = await edit(client, 'late', {}, `/v1/messages/${body.message_id}`);

      expect(response).toMatchObject({ status: 409, body: { code: 'MSG_EDIT_WINDOW_CLOSED' } });
    });
  });

  describe('DELETE /v1/messages/{id}', () => {
    it('204 for who waits; the message is a placeholder then, and deleting it again is no mistake', async () => {
      const response = await remove(as(author), '', WAIT);

      expect(response.status).toBe(204);
      expect(await read(as(owner))).toMatchObject({ content: null, deleted: { is_deleted: true, by_type: 'sender' } });
      expect((await remove(as(author))).status).toBe(204);
    });

    it('202 when nobody waits, and then it is gone', async () => {
      expect((await remove(as(owner))).status).toBe(202);
      await waitUntil('it is deleted', async () => (await read(as(author))).deleted.is_deleted || undefined);
      expect((await read(as(author))).deleted.by_type).toBe('admin');
    });

    it('for oneself leaves it for the others', async () => {
      expect((await remove(as(owner), '?for=self', WAIT)).status).toBe(204);
      expect(await read(as(author))).toMatchObject({ content: { text: 'hello' }, deleted: { is_deleted: false } });
    });

    it('400 for another scope', async () => {
      expect(await remove(as(author), '?for=nobody')).toMatchObject({ status: 400, body: { code: 'VAL_FAILED' } });
    });

    it('403 for a member who does not moderate, and for a stranger', async () => {
      const { body } = await as(owner).send(conversationId, 'of the owner', { wait: 10 });
      const other = `/v1/messages/${body.message_id}`;

      expect(await remove(as(author), '', {}, other)).toMatchObject({ status: 403, body: { code: 'AUTHZ_ROLE_TOO_LOW' } });
      expect(await remove(stranger, '', {}, other)).toMatchObject({ status: 403, body: { code: 'AUTHZ_NOT_MEMBER' } });
    });

    it('404 for a message of another tenant', async () => {
      const foreign = (await system.tenant()).api;
      const mallory = foreign.as(await foreign.user('Mallory'));

      expect(await remove(mallory)).toMatchObject({ status: 404, body: { code: 'RES_NOT_FOUND' } });
      expect((await read(as(author))).deleted.is_deleted).toBe(false);
    });
  });
});
