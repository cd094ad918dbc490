import { setTimeout as delay } from 'node:timers/promises';
import { prepareChat } from './support/chat.js';
import { closedLoop, openLoop } from './support/http-load.js';
import { type Figure } from './support/report.js';
import { percentile } from './support/statistics.js';
import { type BenchSystem } from './support/system.js';

const PER_SECOND = 1_000;
const SECONDS = 8;
const WARM_UP = 8_000;
/** Every n-th message is watched. */
const SAMPLE_EVERY = 50;
const POLL_MS = 4;

/**
 * P7: from 202 to stored at a fixed 1 000 messages a second. A sampled message is asked for by its id, from its 202 until it is there; the
 * figure is at most one poll too high. The load begins once the messages that warmed the processes up are stored; its first second does not count.
 */
export async function measureLatency(system: BenchSystem): Promise<Figure[]> {
  const [gateway] = [await system.gateway(), await system.worker()];
  const chat = await prepareChat(gateway, await system.tenant());
  const watch = async (messageId: string): Promise<number> => {
    const accepted = performance.now();
    for (;;) {
      const response = await chat.get(`/v1/messages/${messageId}`);
      const { status } = response;
      const { sequence } = (await response.json()) as { sequence?: number | null };
      if (status === 200 && typeof sequence === 'number') return performance.now() - accepted; // before, it is known but not stored
      if (status !== 200 && status !== 404) throw new Error(`GET /v1/messages/… answered ${status}`);
      await delay(POLL_MS);
    }
  };
  await closedLoop(gateway.target, chat.sends, { connections: 32, total: WARM_UP });
  await chat.settle();
  const watched: Promise<number>[] = [];
  const load = await openLoop(gateway.target, chat.sends, {
    perSecond: PER_SECOND,
    seconds: SECONDS,
    connections: 128,
    onAnswer: ({ body }, index) => {
      if (index < PER_SECOND || index % SAMPLE_EVERY > 0) return;
      watched.push(watch((JSON.parse(body) as { message_id: string }).message_id));
    },
  });
  const latencies = await Promise.all(watched);
  const measured = `${Math.round(load.answers / load.seconds)}/s, ${latencies.length} samples`;
  return [
    { goal: 'P7', what: '202 to readable, p50', measured, value: percentile(latencies, 0.5), unit: 'ms', floor: 25 },
    { goal: 'P7', what: '202 to readable, p99', measured, value: percentile(latencies, 0.99), unit: 'ms', floor: 100 },
    { what: 'accept to ack meanwhile, p50', measured, value: percentile(load.latenciesMs.slice(PER_SECOND), 0.5), unit: 'ms' },
    { what: 'accept to ack meanwhile, p99', measured, value: percentile(load.latenciesMs.slice(PER_SECOND), 0.99), unit: 'ms' },
  ];
}
