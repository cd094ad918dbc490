import { AppError, DuplicateRecordError, InternalError, NonRetryableError, TimeoutError, UnavailableError } from '@caas/runtime';

/**
 * What has become of a record so far:
 * - `ok`: the next stage takes it;
 * - `skip`: nothing more is to be done for it;
 * - `reject`: a rule of the business refuses it; whoever caused it is told, and the record is finished;
 * - `retry`: this record failed and may succeed later;
 * - `held`: a record before it with the same key is to be tried again, so this one is left alone and follows it;
 * - `dlq`: this record fails for good and waits among the dead letters;
 * - `pause`: something that every record needs is away, so the partition waits.
 */
export type Outcome =
  | { readonly kind: 'ok' | 'held' }
  | { readonly kind: 'skip'; readonly reason: string }
  | { readonly kind: 'reject'; readonly error: AppError }
  | { readonly kind: 'retry' | 'dlq' | 'pause'; readonly error: unknown };
export type OutcomeKind = Outcome['kind'];

export const OK: Outcome = { kind: 'ok' };
export const HELD: Outcome = { kind: 'held' };

/** Reason of an `UnavailableError` that concerns one record and not the dependency as a whole. */
const OF_ONE_RECORD = 'write_conflict';
/** Reason of a `TimeoutError` of a dependency, as opposed to a stage over its own limit. */
const NO_ANSWER = 'no_answer';

/**
 * The outcome that a thrown error stands for. Cases in order: a dependency that is away, or refuses our credentials, is away for every record; a stage
 * that took too long may be quicker next time, and only its records suffer; what an error calls retryable is tried again; a bug or an impossible state stays
 * one; what is there already is done; any other error of ours is a rule that says no. Unknown errors are tried again, because a repeat is harmless and a wrong "never" would send good
 * records to the dead letters.
 */
export function outcomeOf(error: unknown): Outcome {
  if (!(error instanceof AppError)) return { kind: 'retry', error };
  const { reason } = error.details;
  if (error instanceof UnavailableError) return { kind: reason === OF_ONE_RECORD ? 'retry' : 'pause', error };
  if (error instanceof TimeoutError) return { kind: reason === NO_ANSWER ? 'pause' : 'retry', error };
  if (error.retryable) return { kind: 'retry', error };
  if (error instanceof DuplicateRecordError) return { kind: 'skip', reason: 'duplicate' };
  if (error instanceof InternalError || error instanceof NonRetryableError || error.status >= 500) return { kind: 'dlq', error };
  return { kind: 'reject', error };
}
