import { type AuthFailureGuard, AuthorizationError, type FailedAttempt, RateLimitedError } from '@caas/runtime';
import { type Redis } from 'ioredis';
import { LRUCache } from 'lru-cache';
import { answerWithin } from './answer-within.js';
import { failureScript } from './failure-script.js';

/** From so many failures on, in so long, so much follows. */
export interface FailureRules {
  /** Of an address, or of one subject from it: attempts wait until the window has passed. */
  readonly pause: { readonly failures: number; readonly windowMs: number };
  /** Of one subject from an address: one attempt a minute. */
  readonly slow: { readonly failures: number; readonly windowMs: number; readonly forMs: number };
  /** Of an address: it is refused. */
  readonly block: { readonly failures: number; readonly windowMs: number; readonly forMs: number };
}

const RULES: FailureRules = {
  pause: { failures: 5, windowMs: 60_000 },
  slow: { failures: 5, windowMs: 300_000, forMs: 3_600_000 },
  block: { failures: 10, windowMs: 300_000, forMs: 86_400_000 },
};

export interface FailureGuardOptions {
  readonly rules?: FailureRules;
  /** Milliseconds since the epoch. */
  readonly now?: () => number;
  /** Addresses of which nothing is counted. */
  readonly isExempt?: (ip: string) => boolean;
  /** Told once in this process of an address that is refused from now on. Must not throw. */
  readonly onBlocked?: (ip: string, until: Date) => void;
}

/** Failures of one address or of one subject from it, and what follows from them; times in epoch milliseconds. */
interface Standing {
  /** Latest last. */
  failures: number[];
  pausedUntil: number;
  slowUntil: number;
  slowNext: number;
  blockedUntil: number;
}

const SLOW_EVERY_MS = 60_000;
/** Addresses and subjects that a process remembers; the least recently failing one makes room. */
const STANDINGS_MAX = 20_000;
const REDIS_TIMEOUT_MS = 250;

/**
 * Counts wrong credentials by address and by subject, here at once and in Redis for all processes, whose counts catch up with each failure. A process whose
 * callers fail nowhere pays one comparison a request.
 */
export class FailureGuard implements AuthFailureGuard {
  readonly #redis: Redis;
  readonly #options: Required<FailureGuardOptions>;
  readonly #standings = new LRUCache<string, Standing>({ maxSize: STANDINGS_MAX, sizeCalculation: () => 1 });

  constructor(
    redis: Redis,
    { rules = RULES, now = () => Date.now(), isExempt = () => false, onBlocked = () => undefined }: FailureGuardOptions = {},
  ) {
    this.#redis = redis;
    this.#options = { rules, now, isExempt, onBlocked };
  }

  get isQuiet(): boolean {
    return this.#standings.size === 0;
  }

  check({ ip, subject }: FailedAttempt): void {
    const address = this.#standings.get(ip);
    if (address === undefined) return;
    const now = this.#options.now();
    if (address.blockedUntil > now) throw new AuthorizationError('AUTH_IP_BLOCKED', 'Credentials from this address were wrong too often.');
    const pair = this.#standings.get(pairOf(ip, subject));
    const pausedUntil = Math.max(address.pausedUntil, pair?.pausedUntil ?? 0);
    if (pausedUntil > now) throw tooMany(pausedUntil - now);
    if (pair === undefined || pair.slowUntil <= now) return;
    if (pair.slowNext > now) throw tooMany(pair.slowNext - now);
    pair.slowNext = now + SLOW_EVERY_MS;
  }

  failed(attempt: FailedAttempt): void {
    const { ip, subject } = attempt;
    if (this.#options.isExempt(ip)) return;
    const now = this.#options.now();
    const [address, pair] = [this.#standing(ip), this.#standing(pairOf(ip, subject))];
    for (const standing of [address, pair]) {
      standing.failures = [...standing.failures, now].slice(-this.#options.rules.block.failures);
    }
    this.#judge(ip, { address, pair, now });
    this.#share(attempt, now).catch(() => undefined); // Redis is away: this process counts alone
  }

  /** Counts in Redis, and takes over the failures that other processes have seen. */
  async #share({ ip, subject }: FailedAttempt, now: number): Promise<void> {
    const { failures: keep, windowMs } = this.#options.rules.block;
    const keys = [`authfail:{${ip}}`, `authfail:{${ip}}:${subject}`];
    const [ofAddress, ofPair] = await answerWithin(REDIS_TIMEOUT_MS, failureScript.run(this.#redis, keys, [now, windowMs, keep]));
    const [address, pair] = [this.#standing(ip), this.#standing(pairOf(ip, subject))];
    address.failures = merged(address.failures, ofAddress, keep);
    pair.failures = merged(pair.failures, ofPair, keep);
    this.#judge(ip, { address, pair, now: this.#options.now() });
  }

  #judge(ip: string, { address, pair, now }: { address: Standing; pair: Standing; now: number }): void {
    const { pause, slow, block } = this.#options.rules;
    for (const standing of [address, pair]) {
      const first = firstOf(standing.failures, pause.failures);
      if (first !== undefined && first > now - pause.windowMs) standing.pausedUntil = first + pause.windowMs;
    }
    const slowFrom = firstOf(pair.failures, slow.failures);
    if (slowFrom !== undefined && slowFrom > now - slow.windowMs) pair.slowUntil = now + slow.forMs;
    const blockFrom = firstOf(address.failures, block.failures);
    if (blockFrom === undefined || blockFrom <= now - block.windowMs || address.blockedUntil > now) return;
    address.blockedUntil = now + block.forMs;
    this.#options.onBlocked(ip, new Date(address.blockedUntil));
  }

  #standing(name: string): Standing {
    const known = this.#standings.get(name);
    if (known !== undefined) return known;
    const standing: Standing = { failures: [], pausedUntil: 0, slowUntil: 0, slowNext: 0, blockedUntil: 0 };
    this.#standings.set(name, standing);
    return standing;
  }
}

/** The first of the last `count` failures; `undefined` when there are fewer. */
function firstOf(failures: readonly number[], count: number): number | undefined {
  return failures.at(-count);
}

/** What this process and Redis know together. Redis has seen what this process told it, so the longer list is the fuller one. */
function merged(own: readonly number[], shared: readonly (string | number)[], keep: number): number[] {
  const known = shared.map(Number);
  return (known.length >= own.length ? known : [...own]).toSorted((one, other) => one - other).slice(-keep);
}

const pairOf = (ip: string, subject: string): string => `${ip} ${subject}`;

function tooMany(waitMs: number): RateLimitedError {
  return new RateLimitedError('Credentials were wrong too often. Wait before the next attempt.', {
    code: 'AUTH_TOO_MANY_FAILURES',
    details: { violatedPolicies: ['auth'], retryAfterSeconds: Math.max(1, Math.ceil(waitMs / 1_000)) },
  });
}
