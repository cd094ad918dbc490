import { existsSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { stackFile, isRunning, type StackFile } from '@caas/testing/stack';
import { InterruptedError, StackError } from './errors.js';
import type { StackListener } from './events.js';
import { assignPorts } from './servers/assign-ports.js';
import { chooseServers } from './servers/choose-servers.js';
import type { Server, ServerContext } from './servers/server.js';
import { startServer } from './servers/start-server.js';
import { withLock } from './state/lock.js';
import { processRecords, type ProcessRecord } from './state/process-records.js';
import { loadSettings, saveSettings } from './state/settings.js';
import { createStackFolder, stackFolder, type StackFolder } from './state/stack-folder.js';
import { writePrivateFile } from './state/write-file.js';
import { stopRecords } from './stop-stack.js';

/** Options of {@link ensureStack}. */
export interface EnsureStackOptions {
  readonly name: string;
  readonly onProgress?: StackListener;
  /** Aborting stops what this call started and rejects with {@link InterruptedError}. */
  readonly signal?: AbortSignal;
  /** Number of Kafka brokers; default: what the stack had before, else 1. A stack that keeps data keeps its number too. */
  readonly brokers?: number;
  /** Whether Kafka speaks TLS; default: what the stack had before, else no. */
  readonly tls?: boolean;
  /** Default `process.env`; see README for the variables. */
  readonly env?: NodeJS.ProcessEnv;
}

/**
 * Resolves when every server of the stack answers, and leaves them running: those that run and answer are kept, those that are missing,
 * dead or silent are started. Calls for the same stack wait for each other, across processes too.
 *
 * On failure, {@link StackError}: everything this call started is stopped again; what ran before goes on running.
 */
export async function ensureStack(options: EnsureStackOptions): Promise<StackFile> {
  const { name, onProgress: listener = () => {}, signal: given, env = process.env } = options;
  const folder = stackFolder(name, env);
  createStackFolder(folder);
  const abort = new AbortController();
  const signal = given === undefined ? abort.signal : AbortSignal.any([abort.signal, given]);
  try {
    return await withLock(
      folder.locks,
      () => bringUp({ folder, env, listener, signal, brokers: options.brokers, tls: options.tls }, abort),
      {
        signal,
        onWaiting: (pid) => listener({ type: 'waiting', pid }),
      },
    );
  } catch (error) {
    if (given?.aborted === true) throw new InterruptedError();
    throw error;
  }
}

interface BringUpRequest extends Omit<ServerContext, 'runningKind' | 'settings'> {
  readonly brokers: number | undefined;
  readonly tls: boolean | undefined;
}

async function bringUp(request: BringUpRequest, abort: AbortController): Promise<StackFile> {
  const { folder, brokers, tls } = request;
  if (!existsSync(folder.settingsFile)) {
    await stopRecords(folder, processRecords(folder.processes), {}); // servers and data with passwords that nobody knows any more
    emptyData(folder);
  }
  const context = { ...request, settings: loadSettings(folder.settingsFile) };
  const spawned: ProcessRecord[] = [];
  try {
    if (brokers !== undefined) setBrokers(context, brokers);
    if (tls !== undefined && tls !== context.settings.kafka.tls) {
      context.settings.kafka.tls = tls;
      saveSettings(folder.settingsFile, context.settings);
    }
    const servers = await chooseServers(context);
    await stopReplaced(servers, folder);
    if (servers.some((server) => server.startsEmpty) && !processRecords(folder.processes).some(isRunning)) emptyData(folder);
    await assignPorts(servers, context);
    const starts = servers.map((server) => startServer(server, { ...context, onSpawn: (record) => spawned.push(record) }));
    const processes = await allOrAbort(starts, abort);
    return writeStackFile(folder, servers, processes.flat());
  } catch (error) {
    await stopRecords(folder, spawned, {});
    throw error;
  }
}

function emptyData(folder: StackFolder): void {
  rmSync(folder.data, { recursive: true, force: true });
  createStackFolder(folder);
}

/** The number of brokers is part of the data: controllers vote by a fixed list, and partitions sit on brokers. */
function setBrokers({ folder, settings }: Pick<ServerContext, 'folder' | 'settings'>, brokers: number): void {
  if (settings.kafka.brokers === brokers) return;
  if (existsSync(join(folder.data, 'kafka-1'))) {
    throw new StackError(
      `The stack "${folder.name}" has data of ${settings.kafka.brokers} broker(s). For ${brokers}, remove it first: caas-stack down --name ${folder.name} --delete-data`,
    );
  }
  settings.kafka.brokers = brokers;
  saveSettings(folder.settingsFile, settings);
}

/** Ends local servers whose place an external one has taken. */
async function stopReplaced(servers: readonly Server[], folder: StackFolder): Promise<void> {
  const external = new Set(servers.filter((server) => server.kind === 'external').map((server) => server.name));
  await stopRecords(
    folder,
    processRecords(folder.processes).filter((record) => external.has(record.server)),
    {},
  );
}

/** All results, or the first failure once every start has come to an end, so that nothing is spawned behind our back. */
async function allOrAbort<T>(starts: readonly Promise<T>[], abort: AbortController): Promise<T[]> {
  try {
    return await Promise.all(starts);
  } catch (error) {
    abort.abort(error);
    await Promise.allSettled(starts);
    throw error;
  }
}

function writeStackFile(folder: StackFolder, servers: readonly Server[], processes: StackFile['processes']): StackFile {
  const addresses = servers.reduce<Partial<StackFile>>((merged, server) => ({ ...merged, ...server.address() }), {});
  const file = stackFile.parse({ name: folder.name, ...addresses, processes });
  writePrivateFile(folder.stackFile, `${JSON.stringify(file, null, 2)}\n`);
  return file;
}
