import {
  AppError,
  BusinessRejection,
  DuplicateRecordError,
  PoisonPillError,
  SchemaError,
  TimeoutError,
  UnavailableError,
} from '@caas/runtime';
import { DecodeFailure } from '../registry/decode-failure.js';

/**
 * What a failure says about its record.
 * - `dependency`: nothing; what the handling needs is away, for this record and for every other one;
 * - `retryable`: it may be handled later;
 * - `non_retryable`, `schema`, `poison`: it never will be, and why;
 * - `rejected`, `duplicate`: it is handled.
 */
export type FailureClass = 'dependency' | 'retryable' | 'non_retryable' | 'schema' | 'poison' | 'rejected' | 'duplicate';

/** Reasons of an `UnavailableError` or `TimeoutError` that concern one record and not the dependency as a whole. */
const OF_ONE_RECORD = new Set(['write_conflict']);

/** The class of whatever a handler threw. Pure; cases in order. */
export function failureClassOf(error: unknown): FailureClass {
  if (error instanceof DuplicateRecordError) return 'duplicate';
  if (error instanceof BusinessRejection) return 'rejected';
  if (error instanceof DecodeFailure) return error.category;
  if (error instanceof PoisonPillError) return 'poison';
  if (error instanceof SchemaError) return 'schema';
  // An open circuit is one of these. So are refused credentials, which are not retryable and all the same no record's fault.
  if (error instanceof UnavailableError) return OF_ONE_RECORD.has(error.details.reason ?? '') ? 'retryable' : 'dependency';
  // A dependency that does not answer, told apart from a stage that was over its own limit.
  if (error instanceof TimeoutError) return error.details.reason === 'no_answer' ? 'dependency' : 'retryable';
  if (error instanceof AppError) return error.retryable ? 'retryable' : 'non_retryable';
  // Unknown: a repeat is harmless (effects are idempotent), and a wrong "never" would bury good records.
  return 'retryable';
}
