import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { op } from '@caas/data-access-mongo';
import { newId } from '@caas/schema';
import { conversations } from '../conversations/conversations.collection.js';
import { aMessage, ChatBench } from '../fixtures/chat.fixture.js';
import { aRecordOf, specSettings } from '../fixtures/pipeline.fixture.js';
import { messageHides } from './message-hides.collection.js';
import { EDIT_HISTORY_MAX, messages, type StoredMessage } from './messages.collection.js';
import { messageDeleted, messageEdited } from './messages.events.js';
import { type CommandRecord, type MessageItem } from './pipeline/message-item.js';

const SENT_AT = Date.UTC(2026, 0, 2);

describe('edits and deletions', () => {
  let bench: ChatBench;
  let [id, ada, grace]: string[] = [];
  beforeAll(async () => {
    bench = await ChatBench.open();
  });
  afterAll(() => bench?.close());
  beforeEach(async () => {
    const members = [await bench.user('Ada'), await bench.user('Grace')];
    id = (await bench.group(members)).conversation_id; // Ada owns it
    [ada, grace] = members.map(({ user_id }) => user_id);
  });

  /** Stores a message of Grace and resolves with its id. */
  async function aStored(text = 'hello', change: Partial<Parameters<typeof aMessage>[0]> = {}): Promise<string> {
    const message = aMessage({ conversationId: id ?? '', senderId: grace ?? '', content: { type: 'text', text }, ...change });
    await bench.newPipeline().persist(bench.tenant, [message]);
    return message.messageId;
  }

  const edit = (messageId: string, text: string, { at = SENT_AT + 1_000, by = grace }: { at?: number; by?: string | undefined } = {}) =>
    aRecordOf(bench.tenant, messageEdited, {
      message_id: messageId,
      conversation_id: id,
      sender_id: by,
      new_content: { type: 'text', text },
      edited_at: at,
    }) as CommandRecord;

  const remove = (messageId: string, { by = grace, scope = 'everyone' }: { by?: string | undefined; scope?: string } = {}) =>
    aRecordOf(bench.tenant, messageDeleted, {
      message_id: messageId,
      conversation_id: id,
      sender_id: grace,
      deleted_by: by,
      deleted_at: SENT_AT + 2_000,
      soft_delete: true,
      deleted_for: scope,
    }) as CommandRecord;

  const run = (...records: CommandRecord[]): Promise<MessageItem[]> => bench.newPipeline().run(bench.tenant, records);
  const codes = (items: readonly MessageItem[]): string[] =>
    items.map(({ outcome, isDuplicate }) => (outcome.kind === 'reject' ? outcome.error.code : isDuplicate ? 'known' : outcome.kind));

  async function row(messageId: string): Promise<StoredMessage> {
    const repository = bench.mongo.forTenant(bench.tenant).repository(messages);
    return repository.get(messageId, { includeDeleted: true, readFrom: 'primary' });
  }

  const hides = (messageId: string) => bench.mongo.forTenant(bench.tenant).repository(messageHides).findMany({ message_id: messageId });

  describe('an edit', () => {
    it('replaces the content, keeps the version before, and shows in the list of conversations', async () => {
      const messageId = await aStored('helo');

      const items = await run(edit(messageId, 'hello #world'));

      expect(codes(items)).toEqual(['ok']);
      expect(await row(messageId)).toMatchObject({
        content: { type: 'text', text: 'hello #world' },
        edit: {
          is_edited: true,
          edited_at: new Date(SENT_AT + 1_000),
          edit_count: 1,
          original: { type: 'text', text: 'helo' },
          history: [{ content: { type: 'text', text: 'helo' }, edited_at: new Date(SENT_AT) }],
        },
        metadata: { hashtags: ['world'], word_count: 2 },
      });
      expect((await bench.conversation(id ?? '')).last_message?.content_preview).toBe('hello #world');
    });

    it('may follow its message in the same batch, and another edit', async () => {
      const message = aMessage({ conversationId: id ?? '', senderId: grace ?? '' });
      await bench.newPipeline().persist(bench.tenant, [message]);

      const items = await run(edit(message.messageId, 'one'), edit(message.messageId, 'two', { at: SENT_AT + 2_000 }));

      expect(codes(items)).toEqual(['ok', 'ok']);
      const { content, edit: edits } = await row(message.messageId);
      expect([content, edits.edit_count, edits.history.map((version) => version.content)]).toEqual([
        { type: 'text', text: 'two' },
        2,
        [
          { type: 'text', text: 'hello' },
          { type: 'text', text: 'one' },
        ],
      ]);
    });

    it('that is older than what is stored loses', async () => {
      const messageId = await aStored();
      await run(edit(messageId, 'newer', { at: SENT_AT + 5_000 }));

      const items = await run(edit(messageId, 'older', { at: SENT_AT + 4_000 }));

      expect(codes(items)).toEqual(['known']);
      expect((await row(messageId)).content).toEqual({ type: 'text', text: 'newer' });
    });

    it('keeps the last ten versions', async () => {
      const messageId = await aStored('0');

      await run(...Array.from({ length: 12 }, (_, index) => edit(messageId, String(index + 1), { at: SENT_AT + index + 1 })));

      const { edit: edits } = await row(messageId);
      expect(edits.history.map(({ content }) => content)).toEqual(
        Array.from({ length: EDIT_HISTORY_MAX }, (_, index) => ({ type: 'text', text: String(index + 2) })),
      );
      expect([edits.edit_count, edits.original]).toEqual([12, { type: 'text', text: '0' }]);
    });

    it.each<[string, () => Promise<CommandRecord>, string]>([
      ['of somebody else’s message', async () => edit(await aStored(), 'mine', { by: ada }), 'AUTHZ_DENIED'],
      ['by a stranger', async () => edit(await aStored(), 'mine', { by: newId('usr') }), 'AUTHZ_NOT_MEMBER'],
      ['after the window', async () => edit(await aStored(), 'late', { at: SENT_AT + 900_001 }), 'MSG_EDIT_WINDOW_CLOSED'],
      ['of a message that does not exist', async () => edit(newId('msg'), 'nothing'), 'RES_NOT_FOUND'],
      ['into something too long', async () => edit(await aStored(), 'x'.repeat(4_001)), 'MSG_TOO_LONG'],
    ])('%s is rejected', async (_, record, code) => {
      expect(codes(await run(await record()))).toEqual([code]);
    });

    it('within a window that the tenant chose is taken', async () => {
      const messageId = await aStored();
      const pipeline = bench.newPipeline(undefined, { settings: specSettings({ message_edit_window_seconds: -1 }) });

      expect(codes(await pipeline.run(bench.tenant, [edit(messageId, 'very late', { at: SENT_AT + 86_400_000 })]))).toEqual(['ok']);
    });

    it('stays applied when it comes again after its sender has left', async () => {
      const messageId = await aStored();
      const record = edit(messageId, 'edited');
      await run(record);
      const { participants } = await bench.conversation(id ?? '');
      await bench.mongo
        .forTenant(bench.tenant)
        .repository(conversations)
        .update(id ?? '', { set: { participants: participants.map((one) => ({ ...one, status: 'left' as const })) } });

      expect(codes(await run(record, edit(messageId, 'more', { at: SENT_AT + 3_000 })))).toEqual(['known', 'AUTHZ_NOT_MEMBER']);
    });
  });

  describe('a deletion', () => {
    it('for everyone erases what was said and keeps the place', async () => {
      const messageId = await aStored('secret');
      await run(edit(messageId, 'more secret'));

      const items = await run(remove(messageId));

      expect(codes(items)).toEqual(['ok']);
      const stored = await row(messageId);
      expect(stored).toMatchObject({
        sequence: 1,
        content: { type: 'erased', content_type: 'text' },
        deletion: { type: 'sender', reason: null },
        deleted_by: grace,
        edit: { is_edited: true, original: null, history: [] },
      });
      expect(JSON.stringify(stored)).not.toContain('secret');
      expect((await bench.conversation(id ?? '')).last_message).toMatchObject({ message_id: messageId, content_preview: null });
    });

    it('by a moderator is noted as theirs', async () => {
      const messageId = await aStored();

      await run(remove(messageId, { by: ada }));

      expect(await row(messageId)).toMatchObject({ deletion: { type: 'admin' }, deleted_by: ada });
    });

    it('for oneself hides it, once, and leaves it for the others', async () => {
      const messageId = await aStored();

      await run(remove(messageId, { by: ada, scope: 'self' }), remove(messageId, { by: ada, scope: 'self' }));
      await run(remove(messageId, { by: ada, scope: 'self' }));

      expect(await hides(messageId)).toEqual([expect.objectContaining({ user_id: ada, conversation_id: id, sequence: 1 })]);
      expect((await row(messageId)).deletion).toBeNull();
    });

    it('of what is deleted changes nothing, and nothing can be edited afterwards', async () => {
      const messageId = await aStored();

      const items = await run(remove(messageId), remove(messageId, { by: ada }), edit(messageId, 'back'));

      expect(codes(items)).toEqual(['ok', 'known', 'MSG_DELETED']);
      expect(await row(messageId)).toMatchObject({ deleted_by: grace, content: { type: 'erased' } });
    });

    it('of others is for moderators', async () => {
      const messageId = await aStored('of Ada', { senderId: ada ?? '' });

      expect(codes(await run(remove(messageId, { by: grace })))).toEqual(['AUTHZ_ROLE_TOO_LOW']);
    });

    it('is not undone by the message coming again', async () => {
      const message = aMessage({ conversationId: id ?? '', senderId: grace ?? '', content: { type: 'text', text: 'secret' } });
      const pipeline = bench.newPipeline();
      await pipeline.persist(bench.tenant, [message]);
      await run(remove(message.messageId));
      await bench.mongo
        .forTenant(bench.tenant)
        .repository(conversations)
        .updateManyById([{ id: id ?? '', set: { last_message: null } }]);

      await pipeline.persist(bench.tenant, [message]);

      expect((await row(message.messageId)).content).toEqual({ type: 'erased', content_type: 'text' });
      expect((await bench.conversation(id ?? '')).last_message).toMatchObject({ message_id: message.messageId, content_preview: null });
    });
  });

  it('change nothing when a log of them comes again, whole and in overlapping halves', async () => {
    const [first, second] = [await aStored('a'), await aStored('b')];
    const log = [
      edit(first, 'a1', { at: SENT_AT + 1 }),
      edit(second, 'b1', { at: SENT_AT + 2 }),
      remove(second, { by: ada, scope: 'self' }),
      edit(first, 'a2', { at: SENT_AT + 3 }),
      remove(first),
      edit(second, 'b2', { at: SENT_AT + 4 }),
    ];
    const state = async () => ({
      rows: await bench.mongo
        .forTenant(bench.tenant)
        .repository(messages)
        .findMany({ message_id: op.in([first, second]) }, { includeDeleted: true, readFrom: 'primary' }),
      hides: await hides(second),
      last: (await bench.conversation(id ?? '')).last_message,
    });
    await run(...log);
    const once = await state();

    const again = [await run(...log), await run(...log.slice(0, 4)), await run(...log.slice(2)), await run(...log)];

    expect(await state()).toEqual(once);
    expect(again.flatMap(codes).every((code) => code === 'known' || code === 'ok')).toBe(true);
  });
});
