import { MongoClient } from 'mongodb';
import { ConnectionString } from 'mongodb-connection-string-url';
import { AppError, CircuitBreaker, type CircuitState, ConfigError, type Logger, TypedEmitter, UnavailableError } from '@caas/runtime';
import { translateDriverError } from '../repository/driver-errors.js';
import { type ClientOptionsInput, clientOptions, type PoolKind } from './client-options.js';
import { DriverCollections } from './driver-collections.js';
import { verdictOf } from './failure-verdict.js';
import { type OperationMetrics } from './metrics.js';
import { type MongoSettings } from './mongo-config.js';
import { MONGO_EVENTS, type MongoEvents, type TopologyView, TROUBLE, watchTopology } from './mongo-events.js';
import { type ConnectionEvent, type PoolStats, watchPool } from './pool-stats.js';
import { RETRY_PRESETS, retryDelayMs, type RetryPreset } from './retry-presets.js';

/** Milliseconds for which an open circuit lets nothing pass, unless discovery finds a primary before. */
export const CIRCUIT_OPEN_MS = 60_000;
const SUCCESSES_TO_CLOSE = 2;
const GUARDED = { dependency: 'MongoDB', verdictOf } as const;
/** Milliseconds that operations under way may take to end when a client is closed. */
const CLOSE_GRACE_MS = 10_000;

export interface ClientEnvironment {
  readonly settings: MongoSettings;
  readonly logger: Logger;
  readonly metrics: OperationMetrics;
  readonly appName: string;
  /** Milliseconds of a clock that never goes back. */
  readonly now: () => number;
}

/** One driver client with everything that watches over it. Never leaves the library. */
export class WatchedClient {
  readonly driver: MongoClient;
  readonly collections: DriverCollections;
  readonly events = new TypedEmitter<MongoEvents>();
  readonly topology: TopologyView;
  readonly pool: PoolStats;
  readonly breaker: CircuitBreaker;
  readonly #listeners = new Set<(event: ConnectionEvent) => void>();
  readonly #idle = new Set<() => void>();
  #inFlight = 0;
  #refusing = false;
  #closing: Promise<void> | undefined;

  /** Makes the client and does not connect. Throws what the driver throws for a bad connection string. */
  constructor(uri: string, environment: ClientEnvironment, { pool = 'main' }: { pool?: PoolKind } = {}) {
    const { settings, metrics, appName, now } = environment;
    const input: ClientOptionsInput = { appName, pool, hasUser: hasUser(uri) };
    this.driver = new MongoClient(uri, clientOptions(settings, input));
    this.collections = new DriverCollections(this.driver);
    recordEvents(this.events, { ...environment, pool });
    this.topology = watchTopology(this.driver, this.events);
    const count = metrics.poolObserver(pool);
    this.pool = watchPool(this.driver, (event, stats) => {
      count(event, stats);
      this.#onConnection(event);
    });
    metrics.setCircuit(pool, 'closed');
    this.breaker = new CircuitBreaker({
      failuresMax: settings.MONGO_CIRCUIT_BREAKER_THRESHOLD,
      openMs: CIRCUIT_OPEN_MS,
      successesToClose: SUCCESSES_TO_CLOSE,
      now,
      onChange: (state) => {
        metrics.setCircuit(pool, state);
        this.#announce(state);
      },
    });
    // Discovery sees a primary before any caller does; waiting out the minute would make the outage longer than it was.
    this.events.on('reconnected', () => this.breaker.expectRecovery());
  }

