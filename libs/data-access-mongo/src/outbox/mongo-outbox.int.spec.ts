import { afterAll, beforeEach, describe, expect, it } from '@jest/globals';
import { ConflictError, createLogger, Metrics, type OutboxEntry, UnavailableError } from '@caas/runtime';
import { newId } from '@caas/schema';
import { lines } from '../fixtures/definitions.fixture.js';
import { aLine } from '../fixtures/documents.fixture.js';
import { anEntry, anOutboxServer } from '../fixtures/outbox.fixture.js';
import { until } from '../fixtures/streams.fixture.js';
import { aTenant } from '../fixtures/tenants.fixture.js';
import { eventOutbox } from './event-outbox.collection.js';
import { MongoOutbox } from './mongo-outbox.js';
import { OutboxQueue } from './outbox-queue.js';
import { PENDING_MAX_MS, publishLines } from './publish-lines.js';

const server = await anOutboxServer([lines]);
const { mongo, clock } = server;
// Where the server removes what has expired, it goes by its own clock.
clock.advance(Math.max(0, Date.now() - clock.now()));
const logger = createLogger({ service: 'spec', level: 'silent' });
const rows = mongo.platform(eventOutbox);
const tenant = aTenant();
const repository = mongo.forTenant(tenant).repository(lines);
/** As a server without transactions keeps events, whatever this one can. */
const inSteps = new MongoOutbox({
  rows,
  clock,
  logger,
  hasTransactions: false,
  insideTransaction: () => false,
  withTransaction: (work) => mongo.withTransaction(work),
});
afterAll(() => server.end());

const all = () => rows.findMany({}, { sort: { order: 1 }, readFrom: 'primary' });
const told = async (): Promise<unknown[]> => (await all()).map(({ event_id: id, state, published_at: at }) => [id, state, at !== null]);
const proofOf = (id: string, version = 0) => ({ collection: lines.name, tenantId: tenant.tenantId, id, version });
const metrics = { countPublished: () => undefined, countFailed: () => undefined, setActive: () => undefined, setBacklog: () => undefined };

/** One pass of a relay; what it published. */
async function aPass(publish: (entry: OutboxEntry) => Promise<void> = () => Promise.resolve()): Promise<string[]> {
  const published: string[] = [];
  const publisher = {
    publish: async (entry: OutboxEntry) => {
      await publish(entry);
      published.push(entry.eventId);
    },
    isAvailable: () => Promise.resolve(true),
  };
  const queue = new OutboxQueue(rows, clock);
  const wasMade = ({ id }: { id: string }) => repository.exists({ message_id: id }, { readFrom: 'primary' });
  const passage = { assertActive: () => undefined, blocked: new Set<string>() };
  await publishLines(await queue.next(0, 100), passage, { queue, publisher, wasMade, clock, logger, metrics });
  return published;
}

beforeEach(async () => {
  await rows.deleteMany({ attempts: 0 });
  await rows.deleteMany({ state: 'ready' });
});

describe('a committed change', () => {
  it('is there with its event', async () => {
    const line = { message_id: newId('msg'), ...aLine() };
    const entry = anEntry('k', 1);

    const stored = await mongo.outbox.commit({ entries: [entry], proof: proofOf(line.message_id), write: () => repository.insert(line) });

    expect(stored.message_id).toBe(line.message_id);
    expect(await told()).toEqual([[entry.eventId, 'ready', false]]);
  });

  it('that fails has no event', async () => {
    const write = () => Promise.reject(new ConflictError('no'));

    await expect(mongo.outbox.commit({ entries: [anEntry('k', 1)], proof: proofOf(newId('msg')), write })).rejects.toThrow('no');

    expect(await told()).toEqual([]);
  });

  server.itNeeds('transactions', 'and its event are gone together when the transaction around them fails', async () => {
    const line = { message_id: newId('msg'), ...aLine() };
    const work = mongo.withTransaction(async () => {
      await mongo.outbox.commit({ entries: [anEntry('k', 1)], proof: proofOf(line.message_id), write: () => repository.insert(line) });
      throw new ConflictError('later');
    });

    await expect(work).rejects.toThrow('later');

    expect([await told(), await repository.find(line.message_id)]).toEqual([[], undefined]);
  });

  it('keeps the order of its key among writers at once, and takes a repeated event for the same one', async () => {
    const entries = Array.from({ length: 8 }, (_, n) => anEntry('busy', n));

    await Promise.all(entries.map((entry) => inSteps.add([entry])));
    await inSteps.add(entries);

    const orders = (await all()).map(({ order }) => order);
    expect([orders.length, new Set(orders).size]).toEqual([8, 8]);
  });
});

