import { afterAll, expect, it } from '@jest/globals';
import { lines, people } from '../fixtures/definitions.fixture.js';
import { aLine, aPerson } from '../fixtures/documents.fixture.js';
import { aServer, withDriver } from '../fixtures/server.fixture.js';
import { aTenant } from '../fixtures/tenants.fixture.js';

const server = await aServer([people, lines]);
afterAll(() => server.end());

const start = () => {
  const data = server.mongo.forTenant(aTenant());
  return { users: data.repository(people), thread: data.repository(lines) };
};

/** A write by somebody else, while a transaction is under way. */
function writeOutside(id: string): Promise<unknown> {
  return withDriver((client) =>
    client
      .db(`${server.databasePrefix}_shared`)
      .collection<{ _id: string }>('people')
      .updateOne({ _id: id }, { $inc: { 'stats.warnings': 1 } }),
  );
}

server.describeIf(['transactions'], 'withTransaction', () => {
  it('keeps everything of a transaction that succeeds', async () => {
    const { users, thread } = start();

    const [user, line] = await server.mongo.withTransaction(
      async () => [await users.insert(aPerson()), await thread.insert(aLine())] as const,
    );

    expect(await users.exists({ user_id: user.user_id })).toBe(true);
    expect(await thread.exists({ message_id: line.message_id })).toBe(true);
  });

  it('leaves no trace of a transaction that fails, in any collection', async () => {
    const { users, thread } = start();
    const before = await users.insert(aPerson());

    const failing = server.mongo.withTransaction(async () => {
      await users.insert(aPerson());
      await users.update(before.user_id, { set: { status: 'banned' } });
      await thread.insertMany([aLine(), aLine()]);
      throw new RangeError('no');
    });

    await expect(failing).rejects.toThrow(RangeError);
    expect(await users.count({})).toBe(1);
    expect(await users.get(before.user_id)).toMatchObject({ status: 'active', __v: 0 });
    expect(await thread.count({})).toBe(0);
  });

  it('reads what it wrote', async () => {
    const { users } = start();

    await server.mongo.withTransaction(async () => {
      const { user_id: id } = await users.insert(aPerson());
      expect(await users.get(id)).toMatchObject({ user_id: id });
      expect(await users.exists({ user_id: id }, { readFrom: 'secondaryPreferred' })).toBe(true);
      expect((await users.page({}, { sort: { created_at: 1 } })).items).toHaveLength(1);
    });

    expect(await users.count({})).toBe(1);
  });

  it('joins the outer transaction when nested', async () => {
    const { users } = start();

    const failing = server.mongo.withTransaction(async () => {
      await server.mongo.withTransaction(() => users.insert(aPerson()));
      throw new RangeError('no');
    });

    await expect(failing).rejects.toThrow(RangeError);
    expect(await users.count({})).toBe(0);
  });

  it('passes our own errors on as they are', async () => {
    const { users } = start();
    const { user_id: id } = await users.insert(aPerson());

    const failing = server.mongo.withTransaction(() => users.update(id, { set: { status: 'banned' } }, { expectedVersion: 9 }));

    await expect(failing).rejects.toMatchObject({ code: 'RES_VERSION' });
  });

  // The last one: a stand-in may go on seeing conflicts in this collection.
  it('repeats the whole body after a conflict, and gives up with a retryable error after three attempts', async () => {
    const { users } = start();
    const { user_id: id } = await users.insert(aPerson());
    let attempts = 0;

    const conflicting = server.mongo.withTransaction(async () => {
      attempts += 1;
      await users.find(id);
      await writeOutside(id);
      return users.update(id, { inc: { 'stats.sent': 1 } });
    });

    await expect(conflicting).rejects.toMatchObject({ code: 'SYS_UNAVAILABLE', retryable: true, details: { reason: 'write_conflict' } });
    expect(attempts).toBe(3);
  });
});

server.itLacks('transactions', 'withTransaction runs its steps in order on a server without transactions', async () => {
  const { users } = start();

  const failing = server.mongo.withTransaction(async () => {
    await users.insert(aPerson());
    throw new RangeError('no');
  });

  await expect(failing).rejects.toThrow(RangeError);
  expect(await users.count({})).toBe(1);
});
