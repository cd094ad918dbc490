import { setTimeout as delay } from 'node:timers/promises';
import { type Document, MongoClient } from 'mongodb';
import { prepareChat } from './support/chat.js';
import { closedLoop } from './support/http-load.js';
import { type Figure } from './support/report.js';
import { Rounds } from './support/rounds.js';
import { storedMessages } from './support/stored-messages.js';
import { type BenchSystem, type Server } from './support/system.js';

const MESSAGES = 48_000;
/** A process that has just started is not what is to be measured. */
const WARM_UP = 16_000;
const BATCH = 500;
/** Every look renders all of the worker's metrics, which is work of its own. */
const LOOK_EVERY_MS = 100;
const STORED = /^caas_pipeline_runs_total\{[^}]*pipeline="message"[^}]*result="ok"[^}]*\} (\d+)/m;

/**
 * P5 and P6: messages that a worker which does nothing else stores per second, from a topic filled before, beside `insertMany` of the same documents into the same
 * server under the same indexes, 500 at a time and unordered.
 */
export async function measureWorker(system: BenchSystem, { rounds }: { rounds: number }): Promise<Figure[]> {
  const gateway = await system.gateway();
  const chat = await prepareChat(gateway, await system.tenant());
  const client = await MongoClient.connect(system.stack.mongodb_uri);
  const results = new Rounds();
  try {
    for (let round = 0; round < rounds; round++) {
      await closedLoop(gateway.target, chat.sends, { connections: 64, total: MESSAGES });
      const worker = await system.worker({ groups: 'message-processor' });
      results.add('worker', await untilStored(worker));
      await worker.process.end();
      results.add('insertMany', await rawInserts(client));
    }
  } finally {
    await client.close();
  }
  const compared = results.compare({
    goal: 'P5',
    what: 'stored by the worker / insertMany(500)',
    name: 'worker',
    baseline: 'insertMany',
    floor: 0.65,
    by: 'rate',
  });
  const cpu = results.cpuMicros('worker');
  return [compared, { goal: 'P6', what: "worker's CPU a message", measured: `${rounds} × ${MESSAGES}`, value: cpu, unit: 'µs', floor: 25 }];
}

type Sample = Parameters<Rounds['add']>[1];

/** From when the warm-up is stored to when everything is. */
async function untilStored({ process, metricsUrl }: Server): Promise<Sample> {
  const stored = async (): Promise<number> => Number(STORED.exec(await (await fetch(metricsUrl)).text())?.[1] ?? 0);
  let first = 0;
  while ((first = await stored()) < WARM_UP) await delay(LOOK_EVERY_MS);
  const [started, cpu] = [performance.now(), process.cpuMicros()];
  let last = first;
  while (last < MESSAGES) {
    await delay(LOOK_EVERY_MS);
    last = await stored();
  }
  const messages = last - first;
  return { rate: (messages * 1_000) / (performance.now() - started), cpuMicros: (process.cpuMicros() - cpu) / messages, latenciesMs: [] };
}

/** Copies the messages that the worker stored into a collection with the same indexes, then drops both copies' documents. */
async function rawInserts(client: MongoClient): Promise<Sample> {
  const source = await storedMessages(client);
  const documents = await source.find().limit(MESSAGES).toArray();
  const copy = client.db('bench').collection<Document>('messages');
  const indexes = (await source.indexes()).filter(({ name }) => name !== '_id_');
  for (const { key, unique } of indexes) await copy.createIndex(key, unique === true ? { unique } : {});
  await source.deleteMany({});
  const [started, cpu] = [performance.now(), process.cpuUsage()];
  for (let from = 0; from < documents.length; from += BATCH) await copy.insertMany(documents.slice(from, from + BATCH), { ordered: false });
  const seconds = (performance.now() - started) / 1_000;
  const { user, system } = process.cpuUsage(cpu);
  await copy.drop();
  return { rate: documents.length / seconds, cpuMicros: (user + system) / documents.length, latenciesMs: [] };
}
