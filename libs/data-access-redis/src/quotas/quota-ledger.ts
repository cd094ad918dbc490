import { randomBytes } from 'node:crypto';
import { CircuitBreaker, circuitLevel, inLanes } from '@caas/runtime';
import { type Redis } from 'ioredis';
import { type RedisMetrics } from '../client/redis-metrics.js';
import { type Refill } from './credit-pool.js';
import { QuotaAccount, type QuotaRole } from './quota-account.js';
import { QuotaReports, type QuotaReportsOptions } from './quota-reports.js';
import { quotaKey, type QuotaReading, type QuotaSubject } from './quota-subject.js';

export interface QuotaLedgerOptions extends QuotaReportsOptions {
  /** Milliseconds between two trials while Redis is away. */
  readonly retryAfterMs?: number;
  /** Milliseconds between two reports of what was spent; also how long unused credits are kept. */
  readonly reportEveryMs?: number;
  /** Milliseconds of a clock that never goes back. */
  readonly now?: () => number;
}

/** Failures in a row after which Redis is left alone. */
const FAILURES_MAX = 3;
/** An account without use for so long is let go. */
const IDLE_MS = 60_000;
/** Reports under way at once. */
const REPORT_LANES = 64;

/**
 * Counts usage that all processes share, against a cap. What is checked often is leased ahead and spent without a round trip; every few seconds a
 * process reports what it spent, as an absolute value. At most processes × lease is admitted too much, and only when a process dies unreported.
 *
 * With Redis away the last known value and what this process spent since decide; what nobody knows is allowed. Nothing of it is lost while the process
 * lives: it is reported when Redis is back.
 */
export class QuotaLedger {
  readonly #metrics: RedisMetrics;
  readonly #circuit: CircuitBreaker;
  readonly #reports: QuotaReports;
  readonly #now: () => number;
  readonly #reportEveryMs: number;
  /** By role, then by the key of the counter. */
  readonly #accounts = new Map<QuotaRole, Map<string, QuotaAccount>>();
  readonly #timer: NodeJS.Timeout;

