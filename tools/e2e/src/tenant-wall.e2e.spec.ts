import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { newId } from '@caas/schema';
import { type SpecUser } from './support/api-client.fixture.js';
import { System, type SpecTenant } from './support/system.fixture.js';

describe('another tenant', () => {
  let system: System;
  let own: SpecTenant;
  let foreign: SpecTenant;
  let mallory: SpecUser;
  let victim: { user: SpecUser; conversationId: string; messageId: string };

  beforeAll(async () => {
    system = await System.start();
    [own, foreign] = await Promise.all([system.tenant(), system.tenant()]);
    mallory = await own.api.user('Mallory');
    const [user, other] = [await foreign.api.user('Ada'), await foreign.api.user('Grace')];
    const conversationId = await foreign.api.conversation(user, other);
    const { body } = await foreign.api.as(user).send(conversationId, 'secret', { wait: 10 });
    victim = { user, conversationId, messageId: body.message_id };
  });
  afterAll(() => system?.stop());

  /** What is the same for everybody: the answer without what identifies the request. */
  const comparable = (body: Record<string, unknown>): Record<string, unknown> => {
    const { request_id, timestamp, instance, ...rest } = body;
    expect([request_id, timestamp, instance]).toEqual([expect.any(String), expect.any(String), expect.any(String)]);
    return rest;
  };

  it.each<[string, () => [string, string]]>([
    ['user', () => [`/v1/users/${victim.user.user_id}`, `/v1/users/${newId('usr')}`]],
    ['user by external id', () => [`/v1/users/ext:${victim.user.external_id}`, '/v1/users/ext:nobody']],
    ['conversation', () => [`/v1/conversations/${victim.conversationId}`, `/v1/conversations/${newId('conv')}`]],
    ['history', () => [`/v1/conversations/${victim.conversationId}/messages`, `/v1/conversations/${newId('conv')}/messages`]],
    ['message', () => [`/v1/messages/${victim.messageId}`, `/v1/messages/${newId('msg')}`]],
  ])('keeps its %s: the same 404 as for an id that does not exist', async (_, paths) => {
    const [existing, missing] = await Promise.all(paths().map((path) => own.api.call('GET', path)));

    expect(existing?.status).toBe(404);
    expect(comparable(existing?.body ?? {})).toEqual(comparable(missing?.body ?? {}));
  });

  it('takes no message from a stranger: the same 404', async () => {
    const [existing, missing] = await Promise.all(
      [victim.conversationId, newId('conv')].map((id) =>
        own.api.as(mallory).call('POST', `/v1/conversations/${id}/messages`, { body: { type: 'text', content: { text: 'hi' } } }),
      ),
    );

    expect(existing?.status).toBe(404);
    expect(comparable(existing?.body ?? {})).toEqual(comparable(missing?.body ?? {}));
    expect(await foreign.api.history(victim.conversationId)).toHaveLength(1);
  });

  it('cannot be acted in through its users', async () => {
    const [existing, missing] = await Promise.all(
      [victim.user, { user_id: newId('usr'), external_id: '' }].map((user) => own.api.as(user).call('GET', '/v1/conversations')),
    );

    expect(existing?.status).toBeGreaterThanOrEqual(400);
    expect(existing?.status).toBe(missing?.status);
    expect(comparable(existing?.body ?? {})).toEqual(comparable(missing?.body ?? {}));
  });

  it('lends no members', async () => {
    const create = (id: string) =>
      own.api.call('POST', '/v1/conversations', { body: { type: 'group', name: 'x', member_ids: [mallory.user_id, id] } });

    const [existing, missing] = await Promise.all([create(victim.user.user_id), create(newId('usr'))]);

    expect(existing.status).toBe(400);
    expect(existing.body).toMatchObject({ code: 'VAL_REFERENCE', errors: [{ field: '/body/member_ids/1' }] });
    expect(comparable(existing.body)).toEqual(comparable(missing.body));
  });

  it('does not accept the cursor of somebody else', async () => {
    for (let index = 0; index < 2; index += 1) await foreign.api.as(victim.user).send(victim.conversationId, 'more', { wait: 10 });
    const page = await foreign.api.call<{ page: { next_cursor: string } }>(
      'GET',
      `/v1/conversations/${victim.conversationId}/messages?limit=1`,
    );
    const conversationId = await own.api.conversation(mallory, await own.api.user());

    const response = await own.api.call('GET', `/v1/conversations/${conversationId}/messages?limit=1&cursor=${page.body.page.next_cursor}`);

    expect(response.status).toBe(400);
    expect(response.body).toMatchObject({ code: 'VAL_CURSOR_INVALID' });
  });

  it('is refused and named as such when the caller names it in a header', async () => {
    const response = await own.api.call('GET', '/v1/conversations', { headers: { 'x-tenant-id': foreign.tenantId } });

    expect(response.status).toBe(403);
    expect(response.body).toMatchObject({ code: 'AUTHZ_CROSS_TENANT' });
  });

  it('has no conversations in our list', async () => {
    const list = await own.api.call<{ data: { conversation_id: string }[] }>('GET', '/v1/conversations?limit=100');

    expect(list.body.data.map(({ conversation_id }) => conversation_id)).not.toContain(victim.conversationId);
  });
});
