import { type CircuitBreaker } from '@caas/runtime';
import { type Redis } from 'ioredis';
import { type RedisMetrics } from '../client/redis-metrics.js';
import { answerWithin } from '../limits/answer-within.js';
import { DIRTY_KEY, dirtyMember, markNow } from './quota-counters.js';
import { type QuotaAccount } from './quota-account.js';
import { quotaScript } from './quota-script.js';
import { type QuotaCrossing, type QuotaSubject } from './quota-subject.js';

/** Where a counter starts that Redis does not have. */
export interface QuotaStart {
  readonly used: number;
  /** Whether that is not the whole truth: the counter existed, and what came after the last flush is missing. */
  readonly recount: boolean;
}

export interface QuotaReportsOptions {
  /**
   * The last known value of a counter that Redis lost, or never had. Rejects when nobody can tell now; then checks are decided in this process and
   * counted later.
   */
  readonly startOf: (subject: QuotaSubject) => Promise<QuotaStart>;
  /** Told when usage crossed a threshold of an alert, in either direction; may be told twice. */
  readonly onCrossing?: (crossing: QuotaCrossing) => void;
  /** Part of the free room that one process leases ahead, 0 to 1. */
  readonly leaseFraction?: number;
  /** Credits that one process leases ahead at most. */
  readonly leaseMax?: number;
  /** Milliseconds for which leases and connections of a silent process count. */
  readonly leaseMs?: number;
  /** Milliseconds after which Redis counts as away for a request. */
  readonly timeoutMs?: number;
}

interface Parts extends QuotaReportsOptions {
  readonly process: string;
  readonly circuit: CircuitBreaker;
  readonly metrics: RedisMetrics;
  readonly now: () => number;
}

interface Demand {
  /** Credits that each of the waiting checks needs. */
  readonly costs: readonly number[];
  /** Whether to lease on top. */
  readonly lease: boolean;
  /** Whether the process has no more to do with the counter. */
  readonly leave: boolean;
  readonly onTaken: () => void;
}

const MISSING = -1;
const UNKNOWN = -2;
const LATE = -3;
/** A counter that is missing, then taken for known, then told: three calls. */
const TRIES_MAX = 3;
/** For so long a full counter is not asked again. */
const BLOCKED_MS = 1_000;

/** Sends what accounts spent and need, one call of the script each. */
export class QuotaReports {
  /** Milliseconds for which leases and connections of a silent process count. */
  readonly leaseMs: number;
  readonly #redis: Redis;
  readonly #parts: Parts;
  readonly #learning = new Set<QuotaAccount>();

  constructor(redis: Redis, parts: Parts) {
    this.#redis = redis;
    this.#parts = parts;
    this.leaseMs = parts.leaseMs ?? 60_000;
  }

  /** Rejects when Redis or the start of the counter is not to be had in time; a late answer is taken in all the same. */
  async send(account: QuotaAccount, demand: Demand): Promise<void> {
    const { timeoutMs = 50, circuit, metrics } = this.#parts;
    try {
      await answerWithin(timeoutMs, this.#converse(account, demand));
      circuit.succeeded();
      metrics.quotaReports('ok');
    } catch (error) {
      circuit.failed();
      metrics.quotaReports('failed');
      throw error;
    }
  }

  /** Reads the last known value for an account of which nothing is known while Redis is away; never rejects. */
  async learn(account: QuotaAccount): Promise<void> {
    if (this.#learning.has(account)) return;
    this.#learning.add(account);
    try {
      const { used } = await this.#parts.startOf(account.subject);
      if (account.isKnown) return;
      account.state = { used, reserved: 0, held: 0 };
      account.isKnown = true;
    } catch {
      // nobody knows: checks stay allowed and are counted
    } finally {
      this.#learning.delete(account);
    }
  }

  async #converse(account: QuotaAccount, demand: Demand): Promise<void> {
    let start: QuotaStart | undefined;
    for (let attempt = 0; attempt < TRIES_MAX; attempt++) {
      const sent = { net: account.net, held: account.held };
      const [status = LATE, ...numbers] = await this.#call(account, demand, start);
      if (status === MISSING) start = await this.#parts.startOf(account.subject);
      if (status === MISSING || status === UNKNOWN) account.startAnew();
      else if (status === LATE) throw new Error('A later report overtook this one.');
      else return this.#takeIn(account, demand, { sent, numbers });
    }
    throw new Error('The counter went away while it was asked.');
  }

  /** The mark for the sync goes first and on the same connection: usage that Redis has is never forgotten there. */
  async #call(account: QuotaAccount, { costs, lease, leave }: Demand, start: QuotaStart | undefined): Promise<number[]> {
    const { process, leaseFraction = 0.1, leaseMax = 1_000 } = this.#parts;
    const { subject, role, key } = account;
    const marked = costs.length > 0 || account.isDirty ? this.#redis.zadd(DIRTY_KEY, markNow(), dirtyMember(subject)) : Promise.resolve();
    account.reports += 1;
    const answer = quotaScript.run(
      this.#redis,
      [key],
      [
        `${process}:${role}`,
        role,
        account.reports,
        account.isEntered ? 1 : 0,
        account.reportedNet,
        account.held,
        costs.join(','),
        lease ? leaseFraction : 0,
        leaseMax,
        subject.limit,
        subject.cap,
        this.leaseMs,
        subject.expiresAt,
        start?.used ?? '',
        start?.recount === true ? 1 : 0,
        subject.isGauge ? 1 : 0,
        leave ? 1 : 0,
      ],
    );
    const [numbers] = await Promise.all([answer, marked]);
    return numbers;
  }

  #takeIn(
    account: QuotaAccount,
    { leave, onTaken }: Demand,
    { sent, numbers }: { sent: { net: number; held: number }; numbers: readonly number[] },
  ): void {
    const [taken = 0, used = 0, reserved = 0, held = 0, from = 0, to = 0] = numbers;
    const { now, onCrossing } = this.#parts;
    account.state = { used, reserved, held };
    account.isKnown = true;
    account.isEntered = !leave;
    account.reportedAt = now();
    account.reportedHeld = account.role === 'commit' ? sent.held : sent.held + taken;
    account.acknowledged = sent.net + (account.role === 'commit' || account.role === 'live' ? taken : 0);
    if (leave) account.base = account.acknowledged;
    account.pool.credits += taken;
    onTaken();
    const { cap } = account.subject;
    if (cap >= 0 && used + reserved + held >= cap && account.pool.credits === 0) account.blockedUntil = now() + BLOCKED_MS;
    const crossing = account.crossing(from, to);
    if (crossing !== undefined) onCrossing?.(crossing);
  }
}
