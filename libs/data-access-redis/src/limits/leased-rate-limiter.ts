import { type RateDecision, type RateLimiter, type RateSubject } from '@caas/runtime';
import { type Redis } from 'ioredis';
import { LRUCache } from 'lru-cache';
import { type RedisMetrics } from '../client/redis-metrics.js';
import { Account, refusedBy, type Waiter } from './account.js';
import { answerWithin } from './answer-within.js';
import { Circuit } from './circuit.js';
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

/** Part of a lease at which the next one is fetched in the background. */
const LOW_WATER = 0.25;

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
  readonly #circuit: Circuit;

  constructor(redis: Redis, { metrics, ...options }: Partial<RateLimiterOptions> & { metrics: RedisMetrics }) {
    this.#redis = redis;
    this.#options = { ...DEFAULTS, ...options };
    this.#metrics = metrics;
    this.#accounts = new LRUCache({ max: this.#options.accountsMax });
    this.#circuit = new Circuit(this.#options.retryAfterMs, metrics.limiterCircuit);
  }

  take(subject: RateSubject, { cost = 1, strict = false }: { cost?: number; strict?: boolean } = {}): RateDecision | Promise<RateDecision> {
    const account = this.#accountOf(subject);
    const now = this.#options.now();
    if (!strict) {
      if (now >= account.expiresAt) account.credits = 0;
      if (account.credits >= cost && account.waiting.length === 0) return this.#spend(account, cost, now);
    }
    if (now < account.blockedUntil) return account.refused(cost, now);
    if (this.#circuit.isOpen) {
      if (this.#circuit.claimTrial(now)) void this.#refill(account);
      return this.#takeLocally(account, cost, now);
    }
    return strict ? this.#takeStrictly(account, cost) : this.#wait(account, cost);
  }

  #accountOf(subject: RateSubject): Account {
    const known = this.#accounts.get(subject.tenantId);
    if (known?.fits(subject) === true) return known;
    const account = new Account(subject);
    this.#accounts.set(subject.tenantId, account);
    return account;
  }

  #spend(account: Account, cost: number, now: number): RateDecision {
    account.credits -= cost;
    if (account.credits <= account.leased * LOW_WATER && !account.refilling && !this.#circuit.isOpen) void this.#refill(account);
    return account.allowed(now);
  }

  #wait(account: Account, cost: number): Promise<RateDecision> {
    return new Promise((resolve) => {
      account.waiting.push({ cost, resolve });
      if (!account.refilling) void this.#refill(account);
    });
  }

  /** Fetches what the waiting need and a lease on top, until nobody waits. Never rejects. */
  async #refill(account: Account): Promise<void> {
    account.refilling = true;
    do {
      const batch = account.waiting;
      account.waiting = [];
      const needed = batch.reduce((sum, { cost }) => sum + cost, 0);
      try {
        await this.#ask(account, { needed, exact: false, onTaken: () => this.#serve(account, batch) });
      } catch {
        if (this.#circuit.isOpen) batch.push(...account.waiting.splice(0));
        const now = this.#options.now();
        for (const { cost, resolve } of batch.splice(0)) resolve(this.#takeLocally(account, cost, now));
      }
    } while (account.waiting.length > 0);
    account.refilling = false;
  }

  /** In the order in which they came. Runs in the same breath as the taking, so that nobody spends what was taken for others. */
  #serve(account: Account, batch: Waiter[]): void {
    const now = this.#options.now();
    for (const { cost, resolve } of batch.splice(0)) {
      if (account.credits < cost) resolve(account.refused(cost, now));
      else {
        account.credits -= cost;
        resolve(account.allowed(now));
      }
    }
    account.leased = account.credits;
    if (account.credits === 0) account.blockedUntil = now + account.waitMs(1, now);
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
    const { keys, limits } = account;
    const call = leaseScript.run(this.#redis, keys, [needed, leaseFraction, Math.max(0, account.credits), exact ? 1 : 0, ...limits]);
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
      this.#circuit.failed(now());
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
