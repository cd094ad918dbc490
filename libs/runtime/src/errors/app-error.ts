import { ERROR_CATALOGUE, type ErrorCode } from './catalogue.js';

/** One thing wrong with one field. */
export interface FieldIssue {
  /** JSON pointer (RFC 6901) into what was validated; the edge puts the source in front: `/body/name`. */
  readonly field: string;
  /** Stable, doubles as a localisation key: `required`, `max_length`, `pattern`… */
  readonly code: string;
  readonly message: string;
  readonly params?: Readonly<Record<string, unknown>>;
}

/** Facts of one occurrence that its receiver may see. Never a secret, never a caller's value. */
export interface ErrorDetails {
  /** Machine-readable reason inside one code. */
  readonly reason?: string;
  /** Whole seconds, at least 1; becomes `Retry-After`. */
  readonly retryAfterSeconds?: number;
  /** The field or id that an existing resource occupies. */
  readonly conflictWith?: string;
  readonly issues?: readonly FieldIssue[];
  readonly [extra: string]: unknown;
}

export interface AppErrorOptions {
  readonly details?: ErrorDetails;
  readonly cause?: unknown;
  /** Overrides the family's default. */
  readonly retryable?: boolean;
}

/**
 * The base of every error that CAAS throws on purpose. `code` decides status and title by the catalogue; `message` is for the
 * caller of the failing function and, below 500, for the client. The worker decides between retry and dead letter by `retryable`.
 */
export class AppError extends Error {
  readonly code: ErrorCode;
  readonly details: ErrorDetails;
  readonly retryable: boolean;

  constructor(code: ErrorCode, message: string, options: AppErrorOptions = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.name = new.target.name;
    this.code = code;
    this.details = options.details ?? {};
    this.retryable = options.retryable ?? false;
  }

  /** HTTP status of the code. */
  get status(): number {
    return ERROR_CATALOGUE[this.code].status;
  }
}

/** The input is wrong; the same input stays wrong. */
export class ValidationError extends AppError {
  constructor(issues: readonly FieldIssue[], options: AppErrorOptions & { code?: ErrorCode; message?: string } = {}) {
    const message = options.message ?? issues.map((issue) => `${issue.field || '/'}: ${issue.message}`).join('; ');
    super(options.code ?? 'VAL_FAILED', message, { ...options, details: { ...options.details, issues } });
  }

  get issues(): readonly FieldIssue[] {
    return this.details.issues ?? [];
  }
}

/** Who calls is not established. */
export class AuthenticationError extends AppError {}

/** Who calls is known and may not do this. */
export class AuthorizationError extends AppError {}

/** There is no such thing in the reach of the caller; another tenant's thing reads the same. */
export class NotFoundError extends AppError {
  constructor(message = 'There is no such resource in this tenant.', options: AppErrorOptions & { code?: ErrorCode } = {}) {
    super(options.code ?? 'RES_NOT_FOUND', message, options);
  }
}

/** The present state does not allow it: a taken key, another version, a wrong state. */
export class ConflictError extends AppError {
  constructor(message: string, options: AppErrorOptions & { code?: ErrorCode } = {}) {
    super(options.code ?? 'RES_CONFLICT', message, options);
  }
}

/** A limit is used up; the same call may succeed later. */
export class RateLimitedError extends AppError {
  constructor(message: string, options: AppErrorOptions & { code?: ErrorCode } = {}) {
    super(options.code ?? 'RATE_LIMITED', message, options);
  }
}

/** A dependency is down or overloaded, or the outcome of a call to it is unknown; safe to repeat with the same ids. */
export class UnavailableError extends AppError {
  constructor(message: string, options: AppErrorOptions & { code?: ErrorCode } = {}) {
    super(options.code ?? 'SYS_UNAVAILABLE', message, { retryable: true, ...options });
  }
}

/** The time budget of the call ran out; the outcome is unknown. */
export class TimeoutError extends AppError {
  constructor(message: string, options: AppErrorOptions & { code?: ErrorCode } = {}) {
    super(options.code ?? 'SYS_TIMEOUT', message, { retryable: true, ...options });
  }
}

/** A bug or an impossible state. Its message never reaches a client. */
export class InternalError extends AppError {
  constructor(message: string, options: AppErrorOptions = {}) {
    super('SYS_INTERNAL', message, options);
  }
}

/**
 * Whether repeating the same work may succeed. An `AppError` says so itself; anything else is unknown and counts as retryable,
 * because a repeat is harmless (effects are idempotent) and a wrong "never" would send good records to the dead letters.
 */
export function isRetryable(error: unknown): boolean {
  return error instanceof AppError ? error.retryable : true;
}
