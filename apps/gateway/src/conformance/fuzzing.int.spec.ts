import { randomInt } from 'node:crypto';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { Callers } from './callers.fixture.js';
import { type FuzzRequest, fuzzRequests } from './fuzz-requests.fixture.js';
import { answersInLanes } from './answers-in-lanes.fixture.js';
import { LiveGateway } from './live-gateway.fixture.js';
import { LiveTenant } from './live-tenant.fixture.js';
import { PromisedAnswers } from './promised-answers.fixture.js';

/** `CAAS_FUZZ_REQUESTS=10000` makes a long run, `CAAS_FUZZ_SEED` repeats one. */
const USUAL_REQUESTS = 2_000;
const REQUESTS = Number(process.env['CAAS_FUZZ_REQUESTS'] ?? USUAL_REQUESTS);
const SEED = Number(process.env['CAAS_FUZZ_SEED'] ?? randomInt(1e9));
/** Rare states answer with codes of their own: that each is documented is asked of long runs, which a person looks at. */
const IS_LONG = REQUESTS > USUAL_REQUESTS;
/** Requests between two looks at the heap. */
const BATCH = 100;
/** What caches may still take in after the first half of the requests. */
const HEAP_GROWTH_MAX = 1.15;
const EXAMPLE_LENGTH = 600;
const TIMEOUT_MS = 600_000;

setFlagsFromString('--expose-gc');
const collectGarbage = runInNewContext('gc') as () => void;

describe('requests made up from the shapes of the routes', () => {
  let gateway: LiveGateway;
  let tenant: LiveTenant;
  let callers: Callers;
  const rejections: unknown[] = [];
  const onRejection = (reason: unknown): void => void rejections.push(reason);
  beforeAll(async () => {
    process.on('unhandledRejection', onRejection);
    gateway = await LiveGateway.open();
    tenant = await LiveTenant.make(gateway.services, { seed: randomInt(1e9) });
    callers = await Callers.of(gateway.services, tenant);
  }, 120_000);
  afterAll(async () => {
    await tenant?.remove();
    await gateway?.close();
    process.off('unhandledRejection', onRejection);
  });

  it(
    `are answered as promised, none with 5xx, and leave nothing behind (${REQUESTS} of them, seed ${SEED})`,
    async () => {
      const promised = new PromisedAnswers(gateway.document);
      const requests = fuzzRequests(gateway.routes, { callers, tenant });
      /** What was wrong, each once with the first request that it was wrong with. */
      const faults = new Map<string, string>();
      const statuses = new Map<number, number>();
      const heaps: number[] = [];
      const ask = async ({ route, request }: FuzzRequest): Promise<void> => {
        const answer = await gateway.call(request);
        statuses.set(answer.status, (statuses.get(answer.status) ?? 0) + 1);
        const failed = answer.status >= 500 ? [`answered ${answer.status}`] : [];
        for (const fault of [...failed, ...promised.faultsOf(route, request, answer)]) {
          if (!IS_LONG && fault.includes('is not documented')) continue;
          const name = `${route.method} ${route.path}: ${fault}`;
          if (!faults.has(name))
            faults.set(name, `${request.path} ${JSON.stringify(request.body)} ${answer.text}`.slice(0, EXAMPLE_LENGTH));
        }
      };

      for (let batch = 0; batch * BATCH < REQUESTS; batch++) {
        await answersInLanes(fc.sample(requests, { numRuns: BATCH, seed: SEED + batch }), ask);
        collectGarbage();
        heaps.push(process.memoryUsage().heapUsed);
      }

      expect(Object.fromEntries(faults)).toEqual({});
      expect(rejections).toEqual([]);
      expect([...statuses.keys()]).toEqual(expect.arrayContaining([200, 201, 204, 400, 403, 404]));
      expect((heaps.at(-1) ?? 0) / (heaps[Math.floor(heaps.length / 2)] ?? 0)).toBeLessThan(HEAP_GROWTH_MAX);
    },
    TIMEOUT_MS,
  );
});
