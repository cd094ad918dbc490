import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type IdempotencyClaim, type IdempotentRequest, type RecordedAnswer } from '@caas/runtime';
import { newId } from '@caas/schema';
import { aTenant, IdentityBench } from '../fixtures/identity.fixture.js';
import { idempotencyKeys, STORED_BODY_MAX } from './idempotency-keys.collection.js';
import { MongoIdempotencyStore } from './mongo-idempotency-store.js';

let bench: IdentityBench;
let now: number;
/** Two processes that share the database. */
let stores: readonly [MongoIdempotencyStore, MongoIdempotencyStore];

beforeAll(async () => {
  bench = await IdentityBench.open();
  now = Date.now();
  const store = () => new MongoIdempotencyStore({ mongo: bench.mongo, clock: { now: () => now }, ttlSeconds: 3_600 });
  stores = [store(), store()];
}, 120_000);
afterAll(() => bench.close());

const answer: RecordedAnswer = { status: 201, headers: { location: '/v1/notes/1' }, body: '{"a":1}' };

function aRequest(changes: Partial<IdempotentRequest> = {}): IdempotentRequest {
  return { scope: newId('msg'), tenantId: aTenant().tenantId, bodyHash: 'a'.repeat(64), lockMs: 60_000, ...changes };
}

/** The claim of a scope that is free. */
async function claimed(request: IdempotentRequest, process = 0): Promise<Extract<IdempotencyClaim, { outcome: 'claimed' }>> {
  const claim = await stores[process]?.claim(request);
  if (claim?.outcome !== 'claimed') throw new Error(`was ${claim?.outcome ?? 'nothing'}`);
  return claim;
}

describe('idempotency keys in MongoDB', () => {
  it('are claimed by exactly one of many at once, and replayed by the others', async () => {
    const request = aRequest();

    const claims = await Promise.all(Array.from({ length: 10 }, (_, index) => stores[index % 2 === 0 ? 0 : 1].claim(request)));
    const winners = claims.filter((claim) => claim.outcome === 'claimed');
    await winners[0]?.complete(answer);

    expect(winners).toHaveLength(1);
    expect(claims.filter(({ outcome }) => outcome === 'in_progress')).toHaveLength(9);
    expect(await stores[1].claim(request)).toEqual({ outcome: 'replay', answer });
  });

  it('cost one write before the request and one after it', async () => {
    const before = await bench.operationsOn(idempotencyKeys.name);

    await (await claimed(aRequest())).complete(answer);

    expect((await bench.operationsOn(idempotencyKeys.name)) - before).toBe(2);
  });

  it('are refused for another body, finished or not', async () => {
    const request = aRequest();
    const claim = await claimed(request);
    const other = { ...request, bodyHash: 'b'.repeat(64) };

    const during = await stores[1].claim(other);
    await claim.complete(answer);

    expect([during, await stores[1].claim(other)]).toEqual([{ outcome: 'reused' }, { outcome: 'reused' }]);
  });

  it('are free again when they were released', async () => {
    const request = aRequest();
    await (await claimed(request)).release();

    expect((await stores[1].claim(request)).outcome).toBe('claimed');
  });

  it('pass to one other process when their lock is over, and what the first one still writes is lost', async () => {
    const request = aRequest({ lockMs: 1_000 });
    const dead = await claimed(request);
    now += 1_001;

    const claims = await Promise.all([stores[0].claim(request), stores[1].claim(request)]);
    await dead.complete({ ...answer, status: 200 });
    await dead.release();
    const [successor] = claims.filter((claim) => claim.outcome === 'claimed');
    await successor?.complete(answer);

    expect(claims.map(({ outcome }) => outcome).sort()).toEqual(['claimed', 'in_progress']);
    expect(await stores[0].claim(request)).toEqual({ outcome: 'replay', answer });
  });

  it('are forgotten after their time, before the server removes them', async () => {
    const request = aRequest();
    await (await claimed(request)).complete(answer);
    now += 3_600_001;

    expect((await stores[0].claim(request)).outcome).toBe('claimed');
  });

  it('keep an answer that is too long without its body, and requests of nobody', async () => {
    const request = aRequest({ tenantId: null });
    await (await claimed(request)).complete({ ...answer, body: 'x'.repeat(STORED_BODY_MAX + 1) });

    expect(await stores[1].claim(request)).toEqual({ outcome: 'replay', answer: { ...answer, body: null } });
  });
});
