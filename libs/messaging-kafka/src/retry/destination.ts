import { type DeadLetterCategory } from '../dead-letters/categories.js';
import { failureClassOf } from './failure-class.js';
import { backoffMs, type RetryPolicy } from './policy.js';

/** Where a failed record goes. */
export type Destination =
  /** To the handler, once more, in this process. */
  | { readonly kind: 'again'; readonly delayMs: number }
  /** Nowhere: the partition rests, and the record is fetched again. */
  | { readonly kind: 'pause' }
  /** Into a retry topic, 1 being the first one; `passes` is its new `retry_count`. */
  | { readonly kind: 'tier'; readonly tier: number; readonly passes: number }
  | { readonly kind: 'dead_letter'; readonly category: DeadLetterCategory }
  /** It is handled. */
  | { readonly kind: 'finished'; readonly result: 'duplicate' | 'rejected' };

export interface FailedTry {
  readonly error: unknown;
  /** Tries made in this process since the record was fetched, at least 1. */
  readonly tries: number;
  /** Passes that the record has behind it: its `retry_count`. */
  readonly passes: number;
  /** The retry topic it was read from; 0 for its own topic. */
  readonly tier: number;
}

/**
 * The one place that decides what becomes of a failed record. Pure. Without a policy the group has no retry topics: what may succeed later
 * waits in its partition, for ever.
 *
 * A record only ever moves to a later tier, because those of its key that follow it lie behind it in each of them.
 */
export function resolveDestination(failed: FailedTry, policy: RetryPolicy | undefined, random: number): Destination {
  const { error, tries, passes, tier } = failed;
  const failureClass = failureClassOf(error);
  switch (failureClass) {
    case 'duplicate':
    case 'rejected':
      return { kind: 'finished', result: failureClass };
    case 'dependency':
      return { kind: 'pause' };
    case 'non_retryable':
    case 'schema':
    case 'poison':
      return { kind: 'dead_letter', category: failureClass };
    case 'retryable':
      if (policy === undefined) return { kind: 'pause' };
      if (tries <= policy.triesMax) return { kind: 'again', delayMs: backoffMs(policy, tries, random) };
      // A replayed dead letter comes with all passes used; one that followed another's key may be in the last tier with passes left.
      if (Math.max(passes, tier) >= policy.tierDelaysMs.length) return { kind: 'dead_letter', category: 'retryable_exhausted' };
      return { kind: 'tier', tier: tier + 1, passes: passes + 1 };
  }
}
