import { afterAll, expect } from '@jest/globals';
import { type Change, type DocumentOf, type TenantRepository } from '../index.js';
import { lines } from '../fixtures/definitions.fixture.js';
import { aLine } from '../fixtures/documents.fixture.js';
import { aServer } from '../fixtures/server.fixture.js';
import { aTenant } from '../fixtures/tenants.fixture.js';

const server = await aServer([lines]);
afterAll(() => server.end());

type Line = DocumentOf<typeof lines>;
type Lines = TenantRepository<typeof lines>;
const start = () => [aTenant(), aTenant()].map((tenant) => server.mongo.forTenant(tenant).repository(lines)) as [Lines, Lines];

/** Follows until `count` changes were seen; `work` runs when every change from then on will be. */
async function changes(
  repository: Lines,
  { count, work, ...options }: { count: number; work: () => Promise<unknown>; resumeAfter?: unknown },
) {
  const seen: Change<Line>[] = [];
  const end = new AbortController();
  let working: Promise<unknown> | undefined;
  await repository.watch(
    (change) => {
      seen.push(change);
      if (seen.length === count) end.abort();
    },
    {
      ...options,
      operations: ['insert'],
      signal: AbortSignal.any([end.signal, AbortSignal.timeout(20_000)]),
      onOpen: () => void (working = work()),
    },
  );
  await working;
  return seen;
}

server.itNeeds('changeStreams', 'hands out the tenant’s changes in their order, and nobody else’s', async () => {
  const [mine, theirs] = start();

  const seen = await changes(mine, {
    count: 2,
    work: async () => {
      for (const seq of [1, 2]) for (const repository of [theirs, mine]) await repository.insert(aLine({ seq }));
    },
  });

  expect(seen.map(({ operation, document }) => [operation, document?.seq])).toEqual([
    ['insert', 1],
    ['insert', 2],
  ]);
  expect(seen[0]?.document).toEqual(await mine.get(seen[0]!.id));
});

server.itNeeds('changeStreams', 'goes on after the last change that was handled', async () => {
  const [mine] = start();
  const [first] = await changes(mine, { count: 1, work: () => mine.insert(aLine({ seq: 1 })) });
  await mine.insert(aLine({ seq: 2 }));

  const rest = await changes(mine, { count: 1, resumeAfter: first?.resumeToken, work: async () => undefined });

  expect(rest.map(({ document }) => document?.seq)).toEqual([2]);
});

server.itNeeds('changeStreams', 'ends with the error of its handler', async () => {
  const [mine] = start();
  let working: Promise<unknown> | undefined;

  const watching = mine.watch(() => Promise.reject(new Error('handler')), {
    signal: AbortSignal.timeout(20_000),
    onOpen: () => void (working = mine.insert(aLine())),
  });

  await expect(watching).rejects.toThrow('handler');
  await working;
});

server.itLacks('changeStreams', 'says that the server cannot', async () => {
  const [mine] = start();

  await expect(mine.watch(() => undefined, { signal: AbortSignal.timeout(1) })).rejects.toMatchObject({ code: 'SYS_NOT_IMPLEMENTED' });
});
