import { closedLoop, requestBytes, warmUp } from './support/http-load.js';
import { MESSAGE } from './support/chat.js';
import { type Figure } from './support/report.js';
import { Rounds, WARM_UP_ROUNDS } from './support/rounds.js';
import { STUB_TENANTS, stubKey } from './support/stub-keys.js';
import { type BenchSystem } from './support/system.js';

const CONNECTIONS = 64;
const SECONDS = 4;

/** P1 and P2: what the gateway's way of a request costs beside bare Fastify, with nothing behind either. */
export async function measureGateway(system: BenchSystem, { rounds }: { rounds: number }): Promise<Figure[]> {
  const [raw, gateway] = [await system.baseline('raw'), await system.baseline('gateway')];
  const keys = Array.from({ length: STUB_TENANTS }, (_, tenant) => stubKey(tenant));
  const requests = {
    GET: keys.map((key) => requestBytes('GET', '/v1/hello', { headers: { 'x-api-key': key } })),
    POST: keys.map((key) => requestBytes('POST', '/v1/messages', { headers: { 'x-api-key': key }, body: MESSAGE })),
  };
  const results = new Rounds();
  await system.pinned([raw, gateway], async () => {
    for (const method of ['GET', 'POST'] as const) await warmUp(gateway.target, requests[method], CONNECTIONS);
    for (let round = 0; round < WARM_UP_ROUNDS + rounds; round++) {
      for (const method of ['GET', 'POST'] as const) {
        for (const server of [raw, gateway]) {
          const load = () => closedLoop(server.target, requests[method], { connections: CONNECTIONS, seconds: SECONDS });
          await results.take(`${method} ${server.process.name}`, { round, process: server.process, load });
        }
      }
    }
  });
  return [
    results.compare({
      goal: 'P1',
      what: 'authenticated GET / raw Fastify',
      name: 'GET gateway',
      baseline: 'GET raw',
      floor: 0.55,
      by: 'cpu',
    }),
    results.compare({
      goal: 'P2',
      what: 'POST validated / raw Fastify',
      name: 'POST gateway',
      baseline: 'POST raw',
      floor: 0.7,
      by: 'cpu',
    }),
  ];
}
