/**
 * What a diagnosis comes to, from the best to the worst.
 *
 * - `ok`: as it should be; `skipped`: it could not be looked at, for a reason that is named elsewhere or is none of ours;
 * - `warning`: it works, and somebody should know;
 * - `differs`: something is not as the definitions say, and a command mends it;
 * - `fault`: it does not work.
 */
export const VERDICTS = ['ok', 'skipped', 'warning', 'differs', 'fault'] as const;
export type Verdict = (typeof VERDICTS)[number];

/** One thing that a check has found. */
export interface Diagnosis {
  readonly verdict: Verdict;
  readonly said: string;
  /** What to do about it. */
  readonly advice?: string;
}

/** A diagnosis with the check that it is of. */
export interface Finding extends Diagnosis {
  readonly check: string;
}

/** One thing to look at. */
export interface Check {
  /** Area and subject: `mongodb.primary`. */
  readonly name: string;
  /** Checks before it. When one of them has found a fault, or was skipped, this one has nothing to look at. */
  readonly needs?: readonly string[];
  /** Answers at least one diagnosis. Rejects for what it did not expect, which is then a fault. */
  run(): Promise<readonly Diagnosis[]>;
}

export const ok = (said: string): Diagnosis => ({ verdict: 'ok', said });
export const skipped = (said: string): Diagnosis => ({ verdict: 'skipped', said });
export const warning = (said: string, advice: string): Diagnosis => ({ verdict: 'warning', said, advice });
export const differs = (said: string, advice: string): Diagnosis => ({ verdict: 'differs', said, advice });
export const fault = (said: string, advice: string): Diagnosis => ({ verdict: 'fault', said, advice });

/** The worst verdict of all. */
export function worstOf(diagnoses: readonly Diagnosis[]): Verdict {
  return VERDICTS[Math.max(0, ...diagnoses.map(({ verdict }) => VERDICTS.indexOf(verdict)))] ?? 'ok';
}
