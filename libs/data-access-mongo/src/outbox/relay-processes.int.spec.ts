import { afterAll, expect, it } from '@jest/globals';
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { MongoClient } from 'mongodb';
import { anEntry, anOutboxServer } from '../fixtures/outbox.fixture.js';
import { serverUri } from '../fixtures/server.fixture.js';
import { until } from '../fixtures/streams.fixture.js';
import { eventOutbox } from './event-outbox.collection.js';

const server = await anOutboxServer();
const client = await new MongoClient(serverUri()).connect();
const children = new Set<ChildProcess>();
afterAll(async () => {
  for (const child of children) child.kill('SIGKILL');
  await client.close();
  await server.end();
});

const PROGRAM = join(import.meta.dirname, '..', 'fixtures', 'relay-process.fixture.ts');
const KEYS = 12;
const EVENTS_OF_A_KEY = 12;
const KILLS = 4;

async function aRelay(owner: string): Promise<ChildProcess> {
  const args = ['--conditions=@caas/source', '--import', 'tsx', PROGRAM, serverUri(), server.databasePrefix, owner];
  const child = spawn(process.execPath, args, { stdio: ['pipe', 'pipe', 'inherit'] });
  children.add(child);
  if (child.stdout !== null) await once(child.stdout, 'data');
  return child;
}

const log = () => client.db(`${server.databasePrefix}_shared`).collection<{ event: string; key: string; n: number; owner: string }>('log');

const lines = () =>
  client.db(`${server.databasePrefix}_shared`).collection<{ _id: string; records: { event: string; n: number }[] }>('lines');

async function writeKey(key: string): Promise<void> {
  for (let n = 1; n <= EVENTS_OF_A_KEY; n += 1) {
    await server.mongo.outbox.add([anEntry(key, n)]);
    await wait(Math.random() * 40);
  }
}

it('publishes every event in the order of its key, whichever relay is killed and however the log fails', async () => {
  const relays = [await aRelay('r-0'), await aRelay('r-1')];
  const writing = Promise.all(Array.from({ length: KEYS }, (_, key) => writeKey(`key-${key}`)));

  for (let kill = 0; kill < KILLS; kill += 1) {
    const seen = await log().countDocuments();
    await until(async () => (await log().countDocuments()) > Math.min(seen + 15, KEYS * EVENTS_OF_A_KEY - 1), 'some progress');
    // The one that publishes, in the middle of it; another takes its place.
    const active = (await log().find().sort({ _id: -1 }).limit(1).next())?.owner;
    const index = Math.max(
      0,
      relays.findIndex(({ spawnargs }) => spawnargs.at(-1) === active),
    );
    relays[index]?.kill('SIGKILL');
    relays[index] = await aRelay(`r-${kill + 2}`);
  }
  await writing;
  const rows = server.mongo.platform(eventOutbox);
  await until(async () => (await rows.count({ published_at: null })) === 0, 'every mark');

  for (let key = 0; key < KEYS; key += 1) {
    const records = (await lines().findOne({ _id: `key-${key}` }))?.records ?? [];
    const firsts = records.filter(({ event }, index) => records.findIndex((other) => other.event === event) === index);
    expect([key, firsts.map(({ n }) => n)]).toEqual([key, Array.from({ length: EVENTS_OF_A_KEY }, (_, n) => n + 1)]);
  }
  const published = await log().find().toArray();
  expect(new Set(published.map(({ owner }) => owner)).size).toBeGreaterThan(1);
  for (const relay of relays) relay.stdin?.write('\n');
  await Promise.all(relays.map((relay) => once(relay, 'exit')));
  const lease = await client
    .db(`${server.databasePrefix}_platform`)
    .collection<{ _id: string }>('_resume_tokens')
    .findOne({ _id: 'outbox-relay' });
  expect(lease).toMatchObject({ owner: null });
});
