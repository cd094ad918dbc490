import { AppError, type AppErrorOptions } from './app-error.js';
import { type ErrorCode } from './catalogue.js';

/** One record could not be handled now and may be later: its parent is not there yet, a call about it was answered with a 5xx. */
export class RetryableError extends AppError {
  constructor(message: string, options: AppErrorOptions & { code?: ErrorCode } = {}) {
    super(options.code ?? 'SYS_UNAVAILABLE', message, { ...options, retryable: true });
  }
}

/** One record can never be handled: an impossible state, a constraint that it breaks. Another try changes nothing. */
export class NonRetryableError extends AppError {
  constructor(message: string, options: AppErrorOptions & { code?: ErrorCode } = {}) {
    super(options.code ?? 'SYS_INTERNAL', message, { ...options, retryable: false });
  }
}

/** What follows from the record cannot be written as an event. */
export class SerializationError extends NonRetryableError {}

/** The record's value breaks the schema of its type, or is of a version that is not read here. A new release may read it. */
export class SchemaError extends NonRetryableError {}

/** The bytes are not a record of their topic, claim another tenant, or end the process that reads them. */
export class PoisonPillError extends NonRetryableError {}

/** The record's effects are there already. Counts as success. */
export class DuplicateRecordError extends AppError {
  constructor(message = 'The record was applied before.', options: AppErrorOptions = {}) {
    super('RES_CONFLICT', message, { ...options, retryable: false });
  }
}

/** A rule of the business says no: not a member, tenant inactive, content refused. Whoever throws it has told the sender; nobody retries. */
export class BusinessRejection extends AppError {
  constructor(code: ErrorCode, message: string, options: AppErrorOptions = {}) {
    super(code, message, { ...options, retryable: false });
  }
}