  constructor(redis: Redis, { metrics, ...options }: QuotaLedgerOptions & { metrics: RedisMetrics }) {
    const { retryAfterMs = 1_000, reportEveryMs = 5_000, now = () => performance.now() } = options;
    this.#metrics = metrics;
    this.#now = now;
    this.#reportEveryMs = reportEveryMs;
    this.#circuit = new CircuitBreaker({
      failuresMax: FAILURES_MAX,
      openMs: retryAfterMs,
      successesToClose: 1,
      now,
      onChange: (state) => metrics.quotaCircuit(circuitLevel(state)),
    });
    const process = randomBytes(6).toString('base64url');
    this.#reports = new QuotaReports(redis, { ...options, metrics, process, circuit: this.#circuit, now });
    this.#timer = setInterval(() => void this.report(), reportEveryMs);
    this.#timer.unref();
  }

  /** Checks and reserves in one step. Synchronous while leased credits are at hand. Never rejects. */
  take(subject: QuotaSubject, quantity: number): QuotaReading | Promise<QuotaReading> {
    const account = this.#accountOf(subject, subject.counting);
    const now = this.#now();
    account.usedAt = now;
    if (subject.cap < 0 && isLeased(account)) return this.#spent(account, quantity, 'shared');
    if (account.pool.spend(quantity)) {
      if (account.pool.isLow && this.#circuit.state === 'closed') void account.pool.refill(this.#refillOf(account, { lease: true }));
      return this.#spent(account, quantity, 'shared');
    }
    if (now < account.blockedUntil) return account.reading(false, 'shared');
    if (this.#circuit.state !== 'closed') {
      // The trial runs in the background; no request waits for it.
      if (this.#circuit.claim()) void account.pool.refill(this.#refillOf(account));
      return this.#decideLocally(account, quantity);
    }
    return account.pool.wait(quantity, this.#refillOf(account, { lease: isLeased(account) }));
  }

  /** Gives back what was taken and not used, or what was removed since. */
  release(subject: QuotaSubject, quantity: number): void {
    const account = this.#accountOf(subject, subject.counting);
    account.usedAt = this.#now();
    account.net -= quantity;
    account.blockedUntil = 0;
    if (!isLeased(account)) void this.#reportNow(account);
  }

  /** Counts what was reserved, or never asked for. Resolves when Redis has it, or when that has to wait; never rejects. */
  async count(subject: QuotaSubject, quantity: number): Promise<void> {
    const account = this.#accountOf(subject, subject.counting === 'reserve' ? 'count' : subject.counting);
    account.usedAt = this.#now();
    account.net += quantity;
    await this.#reportNow(account);
  }

  /** Reports everything that was spent, renews what is held, and lets go of what is not used. Runs by itself every few seconds; never rejects. */
  async report(): Promise<void> {
    await inLanes(this.#all(), REPORT_LANES, (account) => this.#reportNow(account));
  }

  /** Gives everything back that is leased, after a last report. Repeatable. */
  async close(): Promise<void> {
    clearInterval(this.#timer);
    for (const account of this.#all()) {
      account.usedAt = -Infinity;
      if (account.role === 'live') account.net = 0;
    }
    await this.report();
    this.#accounts.clear();
  }

  async #reportNow(account: QuotaAccount): Promise<void> {
    await account.pool.running; // it may have been sent before the last change
    if (account.pool.running !== undefined) return account.pool.running;
    const idleMs = this.#now() - account.usedAt;
    if (idleMs > this.#reportEveryMs) account.pool.credits = 0;
    const leave = idleMs > IDLE_MS && account.held === 0;
    if (this.#isNews(account) || (leave && account.isEntered)) {
      if (!this.#circuit.claim()) return;
      await account.pool.refill(this.#refillOf(account, { leave }));
    }
    if (leave && !account.isEntered && !account.isDirty) this.#accounts.get(account.role)?.delete(account.key);
  }

  /** Whether Redis has to hear of an account: something was spent, or what is held changed or is about to lapse. */
  #isNews(account: QuotaAccount): boolean {
    if (account.isDirty || account.held !== account.reportedHeld) return true;
    return account.held > 0 && this.#now() - account.reportedAt > this.#reports.leaseMs / 3;
  }

  #refillOf(account: QuotaAccount, { lease = false, leave = false } = {}): Refill<QuotaReading> {
    return {
      fetch: (costs, onTaken) => this.#reports.send(account, { costs, lease, leave: leave && costs.length === 0, onTaken }),
      decide: (cost, granted) => (granted ? this.#spent(account, cost, 'shared') : account.reading(false, 'shared')),
      settled: () => {
        if (!isLeased(account)) account.pool.credits = 0;
      },
      fallback: (cost) => this.#decideLocally(account, cost),
      gaveUp: () => this.#circuit.state !== 'closed',
    };
  }

  #spent(account: QuotaAccount, quantity: number, source: QuotaReading['source']): QuotaReading {
    account.net += quantity;
    return account.reading(true, source);
  }

  #decideLocally(account: QuotaAccount, quantity: number): QuotaReading {
    const { cap } = account.subject;
    const allowed = cap < 0 || !account.isKnown || account.used + quantity <= cap;
    this.#metrics.quotaFallback(account.isKnown ? 'last_known' : 'unknown');
    if (!account.isKnown) void this.#reports.learn(account);
    return allowed ? this.#spent(account, quantity, 'local') : account.reading(false, 'local');
  }

  #accountOf(subject: QuotaSubject, role: QuotaRole): QuotaAccount {
    let accounts = this.#accounts.get(role);
    if (accounts === undefined) this.#accounts.set(role, (accounts = new Map<string, QuotaAccount>()));
    const key = quotaKey(subject);
    const known = accounts.get(key);
    if (known !== undefined) {
      if (known.subject.cap !== subject.cap) known.blockedUntil = 0;
      known.subject = subject;
      return known;
    }
    const account = new QuotaAccount(role, key, subject);
    accounts.set(key, account);
    return account;
  }

  #all(): QuotaAccount[] {
    return [...this.#accounts.values()].flatMap((accounts) => [...accounts.values()]);
  }
}

/** Whether credits are taken ahead; gauges and connections are exact. */
function isLeased({ role }: QuotaAccount): boolean {
  return role === 'take' || role === 'reserve';
}
