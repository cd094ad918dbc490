import {
  BSON,
  MongoBulkWriteError,
  MongoCursorExhaustedError,
  MongoError,
  MongoInvalidArgumentError,
  MongoNetworkError,
  MongoNetworkTimeoutError,
  MongoNotConnectedError,
  MongoOperationTimeoutError,
  MongoServerError,
  MongoServerSelectionError,
  MongoTopologyClosedError,
  MongoWriteConcernError,
} from 'mongodb';
import { AppError, DuplicateKeyError, InternalError, TimeoutError, UnavailableError } from '@caas/runtime';

/** What was being done, for the message; never a caller's value. */
export interface OperationContext {
  readonly collection: string;
  readonly operation: string;
  /** Turns a stored field name into the outside's. */
  readonly fieldName?: (stored: string) => string;
}

/** E11000. */
export const DUPLICATE_KEY = 11000;
/** A document breaks the collection's validator. */
export const DOCUMENT_VALIDATION = 121;
const WRITE_CONFLICT = 112;
const TIME_LIMIT_EXCEEDED = new Set([50, 262]);
/** Unauthorized, login failed, mechanism not offered. */
export const AUTHENTICATION: ReadonlySet<number> = new Set([13, 18, 33]);
/** Not primary, node recovering, shutting down, host unreachable, exceeded memory for a short while: another try may meet a healthy node. */
const INFRASTRUCTURE = new Set([6, 7, 63, 89, 91, 189, 202, 234, 9001, 10107, 11600, 11602, 13388, 13435, 13436, 150, 133, 134]);

/**
 * A driver error as one of ours, the driver's own as `cause`. The one place that knows MongoDB's codes. Messages name collection,
 * operation and fields, never values. Ours pass unchanged; a default exists for codes that are not known here.
 */
export function translateDriverError(error: unknown, context: OperationContext): unknown {
  if (error instanceof AppError || !(error instanceof Error)) return error;
  if (error instanceof MongoBulkWriteError) {
    // A bulk write that never got an answer hides the reason in here, and looks like a server's refusal otherwise.
    const wrapped: unknown = error.errorResponse;
    if (wrapped instanceof Error) return translateDriverError(wrapped, context);
  }
  const at = `${context.operation} on "${context.collection}"`;
  // First, because it is a network error as well: the outcome of the operation is not known.
  if (error instanceof MongoOperationTimeoutError || error instanceof MongoNetworkTimeoutError) {
    return new TimeoutError(`MongoDB did not answer in time: ${at}.`, { cause: error, details: { reason: 'no_answer' } });
  }
  // The wait for a free connection or for a primary ran out: nothing was sent.
  if (error.name === 'MongoWaitQueueTimeoutError') {
    return new UnavailableError(`No free MongoDB connection: ${at}.`, {
      cause: error,
      details: { reason: 'pool_exhausted', retryAfterSeconds: 1 },
    });
  }
  if (
    error instanceof MongoServerSelectionError ||
    error instanceof MongoNetworkError ||
    error instanceof MongoNotConnectedError ||
    error instanceof MongoTopologyClosedError ||
    error.name === 'MongoClientClosedError' ||
    error.name === 'MongoPoolClosedError' ||
    error.name === 'MongoPoolClearedError'
  ) {
    return new UnavailableError(`MongoDB is not reachable: ${at}.`, {
      cause: error,
      details: { reason: 'unreachable', retryAfterSeconds: 1 },
    });
  }
  // Written on the primary, but a majority did not confirm in time: the outcome of a failover decides.
  if (
    error instanceof MongoWriteConcernError ||
    (error instanceof MongoBulkWriteError && error.result.getWriteConcernError() !== undefined)
  ) {
    return new UnavailableError(`MongoDB did not confirm the write in time: ${at}.`, {
      cause: error,
      details: { reason: 'write_concern', retryAfterSeconds: 1 },
    });
  }
  if (error instanceof MongoServerError) return translateServerError(error, { ...context, at });
  if (error instanceof MongoInvalidArgumentError || error instanceof MongoCursorExhaustedError) {
    return new InternalError(`The driver refused the call: ${at}.`, { cause: error });
  }
  if (error instanceof BSON.BSONError) return new InternalError(`A value cannot be written as BSON: ${at}.`, { cause: error });
  if (error instanceof MongoError) return new InternalError(`The driver failed: ${at}.`, { cause: error });
  return error;
}

