import { afterAll, describe, expect, it } from '@jest/globals';
import { newId } from '@caas/schema';
import { op } from '../index.js';
import { apps, lines, people } from '../fixtures/definitions.fixture.js';
import { aLine, aPerson } from '../fixtures/documents.fixture.js';
import { aServer, withDriver } from '../fixtures/server.fixture.js';
import { aTenant } from '../fixtures/tenants.fixture.js';

const server = await aServer([people, lines, apps]);
const { mongo, clock } = server;
afterAll(() => server.end());

const start = () => {
  const tenant = aTenant();
  const data = mongo.forTenant(tenant);
  return { tenant, users: data.repository(people), thread: data.repository(lines) };
};

describe('insert', () => {
  it('stamps id, tenant, times and version', async () => {
    const { tenant, users } = start();
    const now = new Date(clock.now());
    const person = aPerson({ stats: { sent: 2 ** 40, warnings: 1 } });

    const inserted = await users.insert(person);

    expect(inserted).toEqual({
      ...person,
      user_id: expect.stringMatching(/^usr_/),
      tenant_id: tenant.tenantId,
      created_at: now,
      updated_at: now,
      deleted_at: null,
      deleted_by: null,
      __v: 0,
    });
    expect(await users.get(inserted.user_id)).toEqual(inserted);
  });

  it('stores the id as _id, with no second copy of it', async () => {
    const { users } = start();
    const { user_id: id } = await users.insert(aPerson());

    const stored = await withDriver((client) =>
      client.db(`${server.databasePrefix}_shared`).collection<{ _id: string }>('people').findOne({ _id: id }),
    );

    expect(stored).toMatchObject({ _id: id });
    expect(stored).not.toHaveProperty('user_id');
  });

  it('keeps a given id and refuses it a second time', async () => {
    const { users } = start();
    const id = newId('usr');
    await users.insert(aPerson({ user_id: id }));

    await expect(users.insert(aPerson({ user_id: id }))).rejects.toMatchObject({
      code: 'RES_CONFLICT',
      details: { conflictWith: 'user_id' },
    });
  });

  it('refuses an id of another kind', async () => {
    await expect(start().users.insert(aPerson({ user_id: newId('msg') }))).rejects.toMatchObject({ code: 'VAL_ID_FORMAT' });
  });
});

describe('get and find', () => {
  it('tell a missing document from a malformed id', async () => {
    const { users } = start();

    await expect(users.get(newId('usr'))).rejects.toMatchObject({ code: 'RES_NOT_FOUND', status: 404 });
    expect(await users.find(newId('usr'))).toBeUndefined();
    await expect(users.find('usr_x')).rejects.toMatchObject({ code: 'VAL_ID_FORMAT' });
    await expect(users.find({ $ne: null } as never)).rejects.toMatchObject({ code: 'VAL_ID_FORMAT' });
  });
});

describe('findMany, count and exists', () => {
  it('filter, sort and limit', async () => {
    const { users } = start();
    for (const [name, sent] of [
      ['a', 3],
      ['b', 2 ** 33],
      ['c', 1],
    ] as const) {
      await users.insert(aPerson({ profile: { name }, stats: { sent, warnings: 0 } }));
    }

    const names = async (...args: Parameters<typeof users.findMany>): Promise<string[]> =>
      (await users.findMany(...args)).map(({ profile }) => profile.name);

    expect(await names({}, { sort: { 'profile.name': -1 } })).toEqual(['c', 'b', 'a']);
    expect(await names({ 'stats.sent': op.gt(2) }, { sort: { 'stats.sent': 1 }, limit: 1 })).toEqual(['a']);
    expect(await names({ 'stats.sent': 2 ** 33 })).toEqual(['b']);
    expect(await names(op.or({ 'profile.name': 'a' }, { 'profile.name': 'c' }), { sort: { 'profile.name': 1 } })).toEqual(['a', 'c']);
    expect(await names({ roles: 'user', 'profile.name': op.in(['c', 'z']) })).toEqual(['c']);
    expect(await users.count({ 'stats.sent': op.lt(10) })).toBe(2);
    expect(await users.count({}, { max: 2 })).toBe(2);
    expect(await users.exists({ 'profile.name': 'z' })).toBe(false);
  });

  it('find elements of arrays', async () => {
    const { thread } = start();
    const [ada, bob] = [newId('usr'), newId('usr')];
    const at = new Date(5);
    const { message_id: id } = await thread.insert(aLine({ readers: [{ user_id: ada, at }] }));

    expect(await thread.findOne({ readers: op.elemMatch({ user_id: ada, at: op.gte(at) }) })).toMatchObject({ message_id: id });
    expect(await thread.findOne({ readers: op.elemMatch({ user_id: bob }) })).toBeUndefined();
    expect(await thread.exists({ 'readers.user_id': ada })).toBe(true);
  });
});

