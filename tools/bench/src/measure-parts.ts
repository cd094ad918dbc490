import { PLAN_LIMITS } from '@caas/runtime';
import { closedLoop, requestBytes, warmUp } from './support/http-load.js';
import { scriptCalls } from './support/redis-calls.js';
import { type Figure } from './support/report.js';
import { Rounds, WARM_UP_ROUNDS } from './support/rounds.js';
import { STUB_TENANTS, stubKey } from './support/stub-keys.js';
import { type BenchSystem, type Server } from './support/system.js';

const CONNECTIONS = 64;
const SECONDS = 4;

/**
 * P9 and P12: what rate limits, and what the log and the metrics, add to an authenticated GET with nothing behind it: the same gateway beside itself without
 * them. Limits are leased from the stack's Redis; how often it is asked is counted there.
 */
export async function measureParts(system: BenchSystem, { rounds }: { rounds: number }): Promise<Figure[]> {
  const { requestsPerMinute, burstPerSecond } = PLAN_LIMITS.enterprise;
  const limits = { requestsPerMinute, burstPerSecond }; // leases are parts of them
  const servers = {
    whole: await system.baseline('gateway', { limits }),
    unlimited: await system.baseline('gateway', { limits, without: 'limits' }),
    unobserved: await system.baseline('gateway', { limits, without: 'observability' }),
  };
  const requests = Array.from({ length: STUB_TENANTS }, (_, tenant) =>
    requestBytes('GET', '/v1/hello', { headers: { 'x-api-key': stubKey(tenant) } }),
  );
  const results = new Rounds();
  const asked = { scripts: 0, answers: 0 };
  const round = async (index: number, name: keyof typeof servers, { target, process }: Server): Promise<void> => {
    const before = await scriptCalls(system.stack.redis_url);
    let answers = 0;
    const load = async () => {
      const result = await closedLoop(target, requests, { connections: CONNECTIONS, seconds: SECONDS });
      answers = result.answers;
      return result;
    };
    await results.take(name, { round: index, process, load });
    if (name !== 'whole' || index < WARM_UP_ROUNDS) return;
    asked.scripts += (await scriptCalls(system.stack.redis_url)) - before;
    asked.answers += answers;
  };
  await system.pinned(Object.values(servers), async () => {
    for (const { target } of Object.values(servers)) await warmUp(target, requests, CONNECTIONS);
    for (let index = 0; index < WARM_UP_ROUNDS + rounds; index++) {
      for (const name of ['whole', 'unlimited', 'unobserved'] as const) await round(index, name, servers[name]);
    }
  });
  const [whole, unlimited, unobserved] = (['whole', 'unlimited', 'unobserved'] as const).map((name) => results.cpuMicros(name)) as [
    number,
    number,
    number,
  ];
  const micros = (value: number): string => `${value.toFixed(1)} µs`;
  return [
    {
      goal: 'P9',
      what: 'rate limit, CPU added',
      measured: micros(whole),
      baseline: micros(unlimited),
      value: whole - unlimited,
      unit: 'µs',
      floor: 8,
    },
    {
      goal: 'P9',
      what: 'rate limit, calls of Redis a request',
      measured: `${asked.scripts} in ${asked.answers}`,
      value: asked.scripts / asked.answers,
      unit: 'calls',
      floor: 0.1,
    },
    {
      goal: 'P12',
      what: 'share of log and metrics',
      measured: micros(whole),
      baseline: micros(unobserved),
      value: ((whole - unobserved) / whole) * 100,
      unit: '%',
      floor: 20,
    },
  ];
}
