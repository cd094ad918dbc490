import { isRunning, type StackProcess } from '@caas/testing/stack';
import { ServerError } from '../errors.js';
import { logTail } from '../processes/log-tail.js';
import { spawnServer, type SpawnedServer } from '../processes/spawn-server.js';
import { stopProcess } from '../processes/stop-process.js';
import { waitUntilReady } from '../processes/wait-until-ready.js';
import { forgetProcess, processRecords, type ProcessRecord } from '../state/process-records.js';
import type { Server, ServerContext } from './server.js';

const READY_WITHIN_MS = 60_000;

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
  if (await allAnswer(server, running)) {
    ready('reused');
    return running.map(publicPart);
  }
  for (const record of running) {
    await stopProcess(record);
    forgetProcess(folder.processes, record.name);
  }
  await server.prepare();
  const spawned = await Promise.all(server.processes.map((name) => launch(server, name, options)));
  await server.configure().catch((cause: unknown) => {
    const log = spawned[0]?.record.log ?? '';
    throw new ServerError(server.name, `runs but cannot be set up: ${messageOf(cause)}`, { logFile: log, logTail: logTail(log), cause });
  });
  ready('started');
  return spawned.map(({ record }) => publicPart(record));
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

/** Every process of this variant runs and answers; one alone of three does not count, nor does another variant. */
async function allAnswer(server: Server, running: readonly ProcessRecord[]): Promise<boolean> {
  const complete = server.processes.every((name) =>
    running.some((record) => record.name === name && record.kind === server.kind && isRunning(record)),
  );
  if (!complete || running.length !== server.processes.length) return false;
  return Promise.all(server.processes.map((name) => server.ping(name))).then(
    () => true,
    () => false,
  );
}

function publicPart({ name, server, pid, identity, log }: ProcessRecord): StackProcess {
  return { name, server, pid, identity, log };
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
