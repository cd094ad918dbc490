import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { promisify } from 'node:util';
import {
  appEnvironment,
  ensureStack,
  type KafkaIdentity,
  loadAppSecrets,
  type StackFile,
  stackFolder,
  stopStack,
  WORKSPACE_ROOT,
} from '@caas/local-stack';
import { type App, startApp } from './app.js';
import { Links, type ServerKind } from './links.js';
import { type DrillTenant, TENANT_PLANS } from './tenant.js';

const run = promisify(execFile);
/** How long an operator's command may take. */
const ADMIN_TIMEOUT_MS = 120_000;

export interface SystemOptions {
  /** Name of the stack. */
  readonly stack: string;
  /** Whether it is stopped and emptied at the end; false for one that others use as well. */
  readonly isOwn: boolean;
  /** Folder with the built apps; the workspace unless given. */
  readonly root?: string;
}

export interface AppOptions {
  readonly name: string;
  readonly env?: Readonly<Record<string, string>>;
  readonly links?: readonly ServerKind[];
}

/** The servers and the tenants that drills run on, one after the other. */
export class DrillSystem {
  readonly tenants: readonly DrillTenant[];
  readonly root: string;
  /** By how much the counter of a tenant was off when a run ended: an error is that of its run, not of those that follow. */
  readonly knownDrift = new Map<string, number>();
  readonly #options: SystemOptions;
  readonly #apps: App[] = [];
  #stack: StackFile;

  private constructor(options: SystemOptions, stack: StackFile, tenants: DrillTenant[]) {
    this.#options = options;
    this.#stack = stack;
    this.tenants = tenants;
    this.root = options.root ?? WORKSPACE_ROOT;
  }

  /** Servers are up, collections and topics are there, and three tenants. Whatever was started is stopped again when that fails. */
  static async open(options: SystemOptions): Promise<DrillSystem> {
    const tenants: DrillTenant[] = [];
    const system = new DrillSystem(options, await ensureStack({ name: options.stack }), tenants);
    try {
      await system.admin('acl', 'apply');
      await system.admin('schema', 'apply');
      await system.admin('topics', 'apply');
      const run = randomBytes(4).toString('hex');
      for (const { alias, plan } of TENANT_PLANS) tenants.push(await system.#createTenant(alias, plan, run));
      return system;
    } catch (error) {
      await system.close();
      throw error;
    }
  }

  get stack(): StackFile {
    return this.#stack;
  }

  /** What an app gets: each is a Kafka user of its own. */
  environmentOf(identity: KafkaIdentity): Readonly<Record<string, string>> {
    const secrets = loadAppSecrets(stackFolder(this.#options.stack));
    return { ...appEnvironment(this.#stack, secrets, identity), LOG_LEVEL: 'warn', NODE_ENV: 'development' };
  }

  /** Starts servers that a drill killed, on their ports and with what they kept on disk. Resolves when all answer. */
  async restoreServers(): Promise<void> {
    this.#stack = await ensureStack({ name: this.#options.stack });
  }

  /** Runs `caas-admin … --json` and answers its result. */
  async admin(...args: string[]): Promise<unknown> {
    const main = join(WORKSPACE_ROOT, 'apps', 'mongo-admin', 'dist', 'main.js');
    const env = { PATH: process.env['PATH'], ...this.environmentOf('admin') };
    const { stdout } = await run(process.execPath, [main, ...args, '--json'], { env, timeout: ADMIN_TIMEOUT_MS });
    return JSON.parse(stdout) as unknown;
  }

  /** Starts a built app, with faulty links to these servers; resolves when the process runs, ready or not. */
  async start(kind: App['kind'], { name, env = {}, links: kinds = [] }: AppOptions): Promise<App> {
    const links = kinds.length === 0 ? undefined : await Links.open(this.#stack, kinds);
    const app = await startApp(kind, { name, root: this.root, env: { ...this.environmentOf(kind), ...env }, links });
    this.#apps.push(app);
    return app;
  }

  /** Ends every app that still runs, with their links. */
  async endApps(): Promise<void> {
    const apps = this.#apps.splice(0).reverse();
    await Promise.all(apps.map(({ process }) => process.end('SIGKILL')));
    await Promise.all(apps.flatMap(({ links }) => links?.close() ?? []));
  }

  async close(): Promise<void> {
    await this.endApps();
    if (this.#options.isOwn) await stopStack(this.#options.stack, { deleteData: true });
  }

  async #createTenant(alias: string, plan: DrillTenant['plan'], run: string): Promise<DrillTenant> {
    const slug = `drill-${alias}-${run}`;
    const rates = ['--requests-per-minute', '6000000', '--burst-per-second', '100000'];
    const limits = [...rates, '--limit', 'max_messages_per_month=100000000', '--limit', 'max_api_calls_per_month=-1'];
    const contact = ['--slug', slug, '--email', `${slug}@example.com`];
    const created = (await this.admin('tenant', 'create', slug, ...contact, '--plan', plan, ...limits)) as Record<string, string>;
    return { alias, plan, tenantId: created['tenant_id'] ?? '', apiKey: created['api_key'] ?? '' };
  }
}
