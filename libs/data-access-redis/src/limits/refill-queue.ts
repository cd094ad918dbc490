import { type RateDecision } from '@caas/runtime';
import { type Account } from './account.js';

/** A request whose credits are not all at hand. */
export interface Waiter {
  readonly cost: number;
  readonly accounts: readonly Account[];
  /** Of which of its accounts Redis has to give; of the others the credits were put aside. */
  readonly lacking: readonly Account[];
  readonly resolve: (decision: RateDecision) => void;
}

/** Asks for what the waiting need and for leases of the accounts. Answers the waiting by itself, also when it fails. Never rejects. */
export type Fetch = (waiting: Waiter[], leasing: ReadonlySet<Account>) => Promise<void>;

/**
 * Those of one scope who wait for credits. One fetch runs at a time; everybody who comes meanwhile shares the next one. Lives only while somebody waits:
 * there is a scope for every tenant.
 */
export class RefillQueue {
  readonly #fetch: Fetch;
  #waiting: Waiter[] = [];
  #leasing = new Set<Account>();
  #running = false;

  constructor(fetch: Fetch) {
    this.#fetch = fetch;
  }

  /** Adds a request; call {@link run} then. */
  join(waiter: Waiter): void {
    this.#waiting.push(waiter);
  }

  /** Adds an account whose lease is nearly spent. */
  lease(account: Account): void {
    this.#leasing.add(account);
  }

  /** Takes all who wait, to answer them otherwise. */
  leave(): Waiter[] {
    return this.#waiting.splice(0);
  }

  /** Fetches until nobody waits; `false` when a run goes on already. Never rejects. */
  async run(): Promise<boolean> {
    if (this.#running) return false;
    this.#running = true;
    while (this.#waiting.length > 0 || this.#leasing.size > 0) {
      const leasing = this.#leasing;
      this.#leasing = new Set();
      await this.#fetch(this.#waiting.splice(0), leasing);
    }
    this.#running = false; // in the same breath as the look at the waiting: whoever comes next starts a run of their own
    return true;
  }
}
