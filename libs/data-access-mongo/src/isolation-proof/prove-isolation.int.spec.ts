import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { ISOLATION_MODELS } from '@caas/runtime';
import { aServer, withDriver } from '../fixtures/server.fixture.js';
import { LifecycleRepository, ReadRepository, Repository } from '../index.js';
import { closeArena, openArena } from './arena.js';
import { ATTACKS, type IsolationReport, proveIsolation } from './index.js';
import { proofCollections } from './proof-collections.js';

const server = await aServer([]);
afterAll(() => server.end());

/** What is in the databases of this run, with the rows of each collection. */
async function inventory(): Promise<Map<string, number>> {
  return withDriver(async (client) => {
    const { databases } = await client.db('admin').admin().listDatabases({ nameOnly: true });
    const found = new Map<string, number>();
    for (const { name } of databases.filter(({ name }) => name.startsWith(server.databasePrefix))) {
      for (const { name: collection } of await client.db(name).listCollections().toArray()) {
        found.set(`${name}.${collection}`, await client.db(name).collection(collection).countDocuments());
      }
    }
    return found;
  });
}

describe('the attacks', () => {
  it('go through every method of every repository', () => {
    const methods = [ReadRepository, Repository, LifecycleRepository]
      .flatMap(({ prototype }) => Object.getOwnPropertyNames(prototype))
      .filter((name) => name !== 'constructor');
    const attacked = new Set(ATTACKS.map(({ method }) => method));

    expect(methods.filter((name) => !attacked.has(name as never))).toEqual([]);
  });

  it('have names of their own', () => {
    expect(new Set(ATTACKS.map(({ id }) => id)).size).toBe(ATTACKS.length);
  });
});

it('finds a wall with a hole', async () => {
  const collections = proofCollections('hole');
  const arena = await openArena(server.mongo, collections, 'shared');
  try {
    // As if the layer took the one tenant for the other.
    const mixedUp = { ...arena, me: arena.them };
    const found = new Set<string>();
    for (const attack of ATTACKS.filter(({ kind, needs }) => kind !== 'context' && needs === undefined)) {
      const outcomes = await attack.run(mixedUp, { runs: 20, seed: 1 });
      if (outcomes.some(({ outcome }) => outcome === 'breached')) found.add(attack.method ?? attack.id);
    }

    expect([...found]).toEqual(
      expect.arrayContaining([
        ...['find', 'get', 'findOne', 'findMany', 'exists', 'distinct', 'findExisting', 'page', 'pageByOffset', 'aggregate'],
        ...['insertMany', 'updateMany', 'findOneAndUpdate', 'upsert', 'softDeleteMany', 'delete', 'incrementMany', 'bulkUpdate', 'purge'],
      ]),
    );
  } finally {
    await closeArena(arena);
  }
}, 120_000);

describe('proveIsolation', () => {
  let report: IsolationReport;
  beforeAll(async () => {
    report = await proveIsolation(server.mongo, { runs: 25 });
  }, 300_000);

  it.each(ISOLATION_MODELS)('meets nothing of the other tenant under the %s strategy', (model) => {
    const { attacks } = report.strategies.find((strategy) => strategy.model === model)!;
    const lost = attacks.filter(({ outcome }) => outcome === 'breached' || outcome === 'failed');

    expect({ seed: report.seed, lost }).toEqual({ seed: report.seed, lost: [] });
  });

  it('skips only what the server cannot do, and says so', () => {
    const skipped = report.strategies.flatMap(({ attacks }) => attacks).filter(({ outcome }) => outcome === 'skipped');
    const lacking = new Set(server.mongo.capabilities.missing().map((capability) => `server lacks ${capability}`));

    // Stages that a stand-in does not know are no capability of their own; they show as refused by the server.
    for (const { reasons, kind } of skipped)
      if (kind !== 'pipeline' || reasons[0]?.startsWith('server lacks')) expect(lacking).toContain(reasons[0]);
    expect(report.counts).toMatchObject({ attacks: ATTACKS.length * 3, skipped: skipped.length, breached: 0, failed: 0 });
    expect(report.proven).toBe(true);
  });

  it('leaves nothing behind', async () => {
    expect(await inventory()).toEqual(new Map());
  });
});
