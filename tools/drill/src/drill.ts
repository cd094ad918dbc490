import { type Field, type Setup } from './field.js';

/** A fault, how it is provoked, and what must hold besides the invariants. One file each. */
export interface Drill {
  /** Its number in the fault matrix. */
  readonly number: number;
  readonly name: string;
  readonly fault: string;
  readonly holds: string;
  /** What runs before the fault. */
  readonly setup: Setup;
  /** Whether everything on the topics is handled a second time afterwards. */
  readonly replays?: boolean;
  /** Whether a count may be lost, which a repair must mend: processes that count are killed, or what they count in is emptied. */
  readonly mayLoseCounts?: boolean;
  /** Provokes the fault and undoes it. Says by `field.claim` what it saw. */
  run(field: Field): Promise<void>;
}
