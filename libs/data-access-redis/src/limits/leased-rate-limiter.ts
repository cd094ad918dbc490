import { CircuitBreaker, circuitLevel, type RateDecision, type RateLimiter, type RateSubject } from '@caas/runtime';
import { type Redis } from 'ioredis';
import { LRUCache } from 'lru-cache';
import { type RedisMetrics } from '../client/redis-metrics.js';
import { Account, refusedBy } from './account.js';
import { answerWithin } from './answer-within.js';
import { type Refill } from './credit-pool.js';
import { leaseScript } from './lease-script.js';
import { LocalWindow } from './local-window.js';
import { type WindowState } from './sliding-window.js';

export interface RateLimiterOptions {
  /**
   * Part of the free credits that one process takes ahead, 0 to 1. Over-admission is at most processes × fraction × the smallest limit;
   * small limits get small leases, down to none.
   */
  readonly leaseFraction: number;
  /** Milliseconds after which Redis counts as away for a request. */
  readonly timeoutMs: number;
  /** Milliseconds between two trials while Redis is away. */
  readonly retryAfterMs: number;
  /** How many processes share a limit while Redis is away: each then allows limit ÷ divisor. */
  readonly localDivisor: number;
  /** Tenants whose leases are kept. */
  readonly accountsMax: number;
  /** Milliseconds of a clock that never goes back. */
  readonly now: () => number;
}

const DEFAULTS: RateLimiterOptions = {
  leaseFraction: 0.1,
  timeoutMs: 50,
  retryAfterMs: 1_000,
  localDivisor: 1,
  accountsMax: 10_000,
  now: () => performance.now(),
};

/** Failures in a row after which Redis is left alone. */
const FAILURES_MAX = 3;

/** What the account of one tenant weighs in the list of accounts. */
const ACCOUNT_SIZE = 1;

interface Demand {
  /** Credits that requests wait for. */
  readonly needed: number;
  /** All of them or none, and nothing on top. */
  readonly exact: boolean;
  /** Runs as soon as the credits are in the account, also when the answer came too late for {@link LeasedRateLimiter.take}. */
  readonly onTaken?: () => void;
}

/**
 * Spends credits that it leased from Redis, so that a request usually costs no round trip and no promise. One script evaluates all policies
 * of a tenant at once. Requests that find no credits wait for one common refill; what they need is taken exactly, what is taken ahead is a
 * fraction of the rest.
 */
export class LeasedRateLimiter implements RateLimiter {
  readonly #redis: Redis;
  readonly #options: RateLimiterOptions;
  readonly #metrics: RedisMetrics;
  readonly #accounts: LRUCache<string, Account>;
  readonly #circuit: CircuitBreaker;

  constructor(redis: Redis, { metrics, ...options }: Partial<RateLimiterOptions> & { metrics: RedisMetrics }) {
    this.#redis = redis;
    this.#options = { ...DEFAULTS, ...options };
    this.#metrics = metrics;
    this.#accounts = new LRUCache({ maxSize: this.#options.accountsMax, sizeCalculation: () => ACCOUNT_SIZE }); // `max` would allocate all of it now
    this.#circuit = new CircuitBreaker({
      failuresMax: FAILURES_MAX,
      openMs: this.#options.retryAfterMs,
      successesToClose: 1,
      now: this.#options.now,
      onChange: (state) => metrics.limiterCircuit(circuitLevel(state)),
    });
  }

  take(subject: RateSubject, { cost = 1, strict = false }: { cost?: number; strict?: boolean } = {}): RateDecision | Promise<RateDecision> {
    const account = this.#accountOf(subject);
    const now = this.#options.now();
    if (!strict) {
      if (now >= account.expiresAt) account.pool.credits = 0;
      if (account.pool.spend(cost)) return this.#spent(account, now);
    }
    if (now < account.blockedUntil) return account.refused(cost, now);
    if (this.#away) {
      // The trial runs in the background; no request waits for it.
      if (this.#circuit.claim()) void account.pool.refill(this.#refillOf(account));
      return this.#takeLocally(account, cost, now);
    }
    return strict ? this.#takeStrictly(account, cost) : account.pool.wait(cost, this.#refillOf(account));
  }

  get #away(): boolean {
    return this.#circuit.state !== 'closed';
  }

  #accountOf(subject: RateSubject): Account {
    const known = this.#accounts.get(subject.tenantId);
    if (known?.fits(subject) === true) return known;
    const account = new Account(subject);
    this.#accounts.set(subject.tenantId, account);
    return account;
  }

  #spent(account: Account, now: number): RateDecision {
    if (account.pool.isLow && !this.#away) void account.pool.refill(this.#refillOf(account));
    return account.allowed(now);
  }

  #refillOf(account: Account): Refill<RateDecision> {
    const { now } = this.#options;
    return {
      fetch: (costs, onTaken) => this.#ask(account, { needed: costs.reduce((sum, cost) => sum + cost, 0), exact: false, onTaken }),
      decide: (cost, granted) => (granted ? account.allowed(now()) : account.refused(cost, now())),
      settled: () => {
        if (account.pool.credits === 0) account.blockedUntil = now() + account.waitMs(1, now());
      },
      fallback: (cost) => this.#takeLocally(account, cost, now()),
      gaveUp: () => this.#away,
    };
  }

  async #takeStrictly(account: Account, cost: number): Promise<RateDecision> {
    try {
      const taken = await this.#ask(account, { needed: cost, exact: true });
      const now = this.#options.now();
      if (taken === cost) return account.allowed(now);
      if (cost === 1) account.blockedUntil = now + account.waitMs(1, now);
      return account.refused(cost, now);
    } catch {
      return this.#takeLocally(account, cost, this.#options.now());
    }
  }

  /** One call of the script. Rejects when Redis fails or is too slow; what a late answer took is kept all the same. */
  async #ask(account: Account, { needed, exact, onTaken }: Demand): Promise<number> {
    const { leaseFraction, timeoutMs, now } = this.#options;
    const { limits } = account;
    const call = leaseScript.run(this.#redis, account.keys(), [
      needed,
      leaseFraction,
      Math.max(0, account.pool.credits),
      exact ? 1 : 0,
      ...limits,
    ]);
    const kept = call.then(([taken = 0, ...numbers]) => {
      account.observe(windowStates(account, numbers), exact ? 0 : taken, now());
      onTaken?.();
      return taken;
    });
    try {
      const taken = await answerWithin(timeoutMs, kept);
      this.#circuit.succeeded();
      this.#metrics.leases(taken >= Math.max(1, needed) ? 'granted' : 'exhausted');
      return taken;
    } catch (error) {
      this.#circuit.failed();
      this.#metrics.leases('failed');
      throw error;
    }
  }

  #takeLocally(account: Account, cost: number, now: number): RateDecision {
    const { localDivisor } = this.#options;
    account.local ??= new LocalWindow(
      account.policies.map((policy) => ({ ...policy, limit: Math.max(1, Math.floor(policy.limit / localDivisor)) })),
      now,
    );
    const { policies } = account.local;
    const { taken, states } = account.local.take(cost, now);
    const decision = refusedBy(policies, states, { cost, source: 'local' });
    return taken ? { ...decision, allowed: true } : decision;
  }
}

/** The counters in a reply of the script, per policy. */
function windowStates({ policies }: Account, numbers: readonly number[]): readonly WindowState[] {
  return policies.map((_, index) => ({
    current: numbers[3 * index] ?? 0,
    previous: numbers[3 * index + 1] ?? 0,
    elapsedMs: numbers[3 * index + 2] ?? 0,
  }));
}
