import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { newId } from '@caas/schema';
import { lookup, op, unionWith } from '../index.js';
import { cards, lines } from '../fixtures/definitions.fixture.js';
import { aCard, aLine } from '../fixtures/documents.fixture.js';
import { aServer } from '../fixtures/server.fixture.js';
import { aTenant } from '../fixtures/tenants.fixture.js';

const server = await aServer([cards, lines]);
afterAll(() => server.end());

const data = server.mongo.forTenant(aTenant());
const [board, thread] = [data.repository(cards), data.repository(lines)];
const thread_id = newId('conv');

beforeAll(async () => {
  const titles = ['Red apple', 'Green apple', 'Red pear', 'Blue plum', 'Red plum'];
  for (const [points, title] of titles.entries())
    await board.insert(aCard({ slug: `c${points}`, title, points, tags: [title.split(' ')[0]!] }));
  const gone = await board.insert(aCard({ slug: 'gone', title: 'Red gone' }));
  await board.softDelete(gone.file_id, 'spec');
  for (const seq of [0, 1, 2]) await thread.insert(aLine({ thread_id, seq, body: `c${seq}` }));
});

describe('select', () => {
  it('returns the named fields and the id', async () => {
    const card = await board.findOne({ slug: 'c1' }, { select: ['title'] });

    expect(card).toEqual({ file_id: expect.stringMatching(/^file_/), title: 'Green apple' });
    expect(await board.findMany({ points: op.lt(2) }, { select: ['points'], sort: { points: -1 } })).toMatchObject([
      { points: 1 },
      { points: 0 },
    ]);
  });

  it('does not get in the way of pages', async () => {
    const options = { sort: { points: 1 }, limit: 2, select: ['title'] } as const;
    const first = await board.page({}, options);
    const second = await board.page({}, { ...options, cursor: first.nextCursor ?? undefined });

    expect([...first.items, ...second.items].map(({ title }) => title)).toEqual(['Red apple', 'Green apple', 'Red pear', 'Blue plum']);
  });

  it('refuses fields that do not exist', async () => {
    await expect(board.findMany({}, { select: ['nothing' as 'title'] })).rejects.toThrow(/no field "nothing"/);
    await expect(board.findMany({}, { select: ['$where' as 'title'] })).rejects.toThrow(/no field/);
  });
});

describe('findOne', () => {
  it('takes the first in order', async () => {
    expect(await board.findOne({}, { sort: { points: -1 } })).toMatchObject({ points: 4 });
  });
});

describe('filters', () => {
  it('match beginnings and leave values out', async () => {
    const titles = async (filter: Parameters<typeof board.findMany>[0]) =>
      (await board.findMany(filter, { sort: { points: 1 } })).map(({ title }) => title);

    expect(await titles({ title: op.startsWith('Red ') })).toEqual(['Red apple', 'Red pear', 'Red plum']);
    expect(await titles({ title: op.startsWith('red p', { ignoreCase: true }) })).toEqual(['Red pear', 'Red plum']);
    expect(await titles({ title: op.startsWith('R.d') })).toEqual([]);
    expect(await titles({ slug: op.nin(['c0', 'c1', 'c2', 'c3']) })).toEqual(['Red plum']);
  });
});

describe('distinct', () => {
  it('lists values once, of live rows only, and of elements', async () => {
    expect((await board.distinct('tags', {})).sort()).toEqual(['Blue', 'Green', 'Red']);
    expect((await board.distinct('points', { title: op.startsWith('Red') })).sort()).toEqual([0, 2, 4]);
    await expect(board.distinct('nothing' as 'tags', {})).rejects.toThrow(/no field "nothing"/);
  });
});

describe('pageByOffset', () => {
  it('numbers pages, and counts when asked to', async () => {
    const page = (number: number, total?: number | true) =>
      board.pageByOffset({}, { sort: { points: 1 }, page: number, limit: 2, ...(total && { total }) });
    const points = ({ items }: Awaited<ReturnType<typeof page>>) => items.map((item) => item.points);

    const [first, third] = [await page(1, true), await page(3, 2)];

    expect([points(first), first.hasMore, first.total]).toEqual([[0, 1], true, 5]);
    expect([points(await page(2)), points(third), third.hasMore, third.total]).toEqual([[2, 3], [4], false, 2]);
    expect((await page(9)).items).toEqual([]);
  });

  it.each([0, -1, 1.5, 5_002, Number.NaN])('refuses page %d', async (number) => {
    await expect(board.pageByOffset({}, { sort: { points: 1 }, page: number, limit: 2 })).rejects.toMatchObject({ code: 'VAL_FAILED' });
  });
});

