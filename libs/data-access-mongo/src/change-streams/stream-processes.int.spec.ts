import { afterAll, expect, it } from '@jest/globals';
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { MongoClient } from 'mongodb';
import { newId } from '@caas/schema';
import { lines } from '../fixtures/definitions.fixture.js';
import { aLine } from '../fixtures/documents.fixture.js';
import { aServer, serverUri } from '../fixtures/server.fixture.js';
import { until } from '../fixtures/streams.fixture.js';
import { aTenant } from '../fixtures/tenants.fixture.js';
import { resumeTokens } from './stream-collections.js';

const server = await aServer([lines, resumeTokens]);
const client = await new MongoClient(serverUri()).connect();
const children = new Set<ChildProcess>();
afterAll(async () => {
  for (const child of children) child.kill('SIGKILL');
  await client.close();
  await server.end();
});

const PROGRAM = join(import.meta.dirname, '..', 'fixtures', 'stream-process.fixture.ts');
const COUNT = 60;

class Follower {
  readonly child: ChildProcess;
  readonly said: { event: string; state?: string; seq?: number }[] = [];

  constructor(owner: string) {
    const args = ['--conditions=@caas/source', '--import', 'tsx', PROGRAM, serverUri(), server.databasePrefix, owner];
    this.child = spawn(process.execPath, args, { stdio: ['pipe', 'pipe', 'inherit'] });
    children.add(this.child);
    if (this.child.stdout === null) throw new Error('The process has no output.');
    createInterface({ input: this.child.stdout }).on('line', (line) => this.said.push(JSON.parse(line) as Follower['said'][number]));
  }

  async started(): Promise<string | undefined> {
    await until(() => this.said.length > 0, 'the start of a follower');
    return this.said[0]?.state;
  }
}

const effects = () =>
  client.db(`${server.databasePrefix}_shared`).collection<{ event: string; seq: number; owner: string; fence: number }>('effects');

it('loses nothing when the owner is killed: another process goes on after what was saved', async () => {
  const first = new Follower('first');
  expect(await first.started()).toBe('running');
  const second = new Follower('second');
  expect(await second.started()).toBe('standby');
  const repository = server.mongo.forTenant(aTenant()).repository(lines);
  const thread_id = newId('conv');
  const writing = (async () => {
    for (let seq = 1; seq <= COUNT; seq += 1) await repository.insert(aLine({ thread_id, seq }));
  })();

  await until(() => first.said.some(({ seq }) => seq === 15), 'fifteen changes');
  first.child.kill('SIGKILL');
  await once(first.child, 'exit');
  await writing;

  await until(async () => (await effects().distinct('seq')).length === COUNT, 'every change');
  const rows = await effects().find().sort({ _id: 1 }).toArray();
  const ofSecond = rows.filter(({ owner }) => owner === 'second');
  expect(new Set(rows.map(({ seq }) => seq))).toEqual(new Set(Array.from({ length: COUNT }, (_, index) => index + 1)));
  // Doubles have the same id, and each owner kept the order.
  expect(new Set(rows.map(({ event }) => event)).size).toBe(COUNT);
  expect(ofSecond.map(({ seq }) => seq)).toEqual(ofSecond.map((_, index) => COUNT - ofSecond.length + 1 + index));
  expect(new Set(rows.map(({ owner, fence }) => `${owner} ${fence}`))).toEqual(new Set(['first 1', 'second 2']));
  second.child.stdin?.write('\n');
  await once(second.child, 'exit');
  const row = await client.db(`${server.databasePrefix}_platform`).collection<{ _id: string }>('_resume_tokens').findOne({ _id: 'killed' });
  expect(row).toMatchObject({ owner: null, fence: 2 });
});
