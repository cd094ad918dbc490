import { afterAll, describe, expect, it } from '@jest/globals';
import { newId } from '@caas/schema';
import { op } from '../index.js';
import { cards, lines } from '../fixtures/definitions.fixture.js';
import { aCard, aLine } from '../fixtures/documents.fixture.js';
import { aServer } from '../fixtures/server.fixture.js';
import { aTenant } from '../fixtures/tenants.fixture.js';

const server = await aServer([cards, lines]);
const { mongo, clock } = server;
afterAll(() => server.end());

const start = () => {
  const data = mongo.forTenant(aTenant());
  return { board: data.repository(cards), thread: data.repository(lines) };
};

describe('update', () => {
  it('changes arrays, bounds and named elements', async () => {
    const { board } = start();
    const [ada, bob] = [newId('usr'), newId('usr')];
    const members = [ada, bob].map((user_id) => ({ user_id, role: 'guest' }));
    const { file_id: id } = await board.insert(aCard({ tags: ['a', 'b'], members, points: 5 }));

    await board.update(id, { push: { tags: { each: ['c', 'd'], keep: -3 } }, max: { points: 9 }, pull: { members: { user_id: ada } } });
    await board.update(id, { set: { 'members.$[m].role': 'owner' }, elements: { m: { user_id: bob } }, min: { points: 20 } });
    const after = await board.update(id, { addToSet: { tags: ['d', 'e'] }, pop: { members: 'last' } });

    expect(after).toMatchObject({ tags: ['b', 'c', 'd', 'e'], members: [], points: 9, __v: 3 });
  });

  it.each(['SAFE', 'BALANCED', 'FAST'] as const)('writes as surely as %s says', async (preset) => {
    const { board } = start();
    const { file_id: id } = await board.insert(aCard(), { preset });

    expect(await board.update(id, { set: { title: preset } }, { preset, timeoutMs: 2_000 })).toMatchObject({ title: preset });
  });
});

describe('updateMany', () => {
  it('changes what matches and lives, and counts versions', async () => {
    const { board } = start();
    const [a, b] = [await board.insert(aCard({ points: 1 })), await board.insert(aCard({ points: 2 }))];
    const gone = await board.insert(aCard({ points: 1 }));
    await board.softDelete(gone.file_id, 'spec');
    clock.advance(1_000);

    expect(await board.updateMany({ points: op.lte(1) }, { set: { state: 'closed' } })).toEqual({ matched: 1, modified: 1 });
    expect(await board.get(a.file_id)).toMatchObject({ state: 'closed', __v: 1, updated_at: new Date(clock.now()) });
    expect(await board.get(b.file_id)).toEqual(b);
  });

  it('asks for a condition', async () => {
    const { board } = start();

    await expect(board.updateMany({}, { set: { state: 'closed' } })).rejects.toMatchObject({ code: 'VAL_FAILED' });
    await expect(board.softDeleteMany(op.and({}), 'x')).rejects.toMatchObject({ code: 'VAL_FAILED' });
    await expect(start().thread.deleteMany({})).rejects.toMatchObject({ code: 'VAL_FAILED' });
  });
});

describe('findOneAndUpdate', () => {
  it('gives each of several callers another document, or none', async () => {
    const { board } = start();
    for (let points = 0; points < 3; points += 1) await board.insert(aCard({ points }));

    const claims = await Promise.all(
      Array.from({ length: 5 }, () => board.findOneAndUpdate({ state: 'open' }, { set: { state: 'closed' } }, { sort: { points: -1 } })),
    );

    const claimed = claims.filter((card) => card !== undefined);
    expect(claimed.map(({ points }) => points).sort()).toEqual([0, 1, 2]);
    expect(claimed.every(({ state, __v }) => state === 'closed' && __v === 1)).toBe(true);
  });

  it('shows the document before the change when asked to', async () => {
    const { board } = start();
    await board.insert(aCard({ tags: ['one', 'two'] }));

    const before = await board.findOneAndUpdate({ state: 'open' }, { pop: { tags: 'first' } }, { returnBefore: true });

    expect(before?.tags).toEqual(['one', 'two']);
    expect((await board.findOne({ state: 'open' }))?.tags).toEqual(['two']);
  });
});

describe('delete, deleteMany and findOneAndDelete', () => {
  it('remove rows for good where nothing is soft-deleted', async () => {
    const { thread } = start();
    const rows = await Promise.all([1, 2, 3, 4].map((seq) => thread.insert(aLine({ seq }))));

    expect(await thread.findOneAndDelete({ seq: op.gte(2) }, { sort: { seq: -1 } })).toEqual(rows[3]);
    expect(await thread.delete(rows[0]!.message_id)).toBe(true);
    expect(await thread.delete(rows[0]!.message_id)).toBe(false);
    expect(await thread.deleteMany({ seq: op.in([2, 3, 9]) })).toBe(2);
    expect(await thread.findOneAndDelete({ seq: 1 })).toBeUndefined();
    expect(await thread.count({})).toBe(0);
  });

  it('hand a row to one of several callers', async () => {
    const { thread } = start();
    await thread.insert(aLine({ seq: 7 }));

    const taken = await Promise.all(Array.from({ length: 4 }, () => thread.findOneAndDelete({ seq: 7 })));

    expect(taken.filter((row) => row !== undefined)).toHaveLength(1);
  });

  it('are refused where rows are soft-deleted', async () => {
    const { board } = start();

    await expect(board.delete(newId('file'))).rejects.toThrow(/purge jobs only/);
    await expect(board.deleteMany({ state: 'open' })).rejects.toThrow(/purge jobs only/);
    await expect(board.findOneAndDelete({ state: 'open' })).rejects.toThrow(/purge jobs only/);
  });
});

