import { afterAll, describe, expect, it } from '@jest/globals';
import { newId } from '@caas/schema';
import { op, type Page } from '../index.js';
import { lines, people } from '../fixtures/definitions.fixture.js';
import { aLine, aPerson } from '../fixtures/documents.fixture.js';
import { aServer } from '../fixtures/server.fixture.js';
import { aTenant } from '../fixtures/tenants.fixture.js';

const server = await aServer([people, lines]);
afterAll(() => server.end());

const start = () => {
  const data = server.mongo.forTenant(aTenant());
  return { users: data.repository(people), thread: data.repository(lines) };
};

/** All pages from the first to the last, then back again. */
async function walk<Item>(fetch: (cursor: string | undefined) => Promise<Page<Item>>): Promise<{ forward: Item[][]; backward: Item[][] }> {
  const forward: Item[][] = [];
  const backward: Item[][] = [];
  let page = await fetch(undefined);
  expect(page.prevCursor).toBeNull();
  forward.push([...page.items]);
  while (page.nextCursor !== null) {
    expect(page.hasMore).toBe(true);
    page = await fetch(page.nextCursor);
    forward.push([...page.items]);
  }
  expect(page.hasMore).toBe(false);
  while (page.prevCursor !== null) {
    page = await fetch(page.prevCursor);
    backward.unshift([...page.items]);
  }
  return { forward, backward };
}

