import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { HttpBench, keyCaller, userCaller } from '@caas/gateway-middleware/testing';
import { type User, UserLists, UserSight } from '@caas/identity';
import { newId } from '@caas/schema';
import { aMessage, aTenant, ChatBench, toActingUser } from '../fixtures/chat.fixture.js';
import { type AcceptedMessage } from '../messages/message-outcome.js';
import { messageHides } from '../messages/message-hides.collection.js';
import { MessageViews } from '../messages/message-views.js';
import { messages } from '../messages/messages.collection.js';
import { MessageSearch } from './message-search.js';
import { SearchEverywhere } from './search-everywhere.js';
import { SearchScope } from './search-scope.js';
import { searchRoutes } from './search.routes.js';

type Found = { message: { message_id: string; conversation_id: string; status: string }; highlights: string[] };

describe('search over HTTP', () => {
  let bench: ChatBench;
  let http: HttpBench;
  let [ada, grace, stranger]: [User, User, User] = [] as unknown as [User, User, User];
  let [team, pair, elsewhere] = ['', '', ''];
  beforeAll(async () => {
    bench = await ChatBench.open();
    const { mongo, directory, access, users, clock } = bench;
    const views = new MessageViews({ mongo, users });
    const search = new MessageSearch({ mongo, scope: new SearchScope({ mongo, access }), directory, views, clock });
    const found = { users: new UserLists({ mongo }), sight: new UserSight({ mongo }) };
    http = new HttpBench(
      searchRoutes({ search, everywhere: new SearchEverywhere({ ...found, messages: search, conversations: bench.views, clock }) }),
    );
    [ada, grace, stranger] = [await bench.user('Ada'), await bench.user('Grace'), await bench.user('Stranger')];
    team = (await bench.group([ada, grace])).conversation_id;
    pair = (await bench.group([ada, stranger])).conversation_id;
    elsewhere = (await bench.group([grace, stranger])).conversation_id;
  });
  afterAll(async () => {
    await http?.close();
    await bench?.close();
  });

  const say = async (conversationId: string, sender: User, text: string, change: Partial<AcceptedMessage> = {}): Promise<string> => {
    const message = aMessage({ conversationId, senderId: sender.user_id, content: { type: 'text', text }, ...change });
    await bench.newPipeline().persist(bench.tenant, [message]);
    return message.messageId;
  };
  const ask = (user: User, query: Record<string, string>, tenant = bench.tenant) =>
    http.call(userCaller(tenant, toActingUser(user)), ['GET', `/v1/search/messages?${new URLSearchParams(query).toString()}`]);
  const idsOf = ({ body }: { body: Record<string, unknown> }): string[] =>
    ((body['data'] ?? []) as Found[]).map(({ message }) => message.message_id);

  it('finds what the acting user may read, all words of it, with highlights', async () => {
    const word = `w${newId('msg').slice(-8)}`;
    const [first, second] = [await say(team, grace, `Lunch ${word} < now`), await say(pair, ada, `${word} dinner`)];
    await say(elsewhere, grace, `${word} secret`);

    const both = await ask(ada, { q: word, sort: 'recent' });
    expect(both.status).toBe(200);
    expect(idsOf(both).sort()).toEqual([first, second].sort());
    expect(idsOf(await ask(ada, { q: `${word} LUNCH` }))).toEqual([first]);
    expect((await ask(ada, { q: `${word} lunch` })).body['data']).toMatchObject([
      { highlights: [`<mark>Lunch</mark> <mark>${word}</mark> &lt; now`], message: { status: 'sent', conversation_id: team } },
    ]);
    expect(idsOf(await ask(ada, { q: word, conversation_id: pair }))).toEqual([second]);
    expect(idsOf(await ask(grace, { q: `${word} lunch` }))).toEqual([first]);
    expect(await ask(ada, { q: word, conversation_id: elsewhere })).toMatchObject({ status: 403, body: { code: 'AUTHZ_NOT_MEMBER' } });
    const foreign = await ask(ada, { q: word, conversation_id: team }, aTenant());
    expect(foreign).toMatchObject({ status: 404, body: { code: 'RES_NOT_FOUND' } });
    const server = await http.call(keyCaller(bench.tenant), ['GET', `/v1/search/messages?q=${word}`]);
    expect(idsOf(server)).toHaveLength(3);
  });

  it('filters by sender, kind, time and what a message has', async () => {
    const word = `w${newId('msg').slice(-8)}`;
    const media = { file_id: newId('file'), file_name: 'a', file_size: 1, mime_type: 'application/pdf' };
    const mentions = [{ user_id: ada.user_id, display_name: 'Ada', offset: 0, length: 3 }];
    const plain = await say(team, ada, word);
    const file = await say(team, grace, '', { content: { type: 'file', media, text: word } });
    const link = await say(team, ada, `${word} https://example.com`, {
      text: { links: ['https://example.com'], hashtags: [], wordCount: 2 },
    });
    const mention = await say(team, grace, '', { content: { type: 'text', text: `Ada ${word}`, mentions } });
    const found = async (query: Record<string, string>) => idsOf(await ask(ada, { q: word, ...query })).sort();

    expect(await found({})).toEqual([plain, file, link, mention].sort());
    expect(await found({ sender_id: grace.user_id })).toEqual([file, mention].sort());
    expect(await found({ types: 'file' })).toEqual([file]);
    expect(await found({ has: 'file' })).toEqual([file]);
    expect(await found({ has: 'link' })).toEqual([link]);
    expect(await found({ has: 'mention' })).toEqual([mention]);
    const hour = (offset: number): string => new Date(Date.now() + offset * 3_600_000).toISOString();
    expect(await found({ from: hour(-1), to: hour(1) })).toHaveLength(4);
    expect(await found({ from: hour(1) })).toEqual([]);
    expect(await found({ to: hour(-1) })).toEqual([]);
  });

  it('finds nothing that is deleted, expired, hidden or cleared', async () => {
    const word = `w${newId('msg').slice(-8)}`;
    const cleared = await say(pair, ada, word);
    await bench.own.clearHistory(bench.tenant, pair, { actor: toActingUser(ada), origin: { by: ada.user_id } });
    const kept = await say(pair, ada, word);
    const [deleted, hidden] = [await say(team, ada, word), await say(team, ada, word)];
    const expired = await say(team, ada, word);
    const scope = bench.mongo.forTenant(bench.tenant);
    await scope.repository(messages).update(expired, { set: { expires_at: new Date(bench.clock.now()) } });
    await scope.repository(messages).softDelete(deleted, ada.user_id, {
      set: { content: { type: 'erased', content_type: 'text' }, deletion: { type: 'sender', reason: null } },
    });
    await scope
      .repository(messageHides)
      .insert({ user_id: ada.user_id, conversation_id: team, message_id: hidden, sequence: 1, expires_at: null });

    expect(idsOf(await ask(ada, { q: word }))).toEqual([kept]);
    expect(idsOf(await ask(stranger, { q: word })).sort()).toEqual([cleared, kept].sort());
  });

  it.each(['recent', 'relevance'])('goes on by signed cursors, by %s', async (sort) => {
    const word = `w${newId('msg').slice(-8)}`;
    const said: string[] = [];
    for (let index = 0; index < 5; index += 1) said.push(await say(team, ada, `${word} ${index}`));
    const seen: string[] = [];
    let query: Record<string, string> = { q: word, sort, limit: '2' };
    for (let pages = 0; pages < 5; pages += 1) {
      const answer = await ask(ada, query);
      seen.push(...idsOf(answer));
      const { next_cursor: cursor } = answer.body['page'] as { next_cursor: string | null };
      if (cursor === null) break;
      query = { ...query, cursor };
    }

    expect([...seen].sort()).toEqual([...said].sort());
    const { cursor = '' } = query;
    expect(await ask(ada, { q: `${word} other`, sort, cursor })).toMatchObject({ status: 400, body: { code: 'VAL_CURSOR_INVALID' } });
    expect(await ask(grace, { q: word, sort, cursor })).toMatchObject({ status: 400, body: { code: 'VAL_CURSOR_INVALID' } });
  });

  it('names what is wrong with the query', async () => {
    expect(await ask(ada, { q: 'x' })).toMatchObject({ status: 400, body: { errors: [{ field: '/query/q' }] } });
    expect(await ask(ada, { q: '--' })).toMatchObject({ status: 400, body: { code: 'VAL_FAILED', errors: [{ field: '/query/q' }] } });
    expect(await ask(ada, { q: 'ok', has: 'fun' })).toMatchObject({ status: 400, body: { errors: [{ field: '/query/has' }] } });
  });

  it('finds nothing for somebody who is in no conversation', async () => {
    expect((await ask(await bench.user('Loner'), { q: 'hello' })).body).toMatchObject({ data: [], page: { has_more: false } });
  });

  it('searches messages, conversations and users at once', async () => {
    const word = `Zebra${newId('msg').slice(-8)}`;
    const [someone, message] = [await bench.user(word), await say(team, ada, word)];
    const group = await bench.group([ada, someone]);
    const get = (user: User) => http.call(userCaller(bench.tenant, toActingUser(user)), ['GET', `/v1/search?q=${word.toLowerCase()}`]);

    expect(await get(ada)).toMatchObject({
      status: 200,
      body: {
        messages: [{ message: { message_id: message } }],
        conversations: [{ conversation_id: group.conversation_id }],
        users: [{ user_id: someone.user_id, display_name: word, email: null }],
      },
    });
    expect((await get(stranger)).body).toMatchObject({ messages: [], conversations: [] });
  });
});
