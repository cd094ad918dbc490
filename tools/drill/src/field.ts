import { setTimeout as pause } from 'node:timers/promises';
import { type StackProcess } from '@caas/local-stack';
import { type DrillTarget, freeze, killAfter } from '@caas/testing/stack';
import { type PoisonRecord } from './checker/observed.js';
import { type Ledger } from './ledger/ledger.js';
import { GatewayClient } from './load/gateway-client.js';
import { Load, type LoadOptions } from './load/load.js';
import { RecordedSends } from './load/recorded-send.js';
import { type Scene, type SceneSize, setScene } from './load/scene.js';
import { topicEnds, type TopicPositions } from './observe/raw-kafka.js';
import { Random } from './random.js';
import { type App } from './system/app.js';
import { type DrillSystem } from './system/drill-system.js';
import { untilNoLag } from './system/lag.js';
import { type ServerKind } from './system/links.js';

/** What a drill starts from. */
export interface Setup {
  readonly gateways?: number;
  readonly workers?: number;
  readonly gatewayEnv?: Readonly<Record<string, string>>;
  readonly workerEnv?: Readonly<Record<string, string>>;
  /** Links of gateways and workers that the drill makes fail. */
  readonly gatewayLinks?: readonly ServerKind[];
  readonly workerLinks?: readonly ServerKind[];
  readonly size?: SceneSize;
}

/** Something that a drill wanted to see besides the invariants. */
export interface Claim {
  readonly what: string;
  readonly held: boolean;
  readonly measured: string;
}

/** Impatient, so that faults of seconds are faults. */
const GATEWAY_ENV = { KAFKA_REQUEST_TIMEOUT: '1500' };
const WORKER_ENV = { RETRY_TIER_DELAYS_MS: '1000,2000,3000' };
const SIZE: SceneSize = { senders: 5, conversations: 2 };
const SETTLED_WITHIN_MS = 90_000;
export const RUN_TOPICS = /^(?:chat\.(?:messages|events)\.|internal\.dlq$)/;

/** One run of one drill: tenants with their scenes, apps, loads, and what was seen. */
export class Field {
  readonly random: Random;
  readonly sends: RecordedSends;
  readonly scenes: Scene[] = [];
  readonly claims: Claim[] = [];
  readonly poison: PoisonRecord[] = [];
  /** Ids of messages that the drill means to become dead letters. */
  readonly putAside = new Set<string>();
  readonly loads: Load[] = [];
  readonly apps: App[] = [];
  readonly system: DrillSystem;
  readonly ledger: Ledger;
  readonly setup: Setup;
  readonly runName: string;
  #begin: TopicPositions = new Map();
  #undo: (() => unknown)[] = [];

  private constructor(options: FieldOptions) {
    this.system = options.system;
    this.ledger = options.ledger;
    this.setup = options.setup;
    this.runName = options.runName;
    this.random = new Random(options.seed);
    this.sends = new RecordedSends(options.ledger);
  }

  /** Apps are ready and every tenant has users and conversations. */
  static async open(options: FieldOptions): Promise<Field> {
    const field = new Field(options);
    const { gateways = 1, workers = 1 } = field.setup;
    field.#begin = await topicEnds(field.system.stack, (topic) => RUN_TOPICS.test(topic));
    await Promise.all([
      ...Array.from({ length: gateways }, () => field.startGateway()),
      ...Array.from({ length: workers }, () => field.startWorker()),
    ]);
    for (const tenant of field.system.tenants) {
      const client = new GatewayClient(tenant.apiKey);
      field.scenes.push(await setScene({ tenant, client, url: field.gateway.url }, field.runName, field.setup.size ?? SIZE));
    }
    return field;
  }

  /** Where the topics of the run ended when it began. */
  get begin(): TopicPositions {
    return this.#begin;
  }

  /** The first gateway that runs. Throws when there is none. */
  get gateway(): App {
    return this.#running('gateway')[0] ?? missing('gateway');
  }

  get gateways(): App[] {
    return this.#running('gateway');
  }

  /** The first worker that runs. Throws when there is none. */
  get worker(): App {
    return this.#running('worker')[0] ?? missing('worker');
  }