describe('page', () => {
  it('walks forward and backward over the same rows, by a unique index', async () => {
    const { thread } = start();
    const thread_id = newId('conv');
    await thread.insertMany(Array.from({ length: 7 }, (_, index) => aLine({ thread_id, seq: 2 ** 31 + index })));
    await thread.insertMany(Array.from({ length: 3 }, (_, seq) => aLine({ seq })));

    const { forward, backward } = await walk((cursor) => thread.page({ thread_id }, { sort: { seq: -1 }, limit: 3, cursor }));

    expect(forward.map((items) => items.map(({ seq }) => seq - 2 ** 31))).toEqual([[6, 5, 4], [3, 2, 1], [0]]);
    expect(backward.flat()).toEqual(forward.slice(0, -1).flat());
  });

  it('breaks ties and orders empty keys, both ways', async () => {
    const { users } = start();
    const days = [null, 1, 2, null, 2, 2, 1, null, 3];
    const future = Date.UTC(2100, 0); // a TTL index removes what is past
    await users.insertMany(days.map((day) => aPerson({ seen_at: day === null ? null : new Date(future + day * 86_400_000) })));

    for (const direction of [1, -1] as const) {
      const { forward, backward } = await walk((cursor) => users.page({}, { sort: { seen_at: direction }, limit: 2, cursor }));
      const ordered = await users.findMany({}, { sort: { seen_at: direction, user_id: direction } });

      expect(forward.flat()).toEqual(ordered);
      expect(backward.flat()).toEqual(ordered.slice(0, 8));
    }
  });

  it('meets rows that exist all along exactly once, whatever comes and goes', async () => {
    const { thread } = start();
    const thread_id = newId('conv');
    await thread.insertMany(Array.from({ length: 10 }, (_, index) => aLine({ thread_id, seq: 100 - index })));
    const first = await thread.page({ thread_id }, { sort: { seq: -1 }, limit: 4 });

    await thread.insertMany([aLine({ thread_id, seq: 200 }), aLine({ thread_id, seq: 101 }), aLine({ thread_id, seq: 0 })]);
    const second = await thread.page({ thread_id }, { sort: { seq: -1 }, limit: 100, cursor: first.nextCursor! });

    expect(second.items.map(({ seq }) => seq)).toEqual([96, 95, 94, 93, 92, 91, 0]);
  });

  it('begins behind or before a place that is named, and goes on from there both ways', async () => {
    const { thread } = start();
    const thread_id = newId('conv');
    await thread.insertMany(Array.from({ length: 9 }, (_, index) => aLine({ thread_id, seq: index + 1 })));
    const read = (options: object) => thread.page({ thread_id }, { sort: { seq: -1 }, limit: 2, ...options });
    const shown = ({ items }: Page<{ seq: number }>): number[] => items.map(({ seq }) => seq);

    const behind = await read({ from: { direction: 'forward', values: [5] } });
    const before = await read({ from: { direction: 'backward', values: [5] } });

    expect([shown(before), shown(behind)]).toEqual([
      [7, 6],
      [4, 3],
    ]);
    expect(shown(await read({ cursor: behind.nextCursor }))).toEqual([2, 1]);
    expect(shown(await read({ cursor: behind.prevCursor }))).toEqual([6, 5]);
    expect(shown(await read({ cursor: before.prevCursor }))).toEqual([9, 8]);
    expect(shown(await read({ cursor: before.nextCursor }))).toEqual([5, 4]);
    await expect(read({ from: { direction: 'forward', values: [5, 6] } })).rejects.toThrow('a value for each key');
  });

  it('shows deleted rows on request', async () => {
    const { users } = start();
    const { user_id: id } = await users.insert(aPerson());
    await users.softDelete(id, 'system');

    expect((await users.page({}, { sort: { created_at: 1 } })).items).toEqual([]);
    expect((await users.page({}, { sort: { created_at: 1 }, includeDeleted: true })).items).toMatchObject([{ user_id: id }]);
  });

  it('binds cursors to what is named in place of a filter that moves', async () => {
    const { thread } = start();
    const thread_id = newId('conv');
    await thread.insertMany([1, 2, 3].map((seq) => aLine({ thread_id, seq })));
    const read = (before: number, boundTo: unknown, cursor?: string | null) =>
      thread.page({ thread_id, seq: op.lt(before) }, { sort: { seq: 1 }, limit: 1, boundTo, cursor: cursor ?? undefined });
    const first = await read(10, { list: 'mine' });

    expect((await read(11, { list: 'mine' }, first.nextCursor)).items).toMatchObject([{ seq: 2 }]);
    await expect(read(10, { list: 'yours' }, first.nextCursor)).rejects.toMatchObject({ code: 'VAL_CURSOR_INVALID' });
  });

  it('refuses a cursor of another tenant, filter or order', async () => {
    const { thread, users } = start();
    const { thread: other } = start();
    const thread_id = newId('conv');
    await thread.insertMany([1, 2, 3].map((seq) => aLine({ thread_id, seq })));
    const cursor = (await thread.page({ thread_id }, { sort: { seq: 1 }, limit: 1 })).nextCursor!;
    const invalid = { code: 'VAL_CURSOR_INVALID', status: 400 };

    await expect(other.page({ thread_id }, { sort: { seq: 1 }, cursor })).rejects.toMatchObject(invalid);
    await expect(thread.page({ thread_id: newId('conv') }, { sort: { seq: 1 }, cursor })).rejects.toMatchObject(invalid);
    await expect(thread.page({ thread_id }, { sort: { seq: -1 }, cursor })).rejects.toMatchObject(invalid);
    await expect(users.page({}, { sort: { created_at: 1 }, cursor })).rejects.toMatchObject(invalid);
    await expect(thread.page({ thread_id }, { sort: { seq: 1 }, cursor: `${cursor}A` })).rejects.toMatchObject(invalid);
    expect((await thread.page({ thread_id }, { sort: { seq: 1 }, cursor })).items).toHaveLength(2);
  });

  it.each([0, -1, 101, 1.5, Number.NaN])('refuses the limit %p', async (limit) => {
    await expect(start().thread.page({}, { sort: { seq: 1 }, limit })).rejects.toMatchObject({
      code: 'VAL_FAILED',
      issues: [{ field: '/limit' }],
    });
  });

  it('returns 20 unless told otherwise', async () => {
    const { thread } = start();
    await thread.insertMany(Array.from({ length: 21 }, (_, seq) => aLine({ seq })));

    expect((await thread.page({}, { sort: { seq: 1 } })).items).toHaveLength(20);
  });
});
