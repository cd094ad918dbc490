import { CircuitBreaker, circuitLevel, type RateDecision, type RateLevel, type RateLimiter, type RateSubject } from '@caas/runtime';
import { type Redis } from 'ioredis';
import { LRUCache } from 'lru-cache';
import { type RedisMetrics } from '../client/redis-metrics.js';
import { Account } from './account.js';
import { answerWithin } from './answer-within.js';
import { allowed, refused } from './decisions.js';
import { grouped, leaseArguments, readReply } from './lease-call.js';
import { leaseScript } from './lease-script.js';
import { takeLocally } from './local-decision.js';
import { RefillQueue, type Waiter } from './refill-queue.js';

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
  /** Levels whose leases are kept. */
  readonly accountsMax: number;
  /** Milliseconds of a clock that never goes back. */
  readonly now: () => number;
}

const DEFAULTS: RateLimiterOptions = {
  leaseFraction: 0.1,
  timeoutMs: 50,
  retryAfterMs: 1_000,
  localDivisor: 1,
  accountsMax: 50_000,
  now: () => performance.now(),
};

/** Failures in a row after which Redis is left alone. */
const FAILURES_MAX = 3;

/** What one account weighs in the list of accounts. */
const ACCOUNT_SIZE = 1;

/** Who waits for an answer of Redis, and which accounts lease credits on top. */
interface Demand {
  readonly waiting: Waiter[];
  readonly leasing: ReadonlySet<Account>;
  /** Nothing on top. */
  readonly exact: boolean;
}

/**
 * Spends credits that it leased from Redis, so that a request usually costs no round trip and no promise. A request is taken from all of its levels or from
 * none; one script evaluates all policies of all levels, for everybody of one scope who waits. What they need is taken exactly, what is taken ahead is a
 * fraction of the rest.
 */
export class LeasedRateLimiter implements RateLimiter {
  readonly #redis: Redis;
  readonly #options: RateLimiterOptions;
  readonly #metrics: RedisMetrics;
  readonly #accounts: LRUCache<string, Account>;
  /** Accounts of levels that come again as the same object, which those of tenants do. */
  readonly #byLevel = new WeakMap<RateLevel, Account>();
  readonly #queues = new Map<string, RefillQueue>();
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
    const accounts = this.#accountsOf(subject);
    const now = this.#options.now();
    if (!strict && spend(accounts, cost, now)) return this.#spent(accounts, now);
    if (accounts.some(({ blockedUntil }) => now < blockedUntil)) return refused(accounts, cost, now);
    if (this.#away) {
      // The trial runs in the background; no request waits for it.
      if (this.#circuit.claim()) this.#leaseInBackground(accounts);
      return takeLocally(accounts, { cost, now, divisor: this.#options.localDivisor });
    }
    return new Promise((resolve) => {
      if (strict) void this.#ask({ waiting: [{ cost, accounts, lacking: accounts, resolve }], leasing: NOBODY, exact: true });
      else this.#wait({ cost, accounts, lacking: putAside(accounts, cost, now), resolve });
    });
  }

  get #away(): boolean {
    return this.#circuit.state !== 'closed';
  }

  #accountsOf({ scope, levels }: RateSubject): readonly Account[] {
    return levels.map((level) => {
      const remembered = this.#byLevel.get(level);
      if (remembered !== undefined) return remembered;
      const name = `${scope} ${level.policies[0]?.name ?? ''} ${level.id}`;
      const known = this.#accounts.get(name);
      // A change of limits starts a new account; the counters in Redis stay.
      const account = known?.policies === level.policies ? known : new Account(scope, level);
      if (account !== known) this.#accounts.set(name, account);
      this.#byLevel.set(level, account);
      return account;
    });
  }

  #spent(accounts: readonly Account[], now: number): RateDecision {
    for (const account of accounts) {
      if (account.isLow && !this.#away && !this.#queues.has(account.scope)) this.#leaseInBackground([account]);
    }
    return allowed(accounts, now);
  }

