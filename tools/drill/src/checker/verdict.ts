/** What has to hold whatever happens. */
export const INVARIANTS = {
  I1: 'nothing that was accepted is lost',
  I2: 'nothing is stored or shown twice',
  I3: 'a conversation has the order in which its senders were told, with rising sequences',
  I4: 'nothing of one tenant reaches another',
  I5: 'everything ends in exactly one of stored, rejected, dead letter, or an error told to the caller',
  I6: 'a replay changes nothing',
  I7: 'quota counters count what is stored',
  I8: 'webhooks are delivered at least once, signed and in order',
} as const;
export type InvariantName = keyof typeof INVARIANTS;

/** What the checker found about one invariant. */
export interface Verdict {
  readonly invariant: InvariantName;
  /** Violations, the first few of them in words. Empty when it held. */
  readonly violations: readonly string[];
  /** Things that were looked at. Nothing looked at is nothing shown. */
  readonly looked: number;
  /** Why it could not be looked at, in place of a result. */
  readonly notApplicable?: string;
}

export const isViolated = ({ violations }: Verdict): boolean => violations.length > 0;

/** The verdict of one invariant, gathered while looking. */
export class Findings {
  readonly #violations: string[] = [];
  #looked = 0;

  look(holds: boolean, violation: () => string): void {
    this.#looked += 1;
    if (!holds) this.#violations.push(violation());
  }

  verdict(invariant: InvariantName): Verdict {
    if (this.#looked === 0) return { invariant, violations: [], looked: 0, notApplicable: 'there was nothing to look at' };
    return { invariant, violations: this.#violations, looked: this.#looked };
  }
}
