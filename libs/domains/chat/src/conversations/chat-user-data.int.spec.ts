import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type JsonObject } from '@caas/schema';
import { aMessage, ChatBench } from '../fixtures/chat.fixture.js';
import { ChangesPersistence } from '../messages/changes.persistence.js';
import { messages } from '../messages/messages.collection.js';
import { ChatUserData } from './chat-user-data.js';

describe('what chat keeps of a user', () => {
  let bench: ChatBench;
  let data: ChatUserData;
  beforeAll(async () => {
    bench = await ChatBench.open();
    const { mongo, members, clock } = bench;
    data = new ChatUserData({ mongo, members, changes: new ChangesPersistence({ mongo }), clock });
  });
  afterAll(() => bench?.close());

  /** A group of Ada, its owner, and Grace, in which each said something. */
  async function aGroup() {
    const [ada, grace] = [await bench.user('Ada'), await bench.user('Grace')];
    const { conversation_id: conversationId } = await bench.group([ada, grace]);
    const said = [ada, grace].map(({ user_id: senderId }) => aMessage({ conversationId, senderId, acceptedAt: bench.clock.now() }));
    await bench.newPipeline().persist(bench.tenant, said);
    return { ada, grace, conversationId };
  }
  const erase = (userId: string, deleteMessages: boolean) =>
    bench.run(() => data.erase(bench.tenant, userId, { by: 'spec', deleteMessages }));
  const exported = async (userId: string): Promise<JsonObject[]> => {
    const records: JsonObject[] = [];
    for await (const record of data.export(bench.tenant, userId)) records.push(record);
    return records;
  };

  it('is exported: where they are, and what they wrote', async () => {
    const { ada, conversationId } = await aGroup();

    expect(await exported(ada.user_id)).toMatchObject([
      { record: 'conversation', conversation_id: conversationId, name: 'Team', member: { role: 'owner', status: 'active' } },
      { record: 'messages', conversation_id: conversationId, sender: { user_id: ada.user_id } },
    ]);
  });

  it('goes: somebody else owns their group, their name is gone, and what they wrote if that is wanted', async () => {
    const { ada, grace, conversationId } = await aGroup();

    await erase(ada.user_id, true);
    await erase(ada.user_id, true);

    const { participants } = await bench.conversation(conversationId);
    expect(participants.find(({ user_id: id }) => id === ada.user_id)).toMatchObject({ status: 'left', display_name: 'Deleted user' });
    expect(participants.find(({ user_id: id }) => id === grace.user_id)).toMatchObject({
      status: 'active',
      role: 'owner',
      display_name: 'Grace',
    });
    const written = await bench.mongo
      .forTenant(bench.tenant)
      .repository(messages)
      .findMany({ conversation_id: conversationId }, { includeDeleted: true });
    const isBlank = (userId: string) => written.filter(({ sender }) => sender.user_id === userId).map(({ deletion }) => deletion !== null);
    expect([isBlank(ada.user_id), isBlank(grace.user_id)]).toEqual([[true], [false]]);
  });

  it('goes without what they wrote where that is to stay', async () => {
    const { grace, conversationId } = await aGroup();

    await erase(grace.user_id, false);

    expect(await bench.stored(conversationId)).toHaveLength(2);
    expect((await bench.conversation(conversationId)).participants.find(({ user_id: id }) => id === grace.user_id)?.status).toBe('left');
  });
});
