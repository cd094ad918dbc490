import { afterAll, beforeEach, expect, it } from '@jest/globals';
import { NotFoundError } from '@caas/runtime';
import { newId } from '@caas/schema';
import { aMessage, aTenant, ChatBench } from '../fixtures/chat.fixture.js';
import { describeWithMaps } from '../fixtures/maps.fixture.js';
import { messages } from '../messages/messages.collection.js';
import { ReactionsService } from './reactions.service.js';

const bench = await ChatBench.open();
const service = new ReactionsService(bench);
afterAll(() => bench.close());

await describeWithMaps(bench, 'ReactionsService', () => {
  const { tenant } = bench;
  const [ada, grace] = [newId('usr'), newId('usr')];
  let messageId: string;
  beforeEach(async () => {
    const { conversation_id: conversationId, participants } = await bench.group();
    const message = aMessage({ conversationId, senderId: participants[0]?.user_id ?? '' });
    await bench.newPipeline().persist(tenant, [message]);
    messageId = message.messageId;
  });
  const summary = async () => (await bench.mongo.forTenant(tenant).repository(messages).get(messageId)).reactions_summary;

  it('counts a reaction of each user once', async () => {
    await service.add(tenant, { messageId, userId: ada, emoji: '👍' });
    await service.add(tenant, { messageId, userId: ada, emoji: '👍' });
    await service.add(tenant, { messageId, userId: ada, emoji: '🎉' });
    const counted = await service.add(tenant, { messageId, userId: grace, emoji: '👍' });

    expect(counted).toEqual({ total_count: 3, by_emoji: { '👍': 2, '🎉': 1 } });
    expect(await summary()).toEqual(counted);
    expect(await service.list(tenant, messageId)).toHaveLength(3);
  });

  it('takes a reaction back once, and forgets an emoji that nobody uses', async () => {
    await service.add(tenant, { messageId, userId: ada, emoji: '👍' });
    await service.add(tenant, { messageId, userId: grace, emoji: '👍' });

    expect(await service.remove(tenant, { messageId, userId: ada, emoji: '👍' })).toEqual({ total_count: 1, by_emoji: { '👍': 1 } });
    expect(await service.remove(tenant, { messageId, userId: ada, emoji: '👍' })).toEqual({ total_count: 1, by_emoji: { '👍': 1 } });
    expect(await service.remove(tenant, { messageId, userId: grace, emoji: '👍' })).toEqual({ total_count: 0, by_emoji: {} });
    expect(await service.list(tenant, messageId)).toEqual([]);
  });

  it('stores where a custom one comes from', async () => {
    const custom = { type: 'custom', url: 'https://example.com/party.png' } as const;

    await service.add(tenant, { messageId, userId: ada, emoji: 'party', custom });

    expect(await service.list(tenant, messageId)).toMatchObject([
      { emoji: 'party', emoji_type: 'custom', custom_emoji_id: 'party', custom_emoji_url: custom.url },
    ]);
  });

  it('refuses a 51st emoji, and takes one more of the others', async () => {
    for (let index = 0; index < 50; index += 1) await service.add(tenant, { messageId, userId: ada, emoji: `e${index}` });

    await expect(service.add(tenant, { messageId, userId: ada, emoji: 'e50' })).rejects.toMatchObject({ code: 'RES_CONFLICT' });
    expect((await service.add(tenant, { messageId, userId: grace, emoji: 'e0' })).by_emoji['e0']).toBe(2);
    expect((await summary()).total_count).toBe(51);
  });

  bench.itNeeds('transactions', 'leaves neither row nor count when a step fails', async () => {
    const failing = bench.mongo.withTransaction(async () => {
      await service.add(tenant, { messageId, userId: ada, emoji: '👍' });
      await service.add(tenant, { messageId: newId('msg'), userId: ada, emoji: '👍' });
    });

    await expect(failing).rejects.toEqual(new NotFoundError());
    expect(await summary()).toEqual({ total_count: 0, by_emoji: {} });
    expect(await service.list(tenant, messageId)).toEqual([]);
  });

  it('knows no message of another tenant', async () => {
    const other = aTenant();

    await expect(service.add(other, { messageId, userId: ada, emoji: '👍' })).rejects.toEqual(new NotFoundError());
    await expect(service.remove(other, { messageId, userId: ada, emoji: '👍' })).rejects.toEqual(new NotFoundError());
    expect(await service.list(other, messageId)).toEqual([]);
  });
});