  /**
   * Runs one driver call through the breaker. Rejects without making it with `CircuitOpenError`, and with `UnavailableError` (`closing`) once the client is
   * closing; else with the driver's error.
   */
  async run<Result>(work: () => Promise<Result>): Promise<Result> {
    if (this.#refusing)
      throw new UnavailableError('MongoDB is being left: the process stops.', { details: { reason: 'closing', retryAfterSeconds: 1 } });
    this.#inFlight += 1;
    try {
      return await this.breaker.run(work, GUARDED);
    } finally {
      this.#inFlight -= 1;
      if (this.#inFlight === 0) for (const tell of this.#idle) tell();
    }
  }

  /** Tells of every connection; the returned function stops it. */
  onConnectionEvent(listener: (event: ConnectionEvent) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** From now on {@link run} refuses. */
  refuse(): void {
    this.#refusing = true;
  }

  /** Refuses new calls, waits `graceMs` for those under way, cuts off the others. Safe to call again. */
  close({ graceMs = CLOSE_GRACE_MS }: { graceMs?: number } = {}): Promise<void> {
    this.#closing ??= this.#close(graceMs);
    return this.#closing;
  }

  async #close(graceMs: number): Promise<void> {
    this.refuse();
    this.events.emit('closing', {});
    await this.#drained(graceMs);
    await this.driver.close();
    this.events.emit('closed', {});
    this.events.removeAllListeners();
    this.#listeners.clear();
  }

  #drained(graceMs: number): Promise<void> {
    if (this.#inFlight === 0) return Promise.resolve();
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, graceMs);
      this.#idle.add(() => {
        clearTimeout(timer);
        resolve();
      });
    });
  }

  #onConnection(event: ConnectionEvent): void {
    if (event.kind === 'failed' && event.reason === 'timeout') {
      this.events.emit('pool_exhausted', { address: event.address, waitedMs: Math.round(event.waitedMs ?? 0) });
    }
    for (const listener of this.#listeners) listener(event);
  }

  #announce(state: CircuitState): void {
    if (state === 'open') this.events.emit('circuit_opened', { retryAfterMs: CIRCUIT_OPEN_MS });
    else if (state === 'half_open') this.events.emit('circuit_half_open', {});
    else this.events.emit('circuit_closed', {});
  }
}

/**
 * Makes a client and connects it, again and again as the retry settings say while the server cannot be reached; anything else ends it at once. Rejects
 * with one of our errors, and leaves no client open then.
 */
export async function openClient(
  uri: string,
  environment: ClientEnvironment,
  { pool = 'main', retry = startPreset(environment.settings) }: { pool?: PoolKind; retry?: RetryPreset } = {},
): Promise<WatchedClient> {
  const client = new WatchedClient(uri, environment, { pool });
  try {
    await connect(client, { ...environment, retry });
    return client;
  } catch (error) {
    await client.close();
    throw error;
  }
}

async function connect(
  client: WatchedClient,
  { appName, settings, retry }: Pick<ClientEnvironment, 'appName' | 'settings'> & { retry: RetryPreset },
): Promise<void> {
  const { events } = client;
  for (let attempt = 1; ; attempt += 1) {
    const started = performance.now();
    events.emit('connecting', { appName, attempt });
    try {
      await client.driver.connect();
      return events.emit('connected', { latencyMs: Math.round(performance.now() - started) });
    } catch (cause) {
      const error = unreadableFile(cause, settings) ?? translateDriverError(cause, { collection: 'admin', operation: 'connect' });
      const reason = cause instanceof Error ? cause.name : 'unknown';
      if (attempt >= retry.attemptsMax || !(error instanceof AppError && error.retryable)) {
        events.emit('failed', { reason });
        throw error;
      }
      const delayMs = retryDelayMs(retry, attempt);
      events.emit('reconnecting', { attempt, delayMs, reason });
      await pause(delayMs);
    }
  }
}

/** The driver reads the certificates when it connects, and says only what the file system says. */
function unreadableFile(cause: unknown, settings: MongoSettings): ConfigError | undefined {
  const { code, path } = cause as NodeJS.ErrnoException;
  if (path === undefined || code === undefined) return undefined;
  const variable = path === settings.MONGODB_TLS_CA_FILE ? 'MONGODB_TLS_CA_FILE' : 'MONGODB_TLS_CERTIFICATE_KEY_FILE';
  return new ConfigError([{ variable, problem: `names a file that cannot be read (${code})` }]);
}

function startPreset(settings: MongoSettings): RetryPreset {
  const { MONGO_RETRY_MAX_ATTEMPTS: attemptsMax, MONGO_RETRY_INITIAL_DELAY_MS: delayInitialMs } = settings;
  return { ...RETRY_PRESETS.STANDARD, attemptsMax, delayInitialMs };
}

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

/** Whether a connection string carries a user. One that cannot be read is the driver's to refuse. */
export function hasUser(uri: string): boolean {
  try {
    return new ConnectionString(uri).username !== '';
  } catch {
    return false;
  }
}

function recordEvents(
  events: TypedEmitter<MongoEvents>,
  { logger, metrics, pool }: Pick<ClientEnvironment, 'logger' | 'metrics'> & { pool: PoolKind },
): void {
  for (const name of MONGO_EVENTS) {
    events.on(name, (event) => {
      metrics.countEvent(pool, name);
      logger[TROUBLE.has(name) ? 'warn' : 'info']({ pool, ...event }, `MongoDB client: ${name}`);
    });
  }
}
