import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { promisify } from 'node:util';
import {
  appEnvironment,
  type AppSecrets,
  freePort,
  type KafkaIdentity,
  loadAppSecrets,
  stackFolder,
  WORKSPACE_ROOT,
} from '@caas/local-stack';
import { stack, type StackFile } from '@caas/testing/stack';
import { ApiClient } from './api-client.fixture.js';
import { AppProcess } from '@caas/testing/processes';

const HOST = '127.0.0.1';

/** A tenant of its own, with a client that holds its key. */
export interface SpecTenant {
  readonly tenantId: string;
  readonly apiKey: string;
  readonly api: ApiClient;
}

/** The built gateway and worker on the running stack. Everything it starts ends with {@link stop}. */
export class System {
  readonly #stack: StackFile;
  readonly #secrets: AppSecrets;
  readonly #processes: AppProcess[] = [];
  readonly #metricsUrls = new Map<string, string>();
  #gatewayUrl = '';

  private constructor(
    running: StackFile,
    /** The workspace whose builds run. */
    readonly root: string,
  ) {
    this.#stack = running;
    this.#secrets = loadAppSecrets(stackFolder(running.name));
  }

  /** Collections and topics are there, gateway and worker are ready. `root` is the workspace whose builds run. */
  static async start({
    gatewayEnv = {},
    worker = true,
    on = stack(),
    root = WORKSPACE_ROOT,
  }: { gatewayEnv?: Record<string, string>; worker?: boolean; on?: StackFile; root?: string } = {}): Promise<System> {
    const system = new System(on, root);
    try {
      await system.adminAs('admin', 'acl', 'apply');
      await system.admin('schema', 'apply');
      await system.admin('topics', 'apply');
      const gateway = await system.startGateway(gatewayEnv);
      system.#gatewayUrl = gateway.url;
      if (worker) await system.startWorker();
      return system;
    } catch (error) {
      await system.stop();
      throw error;
    }
  }

  /** What an app of this system gets: each is a Kafka user of its own. */
  environmentOf(identity: KafkaIdentity): Readonly<Record<string, string>> {
    return { ...appEnvironment(this.#stack, this.#secrets, identity), LOG_LEVEL: 'warn', RATE_LIMIT_BYPASS_IPS: HOST };
  }

  mainOf(app: 'gateway' | 'worker' | 'mongo-admin'): string {
    return join(this.root, 'apps', app, 'dist', 'main.js');
  }

  /** The metrics of a running app, as text. */
  async metricsOf(app: 'gateway' | 'worker'): Promise<string> {
    const response = await fetch(`${this.#metricsUrls.get(app)}/metrics`);
    return response.text();
  }

  /** What all processes wrote so far. */
  get output(): string {
    return this.#processes.map(({ output }) => output).join('\n');
  }

  get gatewayUrl(): string {
    return this.#gatewayUrl;
  }

  async startGateway(env: Readonly<Record<string, string>> = {}): Promise<{ process: AppProcess; url: string; metricsUrl: string }> {
    const [port, metricsPort] = await twoFreePorts();
    const own = { HOST, PORT: String(port), METRICS_HOST: HOST, METRICS_PORT: String(metricsPort) };
    const process = this.#spawn('gateway', { ...own, ...env });
    const url = `http://${HOST}:${port}`;
    await process.ready(url);
    const metricsUrl = `http://${HOST}:${metricsPort}`;
    this.#metricsUrls.set('gateway', metricsUrl);
    return { process, url, metricsUrl };
  }

  async startWorker(env: Readonly<Record<string, string>> = {}): Promise<{ process: AppProcess; metricsUrl: string }> {
    const metricsPort = await freePort(new Set());
    const process = this.#spawn('worker', { METRICS_HOST: HOST, METRICS_PORT: String(metricsPort), ...env });
    const metricsUrl = `http://${HOST}:${metricsPort}`;
    await process.ready(metricsUrl);
    this.#metricsUrls.set('worker', metricsUrl);
    return { process, metricsUrl };
  }

  /** Runs `caas-admin … --json` as the provisioner and answers its result. */
  admin(...args: string[]): Promise<unknown> {
    return this.adminAs('provisioner', ...args);
  }

  async adminAs(identity: KafkaIdentity, ...args: string[]): Promise<unknown> {
    return this.#adminIn(this.environmentOf(identity), args);
  }

  /** The same as the provisioner, with other variables. */
  async adminWith(env: Readonly<Record<string, string>>, ...args: string[]): Promise<unknown> {
    return this.#adminIn({ ...this.environmentOf('provisioner'), ...env }, args);
  }

  async #adminIn(env: Readonly<Record<string, string>>, args: readonly string[]): Promise<unknown> {
    const { stdout } = await promisify(execFile)(process.execPath, [this.mainOf('mongo-admin'), ...args, '--json'], { env });
    return JSON.parse(stdout) as unknown;
  }

  /** A new tenant with limits that no spec reaches by accident. */
  async tenant({ requestsPerMinute = 600_000, burstPerSecond = 60_000 } = {}): Promise<SpecTenant> {
    const slug = `e2e-${randomBytes(6).toString('hex')}`;
    const limits = ['--requests-per-minute', String(requestsPerMinute), '--burst-per-second', String(burstPerSecond)];
    const created = (await this.admin(
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
    )) as {
      tenant_id: string;
      api_key: string;
    };
    const api = new ApiClient(this.#gatewayUrl, { 'x-api-key': created.api_key });
    return { tenantId: created.tenant_id, apiKey: created.api_key, api };
  }

  /** Ends every process, last started first. */
  async stop(): Promise<void> {
    for (const process of this.#processes.splice(0).reverse()) await process.end('SIGKILL');
  }

  #spawn(app: 'gateway' | 'worker', env: Readonly<Record<string, string>>): AppProcess {
    const process_ = new AppProcess(process.execPath, [this.mainOf(app)], { ...this.environmentOf(app), ...env });
    this.#processes.push(process_);
    return process_;
  }
}

async function twoFreePorts(): Promise<[number, number]> {
  const first = await freePort(new Set());
  return [first, await freePort(new Set([first]))];
}
