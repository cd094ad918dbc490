import { afterAll, beforeEach, expect, it } from '@jest/globals';
import { type ActingUser } from '@caas/runtime';
import { newId } from '@caas/schema';
import { aMessage, ChatBench, toActingUser } from '../fixtures/chat.fixture.js';
import { describeWithMaps } from '../fixtures/maps.fixture.js';
import { aSend, messageServices, work } from '../fixtures/message-services.fixture.js';
import { messages } from '../messages/messages.collection.js';
import { recountReactions } from './reaction-summaries.js';
import { type Reacting } from './reactions.service.js';

const bench = await ChatBench.open();
const services = messageServices(bench);
const { reactions: service } = services;
afterAll(() => bench.close());

await describeWithMaps(bench, 'ReactionsService', () => {
  const { tenant } = bench;
  let [ada, grace]: [ActingUser, ActingUser] = [] as unknown as [ActingUser, ActingUser];
  let [conversationId, messageId] = ['', ''];
  beforeEach(async () => {
    const people = [await bench.user('Ada'), await bench.user('Grace')];
    [ada, grace] = people.map(toActingUser) as [ActingUser, ActingUser];
    conversationId = (await bench.group(people)).conversation_id;
    const message = aMessage({ conversationId, senderId: ada.userId });
    await bench.newPipeline().persist(tenant, [message]);
    messageId = message.messageId;
  });
  const by = (user: ActingUser, id = messageId): Reacting => ({
    tenant,
    message: { messageId: id, conversationId, expiresAt: null },
    userId: user.userId,
  });
  const summary = async () => (await bench.mongo.forTenant(tenant).repository(messages).get(messageId)).reactions_summary;
  const told = async () =>
    (await bench.told())
      .filter(([, { message_id }]) => message_id === messageId)
      .map(([type, { emoji, user_id }]) => [type, emoji, user_id === ada.userId ? 'ada' : 'grace']);

  it('counts a reaction of each user once, and tells of it once', async () => {
    await service.add(by(ada), '👍');
    await service.add(by(ada), '👍');
    await service.add(by(ada), 'party');
    const state = await service.add(by(grace), '👍');

    expect(state).toEqual({ summary: { total_count: 3, by_emoji: { '👍': 2, party: 1 } }, mine: ['👍'] });
    expect(await summary()).toEqual(state.summary);
    expect((await service.list(tenant, messageId, { limit: 20 })).items).toMatchObject([
      { emoji: '👍', emoji_type: 'unicode', custom_emoji_id: null },
      { emoji: 'party', emoji_type: 'custom', custom_emoji_id: 'party' },
      { emoji: '👍', user_id: grace.userId },
    ]);
    expect(await told()).toEqual([
      ['reaction.added', '👍', 'ada'],
      ['reaction.added', 'party', 'ada'],
      ['reaction.added', '👍', 'grace'],
    ]);
  });

  it('takes reactions back once, one or all of them, and forgets an emoji that nobody uses', async () => {
    for (const emoji of ['👍', '🎉', 'ok']) await service.add(by(ada), emoji);
    await service.add(by(grace), '👍');

    expect(await service.remove(by(ada), '👍')).toEqual({
      summary: { total_count: 3, by_emoji: { '👍': 1, '🎉': 1, ok: 1 } },
      mine: ['🎉', 'ok'],
    });
    expect((await service.remove(by(ada), '👍')).summary.total_count).toBe(3);
    expect(await service.remove(by(ada))).toEqual({ summary: { total_count: 1, by_emoji: { '👍': 1 } }, mine: [] });
    await service.remove(by(grace), '👍');

    expect(await summary()).toEqual({ total_count: 0, by_emoji: {} });
    expect((await told()).filter(([type]) => type === 'reaction.removed')).toHaveLength(4);
  });

  it('again after it was taken back is told of again', async () => {
    await service.add(by(ada), '👍');
    await service.remove(by(ada), '👍');
    await service.add(by(ada), '👍');

    expect((await told()).map(([type]) => type)).toEqual(['reaction.added', 'reaction.removed', 'reaction.added']);
  });

  it('replaces the others where it is to be the only one', async () => {
    await service.add(by(ada), '👍');
    await service.add(by(ada), '🎉');

    const state = await service.add(by(ada), '❤️', { isUnique: true });

    expect(state).toEqual({ summary: { total_count: 1, by_emoji: { '❤️': 1 } }, mine: ['❤️'] });
    expect((await told()).slice(2)).toEqual([
      ['reaction.removed', '👍', 'ada'],
      ['reaction.removed', '🎉', 'ada'],
      ['reaction.added', '❤️', 'ada'],
    ]);
  });

  it.each(['👍👍', 'a b', 'ab👍', '', '$set', 'a.b', '__proto__', 'é'])('refuses %j', async (emoji) => {
    await expect(service.add(by(ada), emoji)).rejects.toMatchObject({ code: 'VAL_FAILED', issues: [{ field: '/body/emoji' }] });
  });

  it('refuses a 21st of a user, and a 51st of a message but one more of those that there are', async () => {
    const people = [ada, grace, toActingUser(await bench.user('Linus'))];
    for (const [index, person] of people.entries()) {
      const count = index === 2 ? 10 : 20;
      for (let step = 0; step < count; step += 1) await service.add(by(person), `e${index * 20 + step}`);
    }

    await expect(service.add(by(ada), 'e49')).rejects.toMatchObject({ code: 'RES_LIMIT_REACHED', details: { limit: 20 } });
    await expect(service.add(by(people[2] as ActingUser), 'e50')).rejects.toMatchObject({
      code: 'RES_LIMIT_REACHED',
      details: { limit: 50 },
    });
    expect((await service.add(by(people[2] as ActingUser), 'e0')).summary.by_emoji['e0']).toBe(2);
  });

  it('of a message that is not stored yet is counted once that is there', async () => {
    const { message } = await services.messages.send(aSend(bench, { sender: ada, conversationId }));
    messageId = message.message_id;

    const { message: known } = await services.reader.getLive(tenant, messageId, { actor: grace, action: 'react' });
    expect(await service.add({ tenant, message: known, userId: grace.userId }, '👍')).toEqual({
      summary: { total_count: 1, by_emoji: { '👍': 1 } },
      mine: ['👍'],
    });
    await work(bench, services.pipeline.sent);
    await recountReactions(bench.mongo, tenant, [messageId]); // what the event has the worker do

    expect(await summary()).toEqual({ total_count: 1, by_emoji: { '👍': 1 } });
  });

  it('of another tenant’s message finds nothing', async () => {
    await expect(services.reader.getLive(tenant, newId('msg'), { actor: ada, action: 'react' })).rejects.toMatchObject({
      code: 'RES_NOT_FOUND',
    });
  });
});
