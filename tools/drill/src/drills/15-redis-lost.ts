import { connect } from 'node:net';
import { once } from 'node:events';
import { setTimeout as pause } from 'node:timers/promises';
import { serverAddress } from '@caas/testing/network';
import { type Drill } from '../drill.js';
import { type Load } from '../load/load.js';
import { type App } from '../system/app.js';

const PHASE_MS = 6_000;
const CALM_MS = 2_000;
const SLOWER_MS_MAX = 50;
const FAILURES = /^(?:(?:caas_ratelimit_leases|caas_quota_reports)_total\{[^}]*"failed"|caas_quota_fallbacks_total|cache_bypasses_total)/;

export const redisLost: Drill = {
  number: 15,
  name: 'redis-lost',
  fault: 'Redis is silent for 6 s, then refuses for 6 s, then has lost everything (FLUSHALL)',
  holds: 'sends go on: limits and caches do without it, the median send is at most 50 ms slower, a metric tells',
  setup: { gatewayLinks: ['redis'], workerLinks: ['redis'] },
  mayLoseCounts: true,
  async run(field) {
    const load = field.load();
    await load.untilTaken(150);
    /** The slowest calm of the run: what the machine does by itself. */
    let calm = 0;
    const links = field.apps.flatMap((app) => app.links?.to('redis') ?? []);
    const phase = async (what: string, break_: () => unknown, mend: () => unknown): Promise<void> => {
      calm = Math.max(calm, await calmMedian(load));
      const from = load.outcomes.length;
      await break_();
      await pause(PHASE_MS);
      await mend();
      const slow = median(load, from);
      calm = Math.max(calm, await calmMedian(load));
      field.claim(`sends go on while Redis ${what}`, load.outcomes.length - from > 50, `${load.outcomes.length - from} in ${PHASE_MS} ms`);
      field.claim(
        `the median send is at most ${SLOWER_MS_MAX} ms slower while Redis ${what}`,
        slow - calm <= SLOWER_MS_MAX,
        `${slow} ms, ${calm} ms without`,
      );
    };
    const each = (act: (link: (typeof links)[number]) => unknown) => () => Promise.all(links.map(act));
    await phase(
      'is silent',
      each((link) => link.hold()),
      each((link) => link.release()),
    );
    await phase(
      'refuses',
      each((link) => link.cut()),
      each((link) => link.restore()),
    );
    await phase(
      'is empty',
      () => flush(field.system.stack.redis_url),
      () => undefined,
    );
    await load.untilTaken(50);
    await load.stop();

    field.claim('nobody is refused', Object.keys(load.refusals).length === 0, JSON.stringify(load.refusals));
    const signs = (await Promise.all(field.apps.map(failureSigns))).flat();
    field.claim('a metric tells that Redis was of no help', signs.length > 0, signs[0] ?? 'none');
  },
};

/** The median of a while without a fault. Taken before and after each one, because a machine does other things, too. */
async function calmMedian(load: Load): Promise<number> {
  const from = load.outcomes.length;
  await pause(CALM_MS);
  return median(load, from);
}

/** Median of the milliseconds of a load's answers from one on. */
function median(load: Load, from: number): number {
  const sorted = load.outcomes
    .slice(from)
    .map(({ elapsedMs }) => elapsedMs)
    .sort((left, right) => left - right);
  return sorted[Math.floor(sorted.length / 2)] ?? 0;
}

/** Empties Redis, by an inline command of its own protocol. */
async function flush(url: string): Promise<void> {
  const socket = connect(serverAddress(url));
  socket.write('FLUSHALL\r\n');
  await once(socket, 'data');
  socket.destroy();
}

/** Lines of a process's metrics that count what Redis failed to do. */
async function failureSigns({ metricsUrl }: App): Promise<string[]> {
  const text = await (await fetch(`${metricsUrl}/metrics`)).text();
  return text.split('\n').filter((line) => FAILURES.test(line) && Number(line.split(' ').at(-1)) > 0);
}
