import { setTimeout as delay } from 'node:timers/promises';
import { MongoClient } from 'mongodb';
import { type Chat, prepareChat } from './support/chat.js';
import { closedLoop, openLoop } from './support/http-load.js';
import { type Figure } from './support/report.js';
import { percentile } from './support/statistics.js';
import { storedMessages } from './support/stored-messages.js';
import { type BenchSystem, type Server } from './support/system.js';

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
  const store = await MongoClient.connect(system.stack.mongodb_uri);
  try {
    return await measure(gateway, chat, store);
  } finally {
    await store.close();
  }
}

/** The store is asked itself, by `_id` alone: what is polled here must not load the gateway, which answers a message before it is stored. */
async function measure({ target }: Server, chat: Chat, store: MongoClient): Promise<Figure[]> {
  await closedLoop(target, chat.sends, { connections: 32, total: WARM_UP });
  await chat.settle();
  const stored = await storedMessages<{ _id: string }>(store);
  const watch = async (messageId: string): Promise<number> => {
    const accepted = performance.now();
    while ((await stored.findOne({ _id: messageId }, { projection: { _id: 1 } })) === null) await delay(POLL_MS);
    return performance.now() - accepted;
  };
  const watched: Promise<number>[] = [];
  const load = await openLoop(target, chat.sends, {
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
