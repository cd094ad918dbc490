import { afterAll, expect } from '@jest/globals';
import { MongoClient } from 'mongodb';
import { AppError } from '@caas/runtime';
import { newId } from '@caas/schema';
import { lines } from '../fixtures/definitions.fixture.js';
import { aLine } from '../fixtures/documents.fixture.js';
import { aServer, serverUri } from '../fixtures/server.fixture.js';
import { watchCollection } from '../fixtures/streams.fixture.js';
import { aTenant } from '../fixtures/tenants.fixture.js';
import { type OpenChanges, type SourceChange, type SourceQuery } from './change-source.js';
import { DriverChangeSource } from './driver-change-source.js';

const server = await aServer([lines]);
const client = await new MongoClient(serverUri()).connect();
afterAll(async () => {
  await client.close();
  await server.end();
});

const { databasePrefix } = server;
const settings = { batchSize: 10, maxAwaitMs: 100, preImages: false, databasePrefix };
const query = { collections: [lines], operations: ['insert'] } as const;
const repository = server.mongo.forTenant(aTenant()).repository(lines);

async function take(changes: OpenChanges, count: number): Promise<SourceChange[]> {
  const seen: SourceChange[] = [];
  while (seen.length < count) seen.push(...(await changes.next()).changes);
  return seen;
}

const cases = [
  ['changeStreams', 'one collection', watchCollection(client.db(`${databasePrefix}_shared`).collection('lines'))],
  [
    'deploymentChangeStreams',
    'all databases',
    (...[pipeline, options]: Parameters<MongoClient['watch']>) => client.watch(pipeline, options),
  ],
] as const;
for (const [needed, what, open] of cases) {
  server.itNeeds(needed, `reads the changes of ${what} in order, and goes on after a token`, async () => {
    const source = new DriverChangeSource({ ...settings, open: open });
    const thread_id = newId('conv');
    const from = (position: SourceQuery['from']) => source.open({ ...query, from: position });
    const first = await from(undefined);
    for (const seq of [1, 2, 3]) await repository.insert(aLine({ thread_id, seq }));

    const seen = await take(first, 3);
    await first.close();
    const second = await from({ token: seen[1]!.token });
    const [rest] = await take(second, 1);
    await second.close();

    expect(seen.map(({ document }) => document?.['seq'])).toEqual([1, 2, 3]);
    expect(rest).toEqual(seen[2]);
    expect(rest).toMatchObject({ operation: 'insert', database: `${databasePrefix}_shared`, collection: 'lines', id: rest?.document?._id });
    expect(first.position).toEqual({ token: seen[2]?.token, operationTime: seen[2]?.at });
  });
}

server.itLacks('changeStreams', 'fails with an error of ours on a server that cannot be followed', async () => {
  const source = new DriverChangeSource({ ...settings, open: cases[0][2] });

  await expect(source.open({ ...query, from: undefined }).then((changes) => changes.next())).rejects.toBeInstanceOf(AppError);
});
