import { MESSAGE, prepareChat } from './support/chat.js';
import { closedLoop, openLoop, requestBytes, warmUp } from './support/http-load.js';
import { type Figure } from './support/report.js';
import { percentile } from './support/statistics.js';
import { STUB_TENANTS, stubKey } from './support/stub-keys.js';
import { type BenchSystem } from './support/system.js';

const CONNECTIONS = 64;
const SECONDS = 8;
/** Enough that requests which wait do not hold back the ones that are due. */
const OVERLOAD_CONNECTIONS = 2_000;
/** The plan's figures of a noisy tenant, and by how much it oversteps them. */
const NOISY = { requestsPerMinute: 10_000, burstPerSecond: 500, times: 10 };
const QUIET_PER_SECOND = 500;

/** P15: sends at twice the rate at which they are answered at most. P16: requests of tenants while another one sends ten times what it may. */
export async function measureOverload(system: BenchSystem): Promise<Figure[]> {
  return [...(await overload(system)), ...(await noisyNeighbour(system))];
}

async function overload(system: BenchSystem): Promise<Figure[]> {
  const gateway = await system.gateway();
  const { sends } = await prepareChat(gateway, await system.tenant());
  await warmUp(gateway.target, sends, CONNECTIONS);
  const peak = await closedLoop(gateway.target, sends, { connections: CONNECTIONS, seconds: SECONDS });
  const peakRate = peak.answers / peak.seconds;
  const doubled = await openLoop(gateway.target, sends, {
    ...{ perSecond: peakRate * 2, seconds: SECONDS, connections: OVERLOAD_CONNECTIONS },
    mayRefuse: true,
  });
  await gateway.process.end();
  const goodput = doubled.answers / doubled.seconds;
  const [p99, p99AtPeak] = [percentile(doubled.latenciesMs, 0.99), percentile(peak.latenciesMs, 0.99)];
  const figures = { measured: `${goodput.toFixed(0)}/s, ${doubled.refused} refused`, baseline: `${peakRate.toFixed(0)}/s` };
  return [
    { goal: 'P15', what: 'goodput at twice the peak / peak', ...figures, value: goodput / peakRate, unit: 'ratio', floor: 0.85 },
    {
      goal: 'P15',
      what: 'p99 of the admitted / p99 at the peak',
      ...{ measured: `${p99.toFixed(1)} ms`, baseline: `${p99AtPeak.toFixed(1)} ms`, value: p99 / p99AtPeak, unit: 'times', floor: 3 },
    },
  ];
}

/** With no store behind it, so that what they share is the gateway alone. */
async function noisyNeighbour(system: BenchSystem): Promise<Figure[]> {
  const { target, process } = await system.baseline('gateway', { firstTenant: NOISY });
  const requestOf = (tenant: number): Buffer =>
    requestBytes('POST', '/v1/messages', { headers: { 'x-api-key': stubKey(tenant) }, body: MESSAGE });
  const quiet = Array.from({ length: STUB_TENANTS - 1 }, (_, index) => requestOf(index + 1));
  await warmUp(target, quiet, CONNECTIONS);
  const load = { seconds: SECONDS, connections: 256, mayRefuse: true };
  const send = () => openLoop(target, quiet, { ...load, perSecond: QUIET_PER_SECOND });
  const alone = await send();
  const noise = openLoop(target, [requestOf(0)], { ...load, perSecond: (NOISY.requestsPerMinute / 60) * NOISY.times });
  const beside = await send();
  const { refused, answers } = await noise;
  await process.end();
  const [p99, p99Alone] = [percentile(beside.latenciesMs, 0.99), percentile(alone.latenciesMs, 0.99)];
  return [
    {
      goal: 'P16',
      what: `p99 beside a tenant that sends ${NOISY.times} times its limit / alone`,
      measured: `${p99.toFixed(1)} ms, ${answers} of ${answers + refused} of the other let in`,
      baseline: `${p99Alone.toFixed(1)} ms`,
      ...{ value: p99 / p99Alone, unit: 'times', floor: 2 },
    },
  ];
}
