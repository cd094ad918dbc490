import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import {
  appEnvironment,
  ensureStack,
  freePort,
  loadAppSecrets,
  type StackFile,
  stackFolder,
  stopStack,
  WORKSPACE_ROOT,
} from '@caas/local-stack';
import { MeasuredProcess } from './processes.js';
import { pinAround, pinMeasured, unpin } from './cores.js';
import { type Target } from './http-load.js';
import { type StubOptions } from './stub-gateway.js';
import { STUB_TENANTS } from './stub-keys.js';

/** Another name lets two benchmarks run beside each other. */
const STACK = process.env['CAAS_STACK_NAME'] ?? 'bench';
const HOST = '127.0.0.1';
const main = (app: string): string => join(WORKSPACE_ROOT, 'apps', app, 'dist', 'main.js');

/** A server that takes HTTP. */
export interface Server {
  readonly process: MeasuredProcess;
  readonly target: Target;
  readonly metricsUrl: string;
}

export interface BenchTenant {
  readonly tenantId: string;
  readonly apiKey: string;
}

export interface SystemOptions {
  /** Whether the built apps run on it; without them nothing is put in place. */
  readonly apps: boolean;
  /** Flags of Node for every measured process, baselines too: a ratio compares servers, not flags. */
  readonly nodeOptions?: readonly string[];
}

/** A local stack of its own with the built apps on it; {@link stop} ends everything. */
export class BenchSystem {
  readonly stack: StackFile;
  readonly #env: Readonly<Record<string, string>>;
  readonly #nodeOptions: readonly string[];
  readonly #processes: MeasuredProcess[] = [];

  private constructor(stack: StackFile, nodeOptions: readonly string[]) {
    this.stack = stack;
    this.#nodeOptions = nodeOptions;
    this.#env = { ...appEnvironment(stack, loadAppSecrets(stackFolder(STACK))), LOG_LEVEL: 'warn', NODE_ENV: 'development' };
  }

  /** Servers are up; collections and topics are there, too, when `apps` are to run on them. */
  static async start({ apps, nodeOptions = [] }: SystemOptions): Promise<BenchSystem> {
    const system = new BenchSystem(await ensureStack({ name: STACK }), nodeOptions);
    if (!apps) return system;
    try {
      await system.admin('schema', 'apply');
      await system.admin('topics', 'apply');
      return system;
    } catch (error) {
      await system.stop();
      throw error;
    }
  }

  async gateway(): Promise<Server> {
    const [port, metricsPort] = await freePorts();
    const env = {
      ...this.#env,
      RATE_LIMIT_BYPASS_IPS: HOST,
      HOST,
      PORT: String(port),
      METRICS_HOST: HOST,
      METRICS_PORT: String(metricsPort),
    };
    const process = this.#start('gateway', [main('gateway')], env);
    await process.ready(`http://${HOST}:${port}/ready`);
    return { process, target: { host: HOST, port }, metricsUrl: `http://${HOST}:${metricsPort}/metrics` };
  }

  /** `groups`: the consumer groups that it runs, all unless given. */
  async worker({ groups = '' }: { groups?: string } = {}): Promise<Server> {
    const [port] = await freePorts();
    const process = this.#start('worker', [main('worker')], {
      ...this.#env,
      METRICS_HOST: HOST,
      METRICS_PORT: String(port),
      WORKER_GROUPS: groups,
    });
    await process.ready(`http://${HOST}:${port}/ready`);
    return { process, target: { host: HOST, port }, metricsUrl: `http://${HOST}:${port}/metrics` };
  }

  /** A server of `baseline-server.ts`. */
  async baseline(
    kind: 'raw' | 'naive' | 'gateway' | 'bare',
    { tenants = STUB_TENANTS, ...stub }: Partial<StubOptions> = {},
  ): Promise<Server> {
    const [port] = await freePorts();
    const { sasl } = this.stack.kafka;
    const env = {
      PORT: String(port),
      KIND: kind,
      STUB: JSON.stringify({ tenants, ...stub }),
      REDIS_URL: this.stack.redis_url,
      KAFKA: JSON.stringify({ brokers: this.stack.kafka.brokers, sasl }),
    };
    const source = fileURLToPath(new URL('./baseline-server.js', import.meta.url));
    const process = this.#start(kind, [source], env);
    await process.ready(`http://${HOST}:${port}/ready`);
    return { process, target: { host: HOST, port }, metricsUrl: '' };
  }

  /** Runs `measure` with `servers` on a core of their own, one at a time busy, and the stack and the load on the others. */
  async pinned<Result>(servers: readonly Server[], measure: () => Promise<Result>): Promise<Result> {
    const around = [process.pid, ...this.stack.processes.map(({ pid }) => pid)];
    pinAround(around);
    for (const server of servers) pinMeasured(server.process.pid);
    try {
      return await measure();
    } finally {
      unpin([...around, ...servers.map((server) => server.process.pid)]);
    }
  }

  /** A new tenant with limits that no load reaches. */
  async tenant(): Promise<BenchTenant> {
    const slug = `bench-${process.pid}-${Date.now().toString(36)}`;
    const rates = ['--requests-per-minute', '6000000', '--burst-per-second', '100000'];
    const limits = [...rates, '--limit', 'max_messages_per_month=-1', '--limit', 'max_api_calls_per_month=-1'];
    const created = await this.admin(
      'tenant',
      'create',
      slug,
      '--slug',
      slug,
      '--email',
      `${slug}@example.com`,
      '--plan',
      'starter',
      ...limits,
    );
    const { tenant_id, api_key } = created as { tenant_id: string; api_key: string };
    return { tenantId: tenant_id, apiKey: api_key };
  }

  /** Runs `caas-admin … --json` and answers its result. */
  async admin(...args: string[]): Promise<unknown> {
    const { stdout } = await promisify(execFile)(process.execPath, [main('mongo-admin'), ...args, '--json'], { env: this.#env });
    return JSON.parse(stdout) as unknown;
  }

  /** Ends every process, then the stack with its data. */
  async stop(): Promise<void> {
    const isProfiled = this.#nodeOptions.includes('--cpu-prof'); // Node writes the profile when the process ends by itself
    for (const process of this.#processes.splice(0).reverse()) await process.end(isProfiled ? 'SIGTERM' : 'SIGKILL');
    await stopStack(STACK, { deleteData: true });
  }

  #start(name: string, args: readonly string[], env: Readonly<Record<string, string>>): MeasuredProcess {
    const process = new MeasuredProcess(name, [...this.#nodeOptions, ...args], env);
    this.#processes.push(process);
    return process;
  }
}

async function freePorts(): Promise<[number, number]> {
  const first = await freePort(new Set());
  return [first, await freePort(new Set([first]))];
}

/** Runs a benchmark on a system of its own; everything has ended when it resolves, also after Ctrl-C. */
export async function onSystem<Result>(measure: (system: BenchSystem) => Promise<Result>, options: SystemOptions): Promise<Result> {
  const system = await BenchSystem.start(options);
  const interrupted = new Promise<never>((_, reject) => {
    for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => reject(new Error(`ended by ${signal}`)));
  });
  interrupted.catch(() => undefined); // also when it comes after the measuring
  try {
    return await Promise.race([measure(system), interrupted]);
  } finally {
    await system.stop();
  }
}
