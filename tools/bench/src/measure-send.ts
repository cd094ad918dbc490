import { prepareChat, MESSAGE } from './support/chat.js';
import { closedLoop, openLoop, requestBytes, warmUp } from './support/http-load.js';
import { type Figure } from './support/report.js';
import { Rounds, WARM_UP_ROUNDS } from './support/rounds.js';
import { percentile } from './support/statistics.js';
import { type BenchSystem } from './support/system.js';

const CONNECTIONS = 64;
const SECONDS = 4;

/**
 * P3 and P8: the whole way of a send up to 202, which is after `acks=all`, beside bare Fastify and beside one `producer.send` a request. The
 * worker does not run, so that it does not compete for the two cores.
 */
export async function measureSend(system: BenchSystem, { rounds }: { rounds: number }): Promise<Figure[]> {
  const [raw, naive, gateway] = [await system.baseline('raw'), await system.baseline('naive'), await system.gateway()];
  const chat = await prepareChat(gateway, await system.tenant());
  const plain = [requestBytes('POST', '/v1/messages', { body: MESSAGE })];
  const results = new Rounds();
  await system.pinned([raw, naive, gateway], async () => {
    await warmUp(gateway.target, chat.sends, CONNECTIONS);
    for (let round = 0; round < WARM_UP_ROUNDS + rounds; round++) {
      const take = async (server: typeof raw, requests: readonly Buffer[]): Promise<void> => {
        const load = () => closedLoop(server.target, requests, { connections: CONNECTIONS, seconds: SECONDS });
        await results.take(server.process.name, { round, process: server.process, load });
      };
      await take(raw, plain);
      await take(gateway, chat.sends);
      await take(naive, plain);
    }
  });
  const half = results.rate('gateway') / 2;
  const load = await openLoop(gateway.target, chat.sends, { perSecond: half, seconds: 5, connections: 256 });
  const [p50, p99] = [percentile(load.latenciesMs, 0.5), percentile(load.latenciesMs, 0.99)];
  const measured = `${Math.round(half)}/s`;
  return [
    results.compare({
      goal: 'P3',
      what: 'send with Kafka ack / raw Fastify POST',
      name: 'gateway',
      baseline: 'raw',
      floor: 0.45,
      by: 'rate',
    }),
    results.compare({ what: 'send with Kafka ack / raw Fastify POST', name: 'gateway', baseline: 'raw', by: 'cpu' }),
    results.compare({ goal: 'P3', what: 'send / one producer.send a request', name: 'gateway', baseline: 'naive', floor: 5, by: 'rate' }),
    {
      what: 'send at 64 connections, p50',
      measured: `${Math.round(results.rate('gateway'))}/s`,
      value: results.latency('gateway', 0.5),
      unit: 'ms',
    },
    {
      what: 'send at 64 connections, p99',
      measured: `${Math.round(results.rate('gateway'))}/s`,
      value: results.latency('gateway', 0.99),
      unit: 'ms',
    },
    { goal: 'P8', what: 'accept to ack at half of peak, p50', measured, value: p50, unit: 'ms', floor: 5 },
    { goal: 'P8', what: 'accept to ack at half of peak, p99', measured, value: p99, unit: 'ms', floor: 40 },
  ];
}
