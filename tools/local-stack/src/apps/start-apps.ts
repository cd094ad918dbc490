import { join } from 'node:path';
import { isRunning } from '@caas/testing/stack';
import { freePort, isFree } from '../machine/ports.js';
import { spawnServer } from '../processes/spawn-server.js';
import { stopProcess } from '../processes/stop-process.js';
import { waitUntilReady } from '../processes/wait-until-ready.js';
import { forgetProcess, processRecords, type ProcessRecord } from '../state/process-records.js';
import { type StackFolder } from '../state/stack-folder.js';
import { WORKSPACE_ROOT } from './workspace.js';

/** Processes of our own that run on a stack. */
export const APPS = ['gateway', 'worker'] as const;
export type AppName = (typeof APPS)[number];

/** Where the running apps answer. */
export interface AppAddresses {
  readonly gatewayUrl: string;
  readonly metricsUrl: string;
  readonly workerMetricsUrl: string;
}

export interface StartAppsOptions {
  /** The environment of each app: they are different users of Kafka. */
  readonly envOf: (app: AppName) => Readonly<Record<string, string>>;
  readonly signal: AbortSignal;
  readonly onReady: (app: AppName, url: string) => void;
}

const READY_WITHIN_MS = 60_000;
const HOST = '127.0.0.1';
/**
 * For a machine that also runs the servers: memory before speed. A young generation of at most 3 × 4 MiB, since V8's default of 3 × 16 MiB is kept once it
 * was needed, which start-up alone does; a heap that grows in small steps; one thread for the work of V8 instead of four. Together a third of an idle app's memory.
 */
export const APP_NODE_FLAGS = ['--max-semi-space-size=4', '--optimize-for-size', '--v8-pool-size=1'];
/** Used when they are free; another one is taken otherwise. */
const USUAL_PORTS = { gateway: 3000, metrics: 3001, workerMetrics: 3011 } as const;

/** Starts gateway and worker from their build, in place of those that ran before, and resolves when both are ready. */
export async function startApps(
  folder: StackFolder,
  options: StartAppsOptions,
): Promise<{ records: ProcessRecord[]; addresses: AppAddresses }> {
  await stopApps(folder);
  const ports = await choosePorts();
  const addresses: AppAddresses = {
    gatewayUrl: `http://${HOST}:${ports.gateway}`,
    metricsUrl: `http://${HOST}:${ports.metrics}`,
    workerMetricsUrl: `http://${HOST}:${ports.workerMetrics}`,
  };
  const records = await Promise.all([
    startApp(folder, 'gateway', {
      ...options,
      url: addresses.gatewayUrl,
      env: {
        ...options.envOf('gateway'),
        HOST,
        PORT: String(ports.gateway),
        METRICS_HOST: HOST,
        METRICS_PORT: String(ports.metrics),
        PUBLIC_BASE_URL: addresses.gatewayUrl,
        // The limits are shown and not counted, so that the demo may tell a history in a minute.
        RATE_LIMIT_BYPASS_IPS: process.env['RATE_LIMIT_BYPASS_IPS'] ?? HOST,
      },
    }),
    startApp(folder, 'worker', {
      ...options,
      url: addresses.workerMetricsUrl,
      env: { ...options.envOf('worker'), METRICS_HOST: HOST, METRICS_PORT: String(ports.workerMetrics) },
    }),
  ]);
  return { records, addresses };
}

/** Ends gateway and worker, gracefully and before the servers they need. Resolves with the names of those that ran. */
export async function stopApps(folder: StackFolder): Promise<string[]> {
  const records = processRecords(folder.processes).filter(({ server }) => APPS.some((app) => app === server));
  const running = records.filter(isRunning).map(({ name }) => name);
  await Promise.all(
    records.map(async (record) => {
      await stopProcess(record);
      forgetProcess(folder.processes, record.name);
    }),
  );
  return running;
}

interface AppOptions extends Pick<StartAppsOptions, 'signal' | 'onReady'> {
  readonly url: string;
  readonly env: Readonly<Record<string, string>>;
}

async function startApp(folder: StackFolder, app: AppName, options: AppOptions): Promise<ProcessRecord> {
  const { url, env, signal, onReady } = options;
  const main = join(WORKSPACE_ROOT, 'apps', app, 'dist', 'main.js');
  const spawned = await spawnServer(folder, {
    server: app,
    name: app,
    kind: 'app',
    command: process.execPath,
    args: [...APP_NODE_FLAGS, main],
    env,
  });
  const ping = async (): Promise<void> => {
    const response = await fetch(`${url}/ready`, { signal: AbortSignal.timeout(2_000) });
    if (!response.ok) throw new Error(`/ready answers ${response.status}`);
  };
  await waitUntilReady(spawned, { ping, timeoutMs: READY_WITHIN_MS, signal, secrets: Object.values(env) });
  onReady(app, url);
  return spawned.record;
}

async function choosePorts(): Promise<Record<keyof typeof USUAL_PORTS, number>> {
  const taken = new Set<number>(Object.values(USUAL_PORTS));
  const choose = async (usual: number): Promise<number> => {
    if (await isFree(usual)) return usual;
    const port = await freePort(taken);
    taken.add(port);
    return port;
  };
  return {
    gateway: await choose(USUAL_PORTS.gateway),
    metrics: await choose(USUAL_PORTS.metrics),
    workerMetrics: await choose(USUAL_PORTS.workerMetrics),
  };
}