describe('a change in steps', () => {
  it('whose writer is gone before the change is told to nobody', async () => {
    const entry = anEntry('k', 1);
    const lost = inSteps.commit({
      entries: [entry],
      proof: proofOf(newId('msg')),
      write: () => Promise.reject(new UnavailableError('away')),
    });
    await expect(lost).rejects.toThrow('away');

    expect(await aPass()).toEqual([]);
    expect(await told()).toEqual([[entry.eventId, 'pending', false]]);
    clock.advance(PENDING_MAX_MS);
    expect(await aPass()).toEqual([]);

    expect(await told()).toEqual([]);
  });

  it('whose writer is gone after the change is told, and what comes after it waits for it', async () => {
    const line = { message_id: newId('msg'), ...aLine() };
    const [first, second] = [anEntry('k', 1), anEntry('k', 2)];
    const write = async (): Promise<never> => {
      await repository.insert(line);
      throw new UnavailableError('nobody knows');
    };
    await expect(inSteps.commit({ entries: [first], proof: proofOf(line.message_id), write })).rejects.toThrow();
    await inSteps.add([second]);

    expect(await aPass()).toEqual([]);
    clock.advance(PENDING_MAX_MS);

    expect(await aPass()).toEqual([first.eventId, second.eventId]);
  });

  it('that somebody else made is not told twice', async () => {
    const line = { message_id: newId('msg'), ...aLine() };
    const [lost, made] = [anEntry('k', 1), anEntry('k', 1)];
    const proof = proofOf(line.message_id);
    await expect(inSteps.commit({ entries: [lost], proof, write: () => Promise.reject(new UnavailableError('away')) })).rejects.toThrow();
    await inSteps.commit({ entries: [made], proof, write: () => repository.insert(line) });

    clock.advance(PENDING_MAX_MS);

    expect(await aPass()).toEqual([made.eventId]);
  });

  it('of a writer that slept until the relay gave it up is told all the same', async () => {
    const line = { message_id: newId('msg'), ...aLine() };
    const entry = anEntry('k', 1);
    const write = async () => {
      clock.advance(PENDING_MAX_MS);
      await aPass();
      return repository.insert(line);
    };

    await inSteps.commit({ entries: [entry], proof: proofOf(line.message_id), write });

    expect(await aPass()).toEqual([entry.eventId]);
  });
});

describe('a pass', () => {
  it('marks what was acknowledged and nothing behind a failure of the log', async () => {
    const entries = [anEntry('a', 1), anEntry('b', 1), anEntry('a', 2)];
    for (const entry of entries) await mongo.outbox.add([entry]);
    const fails = entries[0]?.eventId;

    const pass = aPass(({ eventId }) => (eventId === fails ? Promise.reject(new UnavailableError('away')) : Promise.resolve()));

    await expect(pass).rejects.toThrow('away');
    expect((await told()).map((row) => (row as unknown[])[2])).toEqual([false, true, false]);
    expect(await aPass()).toEqual([entries[0]?.eventId, entries[2]?.eventId]);
  });

  it('sets an event aside that cannot be published, with what comes after it, and tries again later', async () => {
    const entries = [anEntry('a', 1), anEntry('a', 2), anEntry('b', 1)];
    for (const entry of entries) await mongo.outbox.add([entry]);
    const bad = entries[0]?.eventId;

    const published = await aPass(({ eventId }) =>
      eventId === bad ? Promise.reject(new ConflictError('no such schema')) : Promise.resolve(),
    );

    expect(published).toEqual([entries[2]?.eventId]);
    expect(await rows.get(bad ?? '')).toMatchObject({ attempts: 1, last_error: 'no such schema', published_at: null });
    expect(await aPass()).toEqual([]);
    clock.advance(60_000);
    expect(await aPass()).toEqual([bad, entries[1]?.eventId]);
  });

  it('keeps what it published for seven days', async () => {
    const entry = anEntry(null, 1);
    await mongo.outbox.add([entry]);

    await aPass();

    const { published_at: at, expires_at: until } = await rows.get(entry.eventId);
    expect((until?.getTime() ?? 0) - (at?.getTime() ?? 0)).toBe(7 * 86_400_000);
  });
});

describe('the relay', () => {
  it('waits while the log is away and goes on by itself', async () => {
    let isAway = true;
    const published: string[] = [];
    const relay = mongo.outboxRelay({
      owner: 'spec',
      publisher: {
        publish: ({ eventId }) => {
          if (isAway) return Promise.reject(new UnavailableError('away'));
          published.push(eventId);
          return Promise.resolve();
        },
        isAvailable: () => Promise.resolve(!isAway),
      },
      metrics: new Metrics({ service: 'spec', defaults: false }),
      tenantOf: () => Promise.resolve(undefined),
      times: { pollMs: 10, sweepMs: 10, logMs: 10, standbyMs: 10 },
    });
    const entry = anEntry('k', 1);
    await mongo.outbox.add([entry]);

    relay.start();
    await until(() => relay.health().state === 'waiting_for_log', 'the wait');
    const whileAway = [...published];
    isAway = false;
    await until(async () => (await rows.count({ published_at: null }, { readFrom: 'primary' })) === 0, 'the mark');
    await until(() => relay.health().waiting === 0 && relay.health().state === 'active', 'health');

    expect([whileAway, published]).toEqual([[], [entry.eventId]]);
    expect(relay.health()).toEqual({ status: 'healthy', state: 'active', waiting: 0, oldestSeconds: 0, blocked: 0 });
    await relay.stop();
    expect(relay.health().state).toBe('stopped');
  });
});