  get workers(): App[] {
    return this.#running('worker');
  }

  startGateway(env: Readonly<Record<string, string>> = {}): Promise<App> {
    const { gatewayEnv = {}, gatewayLinks = [] } = this.setup;
    return this.#start('gateway', { ...GATEWAY_ENV, ...gatewayEnv, ...env }, gatewayLinks);
  }

  /** `isDoomed`: it is meant to die while it starts, so that nobody waits for it to be ready. */
  startWorker(env: Readonly<Record<string, string>> = {}, { isDoomed = false } = {}): Promise<App> {
    const { workerEnv = {}, workerLinks = [] } = this.setup;
    return this.#start('worker', { ...WORKER_ENV, ...workerEnv, ...env }, workerLinks, isDoomed);
  }

  /** Senders of all tenants begin to talk, at the first gateway unless told otherwise. */
  load(options: Partial<LoadOptions> = {}): Load {
    let last = this.gateway.url; // where senders go on trying while none runs
    const gateway = (): string => (last = this.gateways[0]?.url ?? last);
    const prefix = `${this.runName}-${this.loads.length}`;
    const load = new Load({ scenes: this.scenes, sends: this.sends, random: this.random.fork(), gateway, prefix, ...options });
    this.loads.push(load);
    return load;
  }

  claim(what: string, held: boolean, measured: string | number = ''): void {
    this.claims.push({ what, held, measured: String(measured) });
  }

  /** Stops a server or a process; answers the way back, which is taken at the end of the drill at the latest. */
  freeze(target: DrillTarget): () => void {
    const thaw = freeze(target, { stack: this.system.stack });
    this.#undo.push(thaw);
    return thaw;
  }

  /** Stops a server or a process for so long. */
  async frozen(target: DrillTarget, ms: number): Promise<void> {
    await pause(ms).finally(this.freeze(target));
  }

  /** Kills a server of the stack by SIGKILL; `system.restoreServers` brings it back. */
  async killServer(server: StackProcess['server']): Promise<void> {
    const processes = this.system.stack.processes.filter((process) => process.server === server);
    await Promise.all(processes.map((process) => killAfter(Promise.resolve(), process)));
  }

  /** Claims that whoever was refused was told so by 503. */
  claimOnlyUnavailable(load: Load): void {
    const others = Object.keys(load.refusals).filter((status) => status !== '503');
    this.claim('callers hear of success or 503', others.length === 0, JSON.stringify(load.refusals));
  }

  /** The group has committed everything that is on its topics; claims so when it does not within a minute and a half. */
  async settle(): Promise<void> {
    const end = await untilNoLag(this.system.stack, { timeoutMs: SETTLED_WITHIN_MS });
    if (!end.ended) this.claim('the lag returns to 0', false, `${end.lag} records after ${end.afterMs} ms`);
  }

  /** Undoes what the drill left frozen, ends loads and apps. */
  async close(): Promise<void> {
    for (const undo of this.#undo.splice(0)) undo();
    await this.system.endApps();
    await Promise.all(this.loads.map((load) => load.stop()));
    await Promise.all(this.scenes.map(({ client }) => client.close()));
    await this.ledger.close();
  }

  #running(kind: App['kind']): App[] {
    return this.apps.filter((app) => app.kind === kind && !app.process.exited);
  }

  async #start(kind: App['kind'], env: Readonly<Record<string, string>>, links: readonly ServerKind[], isDoomed = false): Promise<App> {
    const name = `${kind}-${this.apps.filter((app) => app.kind === kind).length + 1}`;
    const app = await this.system.start(kind, { name, env, links });
    this.apps.push(app);
    if (!isDoomed) await app.process.ready(app.url);
    return app;
  }
}

export interface FieldOptions {
  readonly system: DrillSystem;
  readonly ledger: Ledger;
  readonly setup: Setup;
  readonly seed: number;
  /** Short and unique: in front of the ids that clients choose. */
  readonly runName: string;
}

function missing(kind: string): never {
  throw new Error(`No ${kind} runs.`);
}
