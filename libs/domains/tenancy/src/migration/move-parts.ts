import { type FenceBoard } from '@caas/data-access-redis';

/** What moves need of the process besides what every operation has. */
export interface MoveParts {
  readonly board: FenceBoard;
  /** Milliseconds after which every process has read the tenant's record anew; 6 000 unless given, which is longer than any copy of it lives. */
  readonly seenAfterMs?: number;
}
