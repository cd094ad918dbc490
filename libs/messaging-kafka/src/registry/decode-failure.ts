import { type FieldIssue, NonRetryableError } from '@caas/runtime';
import { type DeadLetterCategory } from '../dead-letters/categories.js';

/** Why the bytes of a record are not one of its topic's values. */
export type DecodeFailureCode =
  | 'NO_VALUE'
  | 'NOT_FRAMED'
  | 'UNDECODABLE'
  | 'UNKNOWN_SCHEMA'
  | 'UNFIT_SCHEMA'
  | 'UNKNOWN_TYPE'
  | 'OTHER_MAJOR'
  | 'INVALID_VALUE'
  | 'HEADER_MISMATCH'
  | 'TENANT_MISMATCH';

/** The record can never be read here: it belongs on `internal.dlq`. Never retryable. */
export class DecodeFailure extends NonRetryableError {
  readonly failure: DecodeFailureCode;
  readonly category: Extract<DeadLetterCategory, 'poison' | 'schema'>;

  constructor(failure: DecodeFailureCode, message: string, { cause, issues }: { cause?: unknown; issues?: readonly FieldIssue[] } = {}) {
    super(message, { cause, details: { reason: failure, ...(issues === undefined ? {} : { issues }) } });
    this.failure = failure;
    this.category = SCHEMA_FAILURES.includes(failure) ? 'schema' : 'poison';
  }
}

const SCHEMA_FAILURES: readonly DecodeFailureCode[] = ['UNKNOWN_SCHEMA', 'UNFIT_SCHEMA', 'UNKNOWN_TYPE', 'OTHER_MAJOR', 'INVALID_VALUE'];
