import { type AppErrorOptions, AuthorizationError, ConflictError, RateLimitedError } from './app-error.js';

/** A filter, document or pipeline names a tenant that is not the one of its repository, or code of one tenant reaches for another's data. */
export class CrossTenantAccessError extends AuthorizationError {
  constructor(message: string, options: AppErrorOptions = {}) {
    super('AUTHZ_CROSS_TENANT', message, options);
  }
}

/** A live row holds the same unique key. `fields` are named as outside, without the tenant; values are never told. */
export class DuplicateKeyError extends ConflictError {
  constructor(message: string, { fields, index, cause }: { fields: readonly string[]; index: string; cause?: unknown }) {
    super(message, { cause, details: { reason: 'duplicate_key', conflictWith: fields.join(', ') || index, fields, index } });
  }

  /** Fields of the unique index; empty where the server did not name them. */
  get fields(): readonly string[] {
    return this.details['fields'] as readonly string[];
  }
}

/** The row is at another version than the caller expected: somebody else changed it in the meantime. */
export class VersionConflictError extends ConflictError {
  /** The version that is stored now. */
  readonly currentVersion: number;

  constructor(message: string, { currentVersion, expectedVersion }: { currentVersion: number; expectedVersion?: number | undefined }) {
    super(message, { code: 'RES_VERSION', details: { version: currentVersion, expectedVersion } });
    this.currentVersion = currentVersion;
  }
}

/** A metered resource of the plan is used up (429, RATE_QUOTA_EXCEEDED). */
export class QuotaExceededError extends RateLimitedError {
  constructor(quota: {
    readonly resource: string;
    readonly limit: number;
    readonly used: number;
    /** When a counter starts anew; absent for gauges, which fall when something is removed. */
    readonly resetAt?: Date | undefined;
  }) {
    const { resource, limit, used, resetAt } = quota;
    super(`The plan allows ${limit} of ${resource}, and ${used} are used.`, {
      code: 'RATE_QUOTA_EXCEEDED',
      details: { metric: resource, limit, current: used, ...(resetAt === undefined ? {} : { resetAt: resetAt.toISOString() }) },
    });
  }
}