describe('update', () => {
  it('changes, counts the version and moves updated_at only', async () => {
    const { users } = start();
    const before = await users.insert(aPerson({ profile: { name: 'Ada', bio: 'x' } }));
    clock.advance(1_000);

    const after = await users.update(before.user_id, {
      set: { status: 'banned', 'profile.name': 'Eve' },
      unset: ['profile.bio'],
      inc: { 'stats.sent': 2 },
    });

    expect(after).toEqual({
      ...before,
      status: 'banned',
      profile: { name: 'Eve' },
      stats: { sent: 2, warnings: 0 },
      updated_at: new Date(before.updated_at.getTime() + 1_000),
      __v: 1,
    });
    expect(await users.get(before.user_id)).toEqual(after);
  });

  it('refuses another version, and says which one there is', async () => {
    const { users } = start();
    const { user_id: id } = await users.insert(aPerson());
    await users.update(id, { set: { status: 'banned' } }, { expectedVersion: 0 });

    await expect(users.update(id, { set: { status: 'active' } }, { expectedVersion: 0 })).rejects.toMatchObject({
      code: 'RES_VERSION',
      details: { version: 1, expectedVersion: 0 },
    });
    expect((await users.get(id)).status).toBe('banned');
  });

  it('lets one of several concurrent updates of a version win', async () => {
    const { users } = start();
    const { user_id: id } = await users.insert(aPerson());
    const outcomes = await Promise.allSettled(
      Array.from({ length: 5 }, (_, sent) => users.update(id, { set: { 'stats.sent': sent } }, { expectedVersion: 0 })),
    );

    expect(outcomes.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    expect((await users.get(id)).__v).toBe(1);
  });

  it('does not find what is missing or deleted', async () => {
    const { users } = start();
    const { user_id: id } = await users.insert(aPerson());
    await users.softDelete(id, 'system');

    await expect(users.update(id, { set: { status: 'banned' } })).rejects.toMatchObject({ code: 'RES_NOT_FOUND' });
    await expect(users.update(newId('usr'), { set: { status: 'banned' } }, { expectedVersion: 0 })).rejects.toMatchObject({
      code: 'RES_NOT_FOUND',
    });
  });
});

describe('softDelete', () => {
  it('hides a document, says by whom, and is harmless when repeated', async () => {
    const { users } = start();
    const { user_id: id } = await users.insert(aPerson());
    clock.advance(1_000);
    const when = new Date(clock.now());

    expect(await users.softDelete(id, 'usr_admin')).toBe(true);
    expect(await users.softDelete(id, 'usr_other')).toBe(false);
    expect(await users.find(id)).toBeUndefined();
    expect(await users.count({})).toBe(0);
    expect(await users.find(id, { includeDeleted: true })).toMatchObject({
      deleted_at: when,
      deleted_by: 'usr_admin',
      updated_at: when,
      __v: 1,
    });
  });

  it('is refused where the definition has none', async () => {
    const { thread } = start();

    await expect(thread.softDelete(newId('msg'), 'x')).rejects.toThrow(/no soft delete/);
  });
});

describe('insertMany', () => {
  it('inserts what is new and reports what is not, by the index that refused it', async () => {
    const { thread } = start();
    const thread_id = newId('conv');
    const [first, second] = [
      aLine({ thread_id, seq: 1, message_id: newId('msg') }),
      aLine({ thread_id, seq: 2, message_id: newId('msg') }),
    ];
    await thread.insertMany([first]);

    const result = await thread.insertMany([first, second, aLine({ thread_id, seq: 2, message_id: newId('msg') })]);

    expect(result).toEqual({
      inserted: [second.message_id],
      duplicates: [
        { index: 0, id: first.message_id, indexName: '_id_', fields: ['message_id'] },
        { index: 2, id: expect.stringMatching(/^msg_/), indexName: 'lines_seq', fields: ['thread_id', 'seq'] },
      ],
    });
    expect(await thread.count({ thread_id })).toBe(2);
  });

  it('changes nothing when replayed', async () => {
    const { thread } = start();
    const batch = [1, 2, 3].map((seq) => aLine({ seq, message_id: newId('msg') }));
    await thread.insertMany(batch);
    const before = await thread.findMany({}, { sort: { seq: 1 } });
    clock.advance(1_000);

    const { inserted, duplicates } = await thread.insertMany(batch);

    expect([inserted, duplicates.length]).toEqual([[], 3]);
    expect(await thread.findMany({}, { sort: { seq: 1 } })).toEqual(before);
  });

  it('stops at the first duplicate when ordered', async () => {
    const { thread } = start();
    const [a, b, c] = [1, 2, 3].map((seq) => aLine({ seq, message_id: newId('msg') }));
    await thread.insertMany([b!]);

    const result = await thread.insertMany([a!, b!, c!], { ordered: true });

    expect(result).toMatchObject({ inserted: [a!.message_id], duplicates: [{ index: 1 }] });
    expect(await thread.find(c!.message_id!)).toBeUndefined();
  });

  it('takes nothing and many', async () => {
    const { thread } = start();

    expect(await thread.insertMany([])).toEqual({ inserted: [], duplicates: [] });
    expect((await thread.insertMany(Array.from({ length: 250 }, (_, seq) => aLine({ seq })))).inserted).toHaveLength(250);
  });

  server.itNeeds('validators', 'rejects when a document breaks the validator', async () => {
    const { thread } = start();

    await expect(thread.insertMany([aLine(), aLine({ seq: 'x' as never })])).rejects.toMatchObject({
      code: 'SYS_INTERNAL',
      details: { reason: 'document_validation', indexes: [1] },
    });
  });
});

describe('bulk primitives', () => {
  it('findExisting tells what is stored, deleted ones included', async () => {
    const { users } = start();
    const [kept, gone] = [await users.insert(aPerson()), await users.insert(aPerson({ status: 'banned' }))];
    await users.softDelete(gone.user_id, 'system');

    const found = await users.findExisting([kept.user_id, gone.user_id, newId('usr')], ['status']);

    expect([...found.keys()].sort()).toEqual([kept.user_id, gone.user_id].sort());
    expect(found.get(gone.user_id)).toEqual({ user_id: gone.user_id, status: 'banned' });
    expect(await users.findExisting([], [])).toEqual(new Map());
  });

  it('incrementMany hands out every value once, under concurrency', async () => {
    const { users } = start();
    const [ada, bob] = [await users.insert(aPerson()), await users.insert(aPerson())];
    const steps = Array.from({ length: 40 }, (_, index) => ({
      id: index % 2 === 0 ? ada.user_id : bob.user_id,
      field: 'stats.sent',
      by: 3,
    }));

    const values = await users.incrementMany([...steps, { id: newId('usr'), field: 'stats.sent', by: 1 }]);

    const multiples = Array.from({ length: 20 }, (_, index) => 3 * (index + 1));
    const of = (parity: number): number[] =>
      values
        .slice(0, 40)
        .filter((_, index) => index % 2 === parity)
        .map(Number)
        .sort((a, b) => a - b);
    expect(of(0)).toEqual(multiples);
    expect(of(1)).toEqual(multiples);
    expect(values[40]).toBeUndefined();
    expect(await users.get(ada.user_id)).toMatchObject({ stats: { sent: 60 }, __v: 0, updated_at: ada.updated_at });
  });

  it('incrementMany passes 32 bits', async () => {
    const { users } = start();
    const { user_id: id } = await users.insert(aPerson({ stats: { sent: 2 ** 31 - 1, warnings: 0 } }));

    expect(await users.incrementMany([{ id, field: 'stats.sent', by: 1 }])).toEqual([2 ** 31]);
  });

  it('updateManyById changes what meets its guard', async () => {
    const { users } = start();
    const [low, high] = [
      await users.insert(aPerson({ stats: { sent: 1, warnings: 0 } })),
      await users.insert(aPerson({ stats: { sent: 9, warnings: 0 } })),
    ];

    const result = await users.updateManyById(
      [low, high].map(({ user_id: id }) => ({
        id,
        where: { 'stats.sent': op.lt(5) },
        set: { 'stats.sent': 5 },
        inc: { 'stats.warnings': 1 },
      })),
    );

    expect(result).toEqual({ matched: 1, modified: 1 });
    expect((await users.get(low.user_id)).stats).toEqual({ sent: 5, warnings: 1 });
    expect((await users.get(high.user_id)).stats).toEqual({ sent: 9, warnings: 0 });
    expect(await users.updateManyById([])).toEqual({ matched: 0, modified: 0 });
  });
});

describe('platform', () => {
  it('reads and writes rows that belong to CAAS', async () => {
    const repository = mongo.platform(apps);
    const { tenantId } = aTenant();
    const app = await repository.insert({ tenant_id: tenantId, name: 'Shop' });

    expect(await repository.findOne({ tenant_id: tenantId })).toEqual(app);
    await expect(repository.insert({ tenant_id: tenantId, name: 'Shop' })).rejects.toMatchObject({ details: { conflictWith: 'name' } });
  });

  it('keeps tenant collections out, and platform collections out of tenants', () => {
    expect(() => mongo.platform(people as never)).toThrow(/use forTenant/);
    expect(() => mongo.forTenant(aTenant()).repository(apps as never)).toThrow(/not a tenant collection/);
  });
});
