/** Someone who needs credits that are not here yet. */
interface Waiter<Decision> {
  readonly cost: number;
  readonly resolve: (decision: Decision) => void;
}

/** How a pool gets credits, and how those who wait for them are answered. */
export interface Refill<Decision> {
  /**
   * Asks for what each of the waiting costs, in their order, and for a lease on top. Adds what it got to the pool and calls `onTaken` in the same
   * breath, so that nobody spends what was taken for others. Rejects when nothing is known.
   */
  fetch(costs: readonly number[], onTaken: () => void): Promise<unknown>;
  /** The answer to a waiter whose credits were there and are spent now, or not. */
  decide(cost: number, granted: boolean): Decision;
  /** Runs after every taking, when the waiters have had theirs. */
  settled(): void;
  /** The answer to a waiter when {@link fetch} rejected. */
  fallback(cost: number): Decision;
  /** Whether those who came while it failed need not wait for a try of their own. */
  gaveUp(): boolean;
}

/** Part of a lease at which the next one is fetched in the background. */
const LOW_WATER = 0.25;

/**
 * Credits of one account that are leased and not spent, and the queue of those who wait for more. One fetch runs at a time; everybody who comes
 * meanwhile shares the next one.
 */
export class CreditPool<Decision> {
  /** Leased and not spent. */
  credits = 0;
  #leased = 0;
  /** Absent while nobody waits: there is a pool for every tenant. */
  #waiting: Waiter<Decision>[] | undefined;
  #running: Promise<void> | undefined;

  /** Whether a fetch is due before the credits are gone. */
  get isLow(): boolean {
    return this.credits <= this.#leased * LOW_WATER && this.#running === undefined;
  }

  /** The fetch that runs now, if any; never rejects. */
  get running(): Promise<void> | undefined {
    return this.#running;
  }

  /** Spends credits that are at hand; false when they are not, or somebody waits for them already. */
  spend(cost: number): boolean {
    if (this.credits < cost || this.#waiting !== undefined) return false;
    this.credits -= cost;
    return true;
  }

  /** Resolves when the cost was fetched and spent, or refused. Never rejects. */
  wait(cost: number, refill: Refill<Decision>): Promise<Decision> {
    return new Promise((resolve) => {
      (this.#waiting ??= []).push({ cost, resolve });
      void this.refill(refill);
    });
  }

  /** Fetches until nobody waits; joins the fetch that runs already. Never rejects. */
  refill(refill: Refill<Decision>): Promise<void> {
    this.#running ??= this.#refill(refill);
    return this.#running;
  }

  async #refill(refill: Refill<Decision>): Promise<void> {
    do {
      const batch = this.#takeWaiting();
      const costs = batch.map(({ cost }) => cost);
      try {
        await refill.fetch(costs, () => this.#serve(batch, refill));
      } catch {
        if (refill.gaveUp()) batch.push(...this.#takeWaiting());
        for (const { cost, resolve } of batch.splice(0)) resolve(refill.fallback(cost));
      }
    } while (this.#waiting !== undefined);
    this.#running = undefined; // in the same breath as the look at the waiting: whoever comes next starts a fetch of their own
  }

  #takeWaiting(): Waiter<Decision>[] {
    const waiting = this.#waiting ?? [];
    this.#waiting = undefined;
    return waiting;
  }

  /** In the order in which they came. */
  #serve(batch: Waiter<Decision>[], refill: Refill<Decision>): void {
    for (const { cost, resolve } of batch.splice(0)) {
      const granted = this.credits >= cost;
      if (granted) this.credits -= cost;
      resolve(refill.decide(cost, granted));
    }
    refill.settled();
    this.#leased = this.credits;
  }
}
