import { AppError, InternalError, NonRetryableError } from '@caas/runtime';
import { failureClassOf } from '../retry/failure-class.js';

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

/**
 * The outcome that a thrown error stands for. What the error says of its record is decided in one place (`failureClassOf`); a pipeline adds one thing: an
 * error of ours that is no bug and no impossible state is a rule that says no, so the record is refused and whoever caused it is told.
 */
export function outcomeOf(error: unknown): Outcome {
  switch (failureClassOf(error)) {
    case 'dependency':
      return { kind: 'pause', error };
    case 'retryable':
      return { kind: 'retry', error };
    case 'duplicate':
      return { kind: 'skip', reason: 'duplicate' };
    case 'schema':
    case 'poison':
      return { kind: 'dlq', error };
    case 'rejected':
    case 'non_retryable':
      return isRule(error) ? { kind: 'reject', error } : { kind: 'dlq', error };
  }
}

function isRule(error: unknown): error is AppError {
  return error instanceof AppError && !(error instanceof InternalError) && !(error instanceof NonRetryableError) && error.status < 500;
}
