import { CreditPool } from './credit-pool.js';
import { type QuotaCrossing, type QuotaReading, type QuotaSubject } from './quota-subject.js';

/** What a process does with a counter: the check's side, or the side that counts what was reserved elsewhere. */
export type QuotaRole = QuotaSubject['counting'] | 'count';

/** The counter as the script last said. */
export interface QuotaState {
  readonly used: number;
  readonly reserved: number;
  /** Held by all processes; spent there or not. */
  readonly held: number;
}

const NOTHING: QuotaState = { used: 0, reserved: 0, held: 0 };

/** What this process knows and holds of one counter. Times are milliseconds of the ledger's clock. */
export class QuotaAccount {
  readonly pool = new CreditPool<QuotaReading>();
  /** As it was given last: limits change, the counter stays the same. */
  subject: QuotaSubject;
  state = NOTHING;
  /** Whether {@link state} says anything. */
  isKnown = false;
  /** Spent since this account began, less what was given back; of connections: how many are open. */
  net = 0;
  /** As much of `net` as Redis has. */
  acknowledged = 0;
  /** `net` when Redis last began to know this process. */
  base = 0;
  /** Whether Redis has an entry of this process. */
  isEntered = false;
  reports = 0;
  usedAt = 0;
  reportedAt = -Infinity;
  /** What Redis believes that this process holds. */
  reportedHeld = 0;
  /** Until then Redis has said that nothing is free. */
  blockedUntil = 0;

  constructor(
    readonly role: QuotaRole,
    readonly key: string,
    subject: QuotaSubject,
  ) {
    this.subject = subject;
  }

  get isDirty(): boolean {
    return this.net !== this.acknowledged;
  }

  /** What the process holds: leased credits, and open connections. */
  get held(): number {
    return this.role === 'live' ? this.net + this.pool.credits : this.pool.credits;
  }

  /** Net spending as the script takes it; connections are held, never spent. */
  get reportedNet(): number {
    return this.role === 'live' ? 0 : this.net - this.base;
  }

  /** Used as far as this process knows. */
  get used(): number {
    const { used, reserved, held } = this.state;
    const pending = this.net - this.acknowledged;
    return Math.max(0, (this.role === 'live' ? held : used + reserved) + pending);
  }

  reading(allowed: boolean, source: QuotaReading['source']): QuotaReading {
    return { allowed, used: this.used, source };
  }

  /** Redis does not know this process (any more): what it has not acknowledged is counted anew, and nothing twice. */
  startAnew(): void {
    this.base = this.acknowledged;
    this.isEntered = false;
  }

  crossing(from: number, to: number): QuotaCrossing | undefined {
    if (from === to) return undefined;
    return { subject: this.subject, used: this.role === 'live' ? this.state.held : this.state.used, from, to };
  }
}