function translateServerError(error: MongoServerError, context: OperationContext & { at: string }): AppError {
  const code = typeof error.code === 'number' ? error.code : undefined;
  if (code === DUPLICATE_KEY) return duplicateKey(error, context);
  if (code !== undefined && AUTHENTICATION.has(code)) {
    return new InternalError(`MongoDB refuses this user: ${context.at}.`, { cause: error, details: { reason: 'unauthorized' } });
  }
  // What passed the edge and breaks the validator is our bug, not the caller's.
  if (code === DOCUMENT_VALIDATION) {
    return new InternalError(
      `A document breaks the validator: ${context.at} (${failedFields(error).join(', ') || 'field not reported'}).`,
      {
        cause: error,
        details: { reason: 'document_validation', fields: failedFields(error) },
      },
    );
  }
  if (code !== undefined && TIME_LIMIT_EXCEEDED.has(code))
    return new TimeoutError(`MongoDB ran out of time: ${context.at}.`, { cause: error });
  if (code === WRITE_CONFLICT || error.hasErrorLabel('TransientTransactionError')) {
    return new UnavailableError(`Another write came first: ${context.at}.`, {
      cause: error,
      details: { reason: 'write_conflict', retryAfterSeconds: 1 },
    });
  }
  if ((code !== undefined && INFRASTRUCTURE.has(code)) || error.hasErrorLabel('RetryableWriteError')) {
    return new UnavailableError(`MongoDB is changing its primary or shutting down: ${context.at}.`, {
      cause: error,
      details: { reason: 'not_primary', retryAfterSeconds: 1 },
    });
  }
  return new InternalError(`MongoDB refused the command (code ${code ?? 'unknown'}): ${context.at}.`, { cause: error });
}

function duplicateKey(error: MongoServerError, context: OperationContext): DuplicateKeyError {
  const { index, fields } = duplicateOf(error);
  const names = fields.map((field) => context.fieldName?.(field) ?? field).filter((field) => field !== 'tenant_id');
  return new DuplicateKeyError(`A document of "${context.collection}" with the same ${names.join(', ') || index} exists.`, {
    cause: error,
    fields: names,
    index,
  });
}

/**
 * Index and fields of an E11000. Servers from 4.4 report `keyPattern`; others only the text
 * `… index: users_external_id dup key: { tenant_id: "…", external_id: "…" }`, of which the names are taken and the values left.
 */
export function duplicateOf(error: { message?: string; errmsg?: string; keyPattern?: unknown }): { index: string; fields: string[] } {
  const text = error.errmsg ?? error.message ?? '';
  const index = /index: (?:\S+\.\$)?(\S+)/.exec(text)?.[1] ?? 'unknown';
  const pattern = error.keyPattern;
  if (typeof pattern === 'object' && pattern !== null) return { index, fields: Object.keys(pattern) };
  // Quoted values go first: they may hold anything, also something that looks like a field.
  const keys = /dup key: \{(.*)\}/.exec(text)?.[1]?.replaceAll(/"(?:[^"\\]|\\.)*"/g, '""') ?? '';
  return { index, fields: [...keys.matchAll(/(?:^|[,{])\s*([A-Za-z_][\w.]*):/g)].map(([, field]) => field ?? '') };
}

/** Names of the fields that broke the validator, from the server's report (5.0 and later); empty where it has none. */
function failedFields(error: MongoServerError): string[] {
  const info: unknown = error.errInfo;
  const names = new Set<string>();
  const visit = (node: unknown): void => {
    if (Array.isArray(node)) return node.forEach(visit);
    if (typeof node !== 'object' || node === null) return;
    const { propertyName, missingProperties, additionalProperties, details } = node as Record<string, unknown>;
    if (typeof propertyName === 'string') names.add(propertyName);
    for (const list of [missingProperties, additionalProperties]) if (Array.isArray(list)) list.forEach((name) => names.add(String(name)));
    visit(details);
    for (const key of ['schemaRulesNotSatisfied', 'propertiesNotSatisfied']) visit((node as Record<string, unknown>)[key]);
  };
  visit((info as { details?: unknown } | undefined)?.details);
  return [...names];
}
