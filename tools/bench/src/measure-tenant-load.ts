import { closedLoop, requestBytes } from './support/http-load.js';
import { type Figure } from './support/report.js';
import { Rounds, WARM_UP_ROUNDS } from './support/rounds.js';
import { stubKey } from './support/stub-keys.js';
import { type BenchSystem } from './support/system.js';

const TENANTS = 5_000;
const CONNECTIONS = 64;
const SECONDS = 3;

/** P10: the gateway's way of a request for 5 000 tenants in turn beside the same for one tenant, in one process, with no store behind it. */
export async function measureTenantLoad(system: BenchSystem, { rounds }: { rounds: number }): Promise<Figure[]> {
  const { target, process } = await system.baseline('gateway', { tenants: TENANTS });
  const request = (tenant: number): Buffer => requestBytes('GET', '/v1/hello', { headers: { 'x-api-key': stubKey(tenant) } });
  const requests = { many: Array.from({ length: TENANTS }, (_, tenant) => request(tenant)), one: [request(0)] };
  const results = new Rounds();
  for (let round = 0; round < WARM_UP_ROUNDS + rounds; round++) {
    for (const name of round % 2 === 0 ? (['many', 'one'] as const) : (['one', 'many'] as const)) {
      await results.take(name, {
        round,
        process,
        load: () => closedLoop(target, requests[name], { connections: CONNECTIONS, seconds: SECONDS }),
      });
    }
  }
  const compared = { goal: 'P10', what: '5 000 tenants in turn / one tenant', name: 'many', baseline: 'one', floor: 0.88 };
  return [results.compare({ ...compared, by: 'rate' }), results.compare({ ...compared, by: 'cpu' })];
}