  #wait(waiter: Waiter): void {
    const queue = this.#queueOf(waiter.accounts);
    queue.join(waiter);
    this.#run(queue, waiter.accounts);
  }

  #leaseInBackground(accounts: readonly Account[]): void {
    const queue = this.#queueOf(accounts);
    for (const account of accounts) queue.lease(account);
    this.#run(queue, accounts);
  }

  #queueOf(accounts: readonly Account[]): RefillQueue {
    const scope = accounts[0]?.scope ?? '';
    let queue = this.#queues.get(scope);
    if (queue === undefined) {
      const made = new RefillQueue(async (waiting, leasing) => {
        await this.#ask({ waiting, leasing, exact: false });
        // Those who came while it failed need not wait for a try of their own.
        if (this.#away) this.#answerLocally(made.leave());
      });
      queue = made;
      this.#queues.set(scope, queue);
    }
    return queue;
  }

  #run(queue: RefillQueue, accounts: readonly Account[]): void {
    void queue.run().then((ended) => {
      if (ended) this.#queues.delete(accounts[0]?.scope ?? '');
    });
  }

  /** One call of the script. Answers all who wait; when Redis fails or is too slow, locally. What a late answer took is kept all the same. */
  async #ask(demand: Demand): Promise<void> {
    const { leaseFraction, timeoutMs } = this.#options;
    const accounts = [...new Set([...demand.waiting.flatMap(({ lacking }) => lacking), ...demand.leasing])];
    const groups = grouped(demand.waiting, accounts);
    const keys = accounts.flatMap((account) => account.keys());
    const call = leaseScript.run(this.#redis, keys, leaseArguments(accounts, groups, demand.exact ? 0 : leaseFraction));
    const settled = call.then((reply) => this.#settle(readReply(reply, { groups, accounts }), { demand, accounts }));
    try {
      const gotAll = await answerWithin(timeoutMs, settled);
      this.#circuit.succeeded();
      this.#metrics.leases(gotAll ? 'granted' : 'exhausted');
    } catch {
      this.#circuit.failed();
      this.#metrics.leases('failed');
      this.#answerLocally(demand.waiting.splice(0));
    }
  }

  /** Takes in an answer of the script; whether everybody got what they asked for. */
  #settle(
    { granted, leases, states }: ReturnType<typeof readReply>,
    { demand, accounts }: { demand: Demand; accounts: readonly Account[] },
  ): boolean {
    const now = this.#options.now();
    accounts.forEach((account, index) => account.observe(states[index] ?? [], leases[index] ?? 0, now));
    // Answered locally in the meantime: what was taken for them comes into hand.
    if (demand.waiting.length === 0) for (const { lacking, cost } of granted) for (const account of lacking) account.hold(cost, now);
    const lucky = new Set(granted);
    const refusals = demand.waiting.splice(0).filter((waiter) => {
      if (lucky.has(waiter)) waiter.resolve(allowed(waiter.accounts, now));
      return !lucky.has(waiter);
    });
    for (const waiter of refusals) {
      giveBack(waiter);
      waiter.resolve(refused(waiter.accounts, waiter.cost, now));
    }
    if (!demand.exact || refusals.some(({ cost }) => cost === 1)) for (const account of accounts) account.closeWhenEmpty(now);
    return refusals.length === 0 && (granted.length > 0 || leases.some((lease) => lease > 0));
  }

  #answerLocally(waiting: readonly Waiter[]): void {
    for (const waiter of waiting) {
      giveBack(waiter);
      const { cost, accounts, resolve } = waiter;
      resolve(takeLocally(accounts, { cost, now: this.#options.now(), divisor: this.#options.localDivisor }));
    }
  }
}

const NOBODY: ReadonlySet<Account> = new Set();

/** Spends credits that are at hand in all accounts; false, and nothing spent, when they are not. */
function spend(accounts: readonly Account[], cost: number, now: number): boolean {
  for (const account of accounts) if (!account.has(cost, now)) return false;
  for (const account of accounts) account.credits -= cost;
  return true;
}

/** Puts aside what is at hand, so that nobody else spends it while the rest is fetched; the accounts that lack. */
function putAside(accounts: readonly Account[], cost: number, now: number): readonly Account[] {
  return accounts.filter((account) => {
    if (!account.has(cost, now)) return true;
    account.credits -= cost;
    return false;
  });
}

function giveBack({ accounts, lacking, cost }: Waiter): void {
  for (const account of accounts) if (!lacking.includes(account)) account.credits += cost;
}
