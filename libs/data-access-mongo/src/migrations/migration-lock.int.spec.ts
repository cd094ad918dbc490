import { afterAll, describe, expect, it } from '@jest/globals';
import { Writable } from 'node:stream';
import { type Collection, type MongoClient } from 'mongodb';
import { MongoClient as Client } from 'mongodb';
import { createLogger, type Logger, ManualClock } from '@caas/runtime';
import { aServer, serverUri } from '../fixtures/server.fixture.js';
import { type StoredDocument } from '../definition/document-codec.js';
import { migrationLock } from './migration-collections.js';
import { acquireMigrationLock } from './migration-lock.js';
import { MigrationJournal, readHistory } from './migration-journal.js';
import { aMigration } from '../fixtures/migrations.fixture.js';

const server = await aServer([migrationLock]);
const client: MongoClient = await new Client(serverUri()).connect();
afterAll(async () => {
  await client.close();
  await server.end();
});

let number = 0;
/** A lock row that no other spec uses, with the validator of the real one left out. */
const aPlace = (): Collection<StoredDocument> => client.db(`${server.databasePrefix}_platform`).collection(`lock_${(number += 1)}`);

/** A logger, and the lines that it wrote. */
function aLog(): { logger: Logger; lines: Record<string, unknown>[] } {
  const lines: Record<string, unknown>[] = [];
  const destination = new Writable({
    write: (chunk: Buffer, _encoding, done) => {
      lines.push(JSON.parse(chunk.toString()) as Record<string, unknown>);
      done();
    },
  });
  return { logger: createLogger({ service: 'spec', level: 'info', destination: destination }), lines };
}
const silent = createLogger({ service: 'spec', level: 'silent' });

describe('the migration lock', () => {
  it('is held by one of several that ask at once', async () => {
    const place = aPlace();
    const clock = new ManualClock();

    const asked = await Promise.allSettled(
      ['a', 'b', 'c', 'd'].map((owner) => acquireMigrationLock(place, { owner, clock, logger: silent })),
    );

    expect(asked.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    for (const answer of asked) {
      if (answer.status === 'rejected') expect(answer.reason).toMatchObject({ details: { reason: 'migration_lock_held' } });
      else await answer.value.release();
    }
  });

  it('names its holder to whoever is refused', async () => {
    const place = aPlace();
    const lock = await acquireMigrationLock(place, { owner: 'host-1', clock: new ManualClock(), logger: silent });

    await expect(acquireMigrationLock(place, { owner: 'host-2', clock: new ManualClock(), logger: silent })).rejects.toThrow(
      /host-1.*is migrating/,
    );

    await lock.release();
  });

  it('is free after release, with a higher fence', async () => {
    const place = aPlace();
    const clock = new ManualClock();
    const first = await acquireMigrationLock(place, { owner: 'a', clock, logger: silent });
    await first.release();

    const second = await acquireMigrationLock(place, { owner: 'b', clock, logger: silent });

    expect(second.fence).toBeGreaterThan(first.fence);
    expect(second.takenOver).toBeUndefined();
    await second.release();
  });

  it('is kept by the heartbeat past its first lease', async () => {
    const place = aPlace();
    const clock = new ManualClock();
    const lock = await acquireMigrationLock(place, { owner: 'a', clock, logger: silent });

    for (const _ of [1, 2, 3, 4]) {
      clock.advance(20_000);
      await lock.renew();
    }

    lock.assertHeld();
    await expect(acquireMigrationLock(place, { owner: 'b', clock, logger: silent })).rejects.toMatchObject({ code: 'RES_STATE' });
    await lock.release();
  });

  it('is taken over when its lease has ended, with a line in the log', async () => {
    const place = aPlace();
    const clock = new ManualClock();
    const { logger, lines } = aLog();
    const dead = await acquireMigrationLock(place, { owner: 'dead', clock, logger: silent });
    clock.advance(59_999);
    await expect(acquireMigrationLock(place, { owner: 'heir', clock, logger })).rejects.toMatchObject({ code: 'RES_STATE' });
    clock.advance(1);

    const heir = await acquireMigrationLock(place, { owner: 'heir', clock, logger });

    expect(heir.takenOver).toEqual({ owner: 'dead', expiredAt: new Date(clock.now()) });
    expect(lines).toEqual([expect.objectContaining({ level: 'warn', owner: 'dead', msg: expect.stringContaining('took over') })]);
    await dead.release();
    await heir.confirm();
    await heir.release();
  });

  it('is lost for its owner before anybody can take it over', async () => {
    const place = aPlace();
    const clock = new ManualClock();
    const lock = await acquireMigrationLock(place, { owner: 'slow', clock, logger: silent });
    clock.advance(50_000);

    expect(() => lock.assertHeld()).toThrow(expect.objectContaining({ details: { reason: 'migration_lease_lost' } }));
    await expect(lock.renew()).rejects.toMatchObject({ details: { reason: 'migration_lease_lost' } });
    await lock.release();
  });
});

describe('an owner that slept past its lease', () => {
  /** Two owners: the first one's own clock stood still while it slept, so it believes in its lease. */
  async function takenOver() {
    const [lockRow, history] = [aPlace(), aPlace()];
    const asleep = new ManualClock();
    const awake = new ManualClock(asleep.now() + 60_000);
    const sleeper = await acquireMigrationLock(lockRow, { owner: 'sleeper', clock: asleep, logger: silent });
    const before = new MigrationJournal(history, { lock: sleeper, clock: asleep, owner: 'sleeper' });
    const migration = aMigration('V001');
    const entry = await before.start(migration, 'shared', 'up');
    const heir = await acquireMigrationLock(lockRow, { owner: 'heir', clock: awake, logger: silent });
    const after = new MigrationJournal(history, { lock: heir, clock: awake, owner: 'heir' });
    return { sleeper, heir, before, after, migration, entry, history, end: () => Promise.all([sleeper.release(), heir.release()]) };
  }

  it('neither writes its result nor starts anything', async () => {
    const { before, sleeper, migration, entry, history, end } = await takenOver();

    await expect(before.finish(entry, { status: 'succeeded', durationMs: 1 })).rejects.toMatchObject({
      details: { reason: 'migration_lease_lost' },
    });
    await expect(before.start(migration, 'platform', 'up')).rejects.toMatchObject({ details: { reason: 'migration_lease_lost' } });
    await expect(sleeper.confirm()).rejects.toMatchObject({ details: { reason: 'migration_lease_lost' } });
    expect([...(await readHistory(history)).values()]).toMatchObject([{ status: 'running', applied_by: 'sleeper' }]);
    await end();
  });

  it('does not move a position that its successor has claimed', async () => {
    const { before, after, migration, entry, history, end } = await takenOver();
    const claimed = await after.start(migration, 'shared', 'up');
    await after.savePositions(claimed, [{ backfill: 'fill', id: 'm' }]);

    await expect(before.savePositions(entry, [{ backfill: 'fill', id: 'a' }])).rejects.toMatchObject({
      details: { reason: 'migration_lease_lost' },
    });

    expect([...(await readHistory(history)).values()]).toMatchObject([
      { applied_by: 'heir', attempts: 2, positions: [{ backfill: 'fill', id: 'm' }] },
    ]);
    await end();
  });
});
