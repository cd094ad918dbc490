import { setTimeout as pause } from 'node:timers/promises';
import { isRunning, type StackProcess } from '@caas/testing/stack';
import { ServerError } from '../errors.js';
import { logTail } from '../processes/log-tail.js';
import { spawnServer, type SpawnedServer } from '../processes/spawn-server.js';
import { stopProcess } from '../processes/stop-process.js';
import { waitUntilReady } from '../processes/wait-until-ready.js';
import { forgetProcess, processRecords, type ProcessRecord } from '../state/process-records.js';
import type { Server, ServerContext } from './server.js';

const READY_WITHIN_MS = 120_000;
/** In which the rest of a server with several processes answers again after it lost one. */
const RECOVERS_WITHIN_MS = 30_000;
const PAUSE_MS = 250;

/** Options of {@link startServer}. */
export interface StartOptions extends Omit<ServerContext, 'runningKind'> {
  /** Told about each process right after its spawn, so that a failure elsewhere can stop it. */
  readonly onSpawn: (record: ProcessRecord) => void;
}

/** Makes one server answer: checks an external one, reuses one that runs and answers, starts it otherwise. Answers its processes. */
export async function startServer(server: Server, options: StartOptions): Promise<StackProcess[]> {
  const { folder, listener } = options;
  const started = performance.now();
  const ready = (how: 'started' | 'reused' | 'external'): void =>
    listener({ type: 'ready', server: server.name, how, ms: performance.now() - started });
  if (server.kind === 'external') {
    await server.ping().catch((cause: unknown) => {
      throw new ServerError(server.name, `${server.choice}, does not answer: ${messageOf(cause)}`, { cause });
    });
    ready('external');
    return [];
  }
  const running = processRecords(folder.processes).filter((record) => record.server === server.name);
  const kept = await answering(server, running);
  if (kept.length === server.processes.length) {
    ready('reused');
    return kept.map(publicPart);
  }
  for (const record of running) {
    if (kept.includes(record)) continue;
    await stopProcess(record);
    forgetProcess(folder.processes, record.name);
  }
  await server.prepare();
  const missing = server.processes.filter((process) => !kept.some(({ name }) => name === process));
  const spawned = await Promise.all(missing.map((name) => launch(server, name, options)));
  await server.configure().catch((cause: unknown) => {
    const log = spawned[0]?.record.log ?? '';
    throw new ServerError(server.name, `runs but cannot be set up: ${messageOf(cause)}`, { logFile: log, logTail: logTail(log), cause });
  });
  ready('started');
  return [...kept, ...spawned.map(({ record }) => record)].map(publicPart).sort((one, other) => one.name.localeCompare(other.name));
}

async function launch(server: Server, name: string, options: StartOptions): Promise<SpawnedServer> {
  const { folder, signal, settings, onSpawn } = options;
  signal.throwIfAborted();
  const spawned = await spawnServer(folder, {
    server: server.name,
    name,
    kind: server.kind,
    ...server.command(name),
    inheritedEnv: options.env,
  });
  onSpawn(spawned.record);
  const secrets = Object.values(settings.kafka.passwords);
  await waitUntilReady(spawned, { ping: () => server.ping(name), timeoutMs: READY_WITHIN_MS, signal, secrets });
  return spawned;
}

/** Those of the server's processes that run as this variant and answer; none as long as another variant runs. */
async function answering(server: Server, running: readonly ProcessRecord[]): Promise<ProcessRecord[]> {
  if (running.some((record) => isRunning(record) && record.kind !== server.kind)) return [];
  const own = running.filter((record) => isRunning(record) && server.processes.includes(record.name));
  // Brokers that have lost one of them are busy electing: stopping them as well would take the majority.
  const patienceMs = own.length < server.processes.length ? RECOVERS_WITHIN_MS : 0;
  const answers = await Promise.all(own.map(({ name }) => answersWithin(patienceMs, () => server.ping(name))));
  return own.filter((_, index) => answers[index]);
}

async function answersWithin(patienceMs: number, ping: () => Promise<void>): Promise<boolean> {
  const deadline = performance.now() + patienceMs;
  for (;;) {
    const answered = await ping().then(
      () => true,
      () => false,
    );
    if (answered || performance.now() >= deadline) return answered;
    await pause(PAUSE_MS);
  }
}

function publicPart({ name, server, pid, identity, log }: ProcessRecord): StackProcess {
  return { name, server, pid, identity, log };
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
