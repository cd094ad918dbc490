import { type Document, MongoServerError } from 'mongodb';
import { AppError, withTimeout } from '@caas/runtime';
import { type ServerCapabilities } from '../capabilities/server-capabilities.js';
import { type OperationMetrics } from '../client/metrics.js';
import { type WatchedClient } from '../client/open-client.js';
import { type PoolStats } from '../client/pool-stats.js';
import { translateDriverError } from '../repository/driver-errors.js';
import {
  judgeDisk,
  judgeOplog,
  judgePool,
  judgeReplication,
  type MongoHealthCheck,
  type MongoHealthStatus,
  overallStatus,
} from './health-report.js';
import { replicationOf } from './replication.js';

/** The state of the database as this process sees it, for probes and for an operator's page. */
export type MongoHealth = {
  readonly status: MongoHealthStatus;
  /** It answers and takes writes, whatever else may be wrong. */
  readonly available: boolean;
  readonly checks: readonly MongoHealthCheck[];
  /** Of the ping, or of the wait for it. */
  readonly latencyMs: number;
  /** ISO 8601. */
  readonly checkedAt: string;
  readonly topology: string;
  readonly version: string;
  /** Capabilities that the server lacks. */
  readonly missing: readonly string[];
  readonly connections: PoolStats;
};

export interface HealthCheckerOptions {
  readonly client: WatchedClient;
  readonly capabilities: ServerCapabilities;
  readonly metrics: OperationMetrics;
  /** A database that exists as soon as CAAS is set up. */
  readonly databaseName: string;
  /** Milliseconds of a clock that never goes back. */
  readonly now: () => number;
}

const TIMEOUT_MS = 5_000;
const CACHE_MS = 1_000;

/** Looks at the database at most once a second, and waits five seconds at most. */
export class HealthChecker {
  readonly #options: HealthCheckerOptions;
  #last: { readonly report: MongoHealth; readonly at: number } | undefined;
  #running: Promise<MongoHealth> | undefined;

  constructor(options: HealthCheckerOptions) {
    this.#options = options;
  }

  /** Never rejects: a database that does not answer is `unhealthy`. */
  check(): Promise<MongoHealth> {
    const now = this.#options.now();
    if (this.#last !== undefined && now - this.#last.at < CACHE_MS) return Promise.resolve(this.#last.report);
    this.#running ??= this.#check().finally(() => (this.#running = undefined));
    return this.#running;
  }

  async #check(): Promise<MongoHealth> {
    const { client, capabilities, metrics, now } = this.#options;
    const started = performance.now();
    const ping = await this.#ping();
    const latencyMs = Math.round(performance.now() - started);
    const present = client.topology.primary !== undefined;
    const primary: MongoHealthCheck = present
      ? { name: 'primary', status: 'healthy' }
      : { name: 'primary', status: 'unhealthy', reason: 'no server takes writes' };
    const left = Math.max(1, TIMEOUT_MS - latencyMs);
    const inside = ping.status === 'healthy' ? (await Promise.all([this.#replicaSet(left), this.#disk(left)])).flat() : [];
    const checks = [ping, primary, judgePool(client.pool), this.#circuit(), ...inside];
    const report: MongoHealth = {
      status: overallStatus(checks),
      available: ping.status === 'healthy' && present,
      checks,
      latencyMs,
      checkedAt: new Date().toISOString(),
      topology: capabilities.topology,
      version: capabilities.version,
      missing: capabilities.missing(),
      connections: { ...client.pool },
    };
    metrics.setHasPrimary(present);
    this.#last = { report, at: now() };
    return report;
  }

  async #ping(): Promise<MongoHealthCheck> {
    try {
      await this.#ask('admin', { ping: 1 }, TIMEOUT_MS);
      return { name: 'ping', status: 'healthy' };
    } catch (error) {
      return { name: 'ping', status: 'unhealthy', reason: reasonOf(error) };
    }
  }

  #circuit(): MongoHealthCheck {
    const { state } = this.#options.client.breaker;
    if (state === 'closed') return { name: 'circuit', status: 'healthy' };
    return { name: 'circuit', status: 'degraded', reason: `the circuit is ${state.replace('_', ' ')}` };
  }

  async #replicaSet(timeoutMs: number): Promise<MongoHealthCheck[]> {
    const { capabilities, metrics } = this.#options;
    if (!capabilities.replicaSet) return [{ name: 'replication', status: 'unknown', reason: 'the server is no replica set' }];
    return (
      await Promise.all([
        this.#known('replication', async () => {
          const status = replicationOf(await this.#ask('admin', { replSetGetStatus: 1 }, timeoutMs));
          if (status.lagSeconds !== undefined) metrics.setReplicationLag(status.lagSeconds);
          metrics.setMembersDown(status.down.length);
          return judgeReplication(status);
        }),
        this.#known('oplog', async () => {
          const seconds = await this.#oplogSeconds(timeoutMs);
          if (seconds === undefined) return [{ name: 'oplog', status: 'unknown', reason: 'the oplog is empty' }];
          metrics.setOplogWindow(seconds);
          return [judgeOplog(seconds)];
        }),
      ])
    ).flat();
  }

  /** Time between the first and the last entry. */
  async #oplogSeconds(timeoutMs: number): Promise<number | undefined> {
    const end = async (order: 1 | -1): Promise<number | undefined> => {
      const find = { find: 'oplog.rs', sort: { $natural: order }, limit: 1, singleBatch: true, projection: { ts: 1 } };
      const { cursor } = await this.#ask('local', find, timeoutMs);
      return (cursor as { firstBatch: { ts: { getHighBits(): number } }[] }).firstBatch[0]?.ts.getHighBits();
    };
    const [first, last] = [await end(1), await end(-1)];
    return first === undefined || last === undefined ? undefined : last - first;
  }

  #disk(timeoutMs: number): Promise<MongoHealthCheck[]> {
    return this.#known('disk', async () => {
      const { fsUsedSize: used, fsTotalSize: total } = await this.#ask(this.#options.databaseName, { dbStats: 1 }, timeoutMs);
      if (typeof used !== 'number' || typeof total !== 'number') {
        return [{ name: 'disk', status: 'unknown', reason: 'the server does not report its file system' }];
      }
      return [judgeDisk({ used, total })];
    });
  }

  /** A server may lack a command, and a user the right to it; neither makes the database unhealthy. */
  async #known(name: MongoHealthCheck['name'], look: () => Promise<MongoHealthCheck[]>): Promise<MongoHealthCheck[]> {
    try {
      return await look();
    } catch (error) {
      return [{ name, status: 'unknown', reason: reasonOf(error) }];
    }
  }

  #ask(database: string, command: Document, timeoutMs: number): Promise<Document> {
    const asked = this.#options.client.driver.db(database).command(command, { timeoutMS: timeoutMs });
    return withTimeout(timeoutMs, asked, () => new Error(`no answer within ${timeoutMs} ms`));
  }
}

/** Without hosts and values: the report may leave the process. */
function reasonOf(error: unknown): string {
  if (error instanceof MongoServerError) return `the server refuses it (${error.codeName ?? error.code ?? 'unknown'})`;
  const translated = translateDriverError(error, { collection: 'admin', operation: 'health' });
  return translated instanceof AppError || translated instanceof Error ? translated.message : 'unknown';
}