describe('softDelete, softDeleteMany and restore', () => {
  it('change other fields in the same step', async () => {
    const { board } = start();
    const card = await board.insert(aCard());

    await board.softDelete(card.file_id, 'spec', { set: { state: 'deleted' } });
    expect(await board.find(card.file_id, { includeDeleted: true })).toMatchObject({ state: 'deleted', deleted_by: 'spec', __v: 1 });

    const restored = await board.restore(card.file_id, { set: { state: 'open' } });
    expect(restored).toEqual({ ...card, __v: 2, updated_at: restored.updated_at });
    expect(await board.restore(card.file_id)).toEqual(restored);
    await expect(board.restore(newId('file'))).rejects.toMatchObject({ code: 'RES_NOT_FOUND' });
  });

  it('delete many at once, each row once', async () => {
    const { board } = start();
    for (let points = 0; points < 4; points += 1) await board.insert(aCard({ points }));

    expect(await board.softDeleteMany({ points: op.lt(3) }, 'spec')).toBe(3);
    expect(await board.softDeleteMany({ points: op.lt(3) }, 'spec')).toBe(0);
    expect(await board.count({})).toBe(1);
  });

  server.itNeeds('partialIndexes', 'a key that a live row took keeps a row deleted', async () => {
    const { board } = start();
    const first = await board.insert(aCard({ slug: 'taken' }));
    await board.softDelete(first.file_id, 'spec');
    await board.insert(aCard({ slug: 'taken' }));

    await expect(board.restore(first.file_id)).rejects.toMatchObject({ name: 'DuplicateKeyError', status: 409, fields: ['slug'] });
    expect(await board.find(first.file_id)).toBeUndefined();
  });
});

describe('upsert and findOrCreate', () => {
  it('insert once and change afterwards', async () => {
    const { board } = start();
    const call = () => board.upsert({ slug: 's' }, { create: aCard({ slug: 's', points: 1 }), change: { inc: { points: 10 } } });

    const [first, second] = [await call(), await call()];

    expect(first).toMatchObject({ created: true, document: { slug: 's', points: 1, __v: 0, deleted_at: null } });
    expect(second).toEqual({
      created: false,
      document: { ...first.document, points: 11, __v: 1, updated_at: second.document.updated_at },
    });
    expect(await board.findOrCreate({ slug: 's' }, aCard({ slug: 's' }))).toEqual({ created: false, document: second.document });
    expect(await board.count({})).toBe(1);
  });

  it('take the key over what the row to create says', async () => {
    const { document } = await start().board.findOrCreate({ slug: 'key' }, aCard({ slug: 'other' }));

    expect(document.slug).toBe('key');
  });

  it('ask for a key that a unique index holds', async () => {
    const { board } = start();

    await expect(board.upsert({ title: 'x' }, { create: aCard(), change: { inc: { points: 1 } } })).rejects.toThrow(/no unique index/);
    await expect(board.findOrCreate({}, aCard())).rejects.toMatchObject({ code: 'VAL_FAILED' });
    await expect(board.findOrCreate({ slug: op.ne('') as never }, aCard())).rejects.toMatchObject({ code: 'VAL_FAILED' });
  });

  server.itNeeds('partialIndexes', 'of several at once, one inserts', async () => {
    const { board } = start();
    const results = await Promise.all(
      Array.from({ length: 6 }, () => board.upsert({ slug: 'race' }, { create: aCard({ slug: 'race' }), change: { inc: { points: 1 } } })),
    );

    expect(results.filter(({ created }) => created)).toHaveLength(1);
    expect(await board.findMany({})).toMatchObject([{ slug: 'race', points: 5 }]);
  });
});

describe('bulkUpdate', () => {
  it('makes each change where its document, version and guard are right', async () => {
    const { board } = start();
    const rows = await Promise.all([1, 2, 3].map((points) => board.insert(aCard({ points }))));
    const [a, b, c] = rows.map(({ file_id: id }) => id) as [string, string, string];

    const result = await board.bulkUpdate([
      { id: a, set: { title: 'A' }, expectedVersion: 0 },
      { id: b, set: { title: 'B' }, expectedVersion: 7 },
      { id: c, set: { title: 'C' }, where: { points: op.gt(3) } },
      { id: newId('file'), set: { title: 'D' } },
    ]);

    expect(result).toEqual({ matched: 1, modified: 1, failures: [] });
    expect((await board.findMany({}, { sort: { points: 1 } })).map(({ title, __v }) => [title, __v])).toEqual([
      ['A', 1],
      ['A card', 0],
      ['A card', 0],
    ]);
    expect(await board.bulkUpdate([])).toEqual({ matched: 0, modified: 0, failures: [] });
  });

  it('reports what the server refuses, and makes the rest', async () => {
    const { thread } = start();
    const thread_id = newId('conv');
    const rows = await Promise.all([1, 2, 3].map((seq) => thread.insert(aLine({ thread_id, seq }))));

    const { matched, failures } = await thread.bulkUpdate([
      { id: rows[0]!.message_id, set: { seq: 2 } },
      { id: rows[2]!.message_id, set: { seq: 4 } },
    ]);

    expect(matched).toBeGreaterThanOrEqual(1);
    expect(failures).toMatchObject([{ index: 0, error: { name: 'DuplicateKeyError', code: 'RES_CONFLICT' } }]);
    expect((await thread.findMany({}, { sort: { seq: 1 } })).map(({ seq }) => seq)).toEqual([1, 2, 4]);
  });
});