describe('search', () => {
  server.itNeeds('textSearch', 'finds words among the rows that the filter leaves', async () => {
    const found = await board.search('apple', { points: op.lt(5) });

    expect(found.items.map(({ title }) => title).sort()).toEqual(['Green apple', 'Red apple']);
    expect(Object.keys(found.items[0] ?? {})).not.toContain('_score');
    expect((await board.search('gone', {})).items).toEqual([]);
  });

  server.itNeeds('textSearch', 'goes on by cursor, best first or in an order, and back', async () => {
    for (const sort of [undefined, { points: -1 } as const]) {
      const page = (cursor?: string) => board.search('red', {}, { sort, limit: 2, cursor });
      const first = await page();
      const second = await page(first.nextCursor ?? '');
      const back = await page(second.prevCursor ?? '');

      expect([first.hasMore, second.hasMore]).toEqual([true, false]);
      expect([...first.items, ...second.items].map(({ title }) => title).sort()).toEqual(['Red apple', 'Red pear', 'Red plum']);
      expect(back.items).toEqual(first.items);
      if (sort !== undefined) expect(first.items.map(({ title }) => title)).toEqual(['Red plum', 'Red pear']);
      await expect(board.search('apple', {}, { sort, limit: 2, cursor: first.nextCursor ?? '' })).rejects.toMatchObject({
        code: 'VAL_CURSOR_INVALID',
      });
    }
  });

  server.itLacks('textSearch', 'says that the server cannot', async () => {
    await expect(board.search('apple', {})).rejects.toMatchObject({ code: 'SYS_NOT_IMPLEMENTED' });
  });

  it('refuses what is no text, and collections without a text index', async () => {
    for (const text of ['', ' ', 'x'.repeat(1_025), { $ne: '' }]) {
      await expect(board.search(text as string, {})).rejects.toMatchObject({ code: 'VAL_FAILED' });
    }
    await expect(thread.search('x', {})).rejects.toThrow(/no text index/);
  });
});

describe('aggregate', () => {
  it('groups live rows that meet the condition', async () => {
    const rows = await board.aggregate<{ _id: string; points: number }>(
      [{ $unwind: '$tags' }, { $group: { _id: '$tags', points: { $sum: '$points' } } }, { $sort: { _id: 1 } }],
      { where: { title: op.startsWith('Red') } },
    );

    expect(rows).toEqual([{ _id: 'Red', points: 6 }]);
    expect(await board.aggregate([], { limit: 2 })).toHaveLength(2);
  });

  it('joins the tenant’s own rows', async () => {
    const rows = await board.aggregate<{ slug: string; lines: { body: string }[] }>([
      { $match: { points: { $lte: 1 } } },
      { $sort: { points: 1 } },
      lookup(lines, {
        as: 'lines',
        let: { slug: '$slug' },
        where: { seq: op.gte(1) },
        pipeline: [{ $match: { $expr: { $eq: ['$body', '$$slug'] } } }],
      }),
    ]);

    expect(rows.map(({ slug, lines: joined }) => [slug, joined.map(({ body }) => body)])).toEqual([
      ['c0', []],
      ['c1', ['c1']],
    ]);
  });

  // Text search stands for the servers that know these forms too.
  server.itNeeds('textSearch', 'joins by equal fields, and unites', async () => {
    const joined = await board.aggregate<{ lines: unknown[] }>([
      { $match: { slug: 'c1' } },
      lookup(lines, { as: 'lines', localField: 'slug', foreignField: 'body' }),
    ]);
    const united = await thread.aggregate([unionWith(cards, { where: { points: 0 } }), { $count: 'rows' }]);
    expect(joined[0]?.lines).toHaveLength(1);
    expect(united).toEqual([{ rows: 4 }]);
  });

  it('refuses stages and limits that are not allowed', async () => {
    await expect(board.aggregate([{ $out: 'x' }])).rejects.toMatchObject({ code: 'VAL_FAILED' });
    await expect(board.aggregate([], { limit: 10_001 })).rejects.toMatchObject({ code: 'VAL_FAILED' });
  });
});
