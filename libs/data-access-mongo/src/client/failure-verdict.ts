import { MongoNetworkTimeoutError, MongoServerError } from 'mongodb';
import { AppError, type CircuitVerdict } from '@caas/runtime';
import { translateDriverError } from '../repository/driver-errors.js';

/** Reasons of `UnavailableError` that mean the server or the way to it. */
const INFRASTRUCTURE = new Set(['unreachable', 'not_primary']);

/**
 * What a failed driver call tells the circuit breaker. No server, no primary, and a connection that says nothing are failures. Whatever the server
 * answered (duplicate key, validator, conflict, its own time limit) shows that it is there. An exhausted pool and an operation's own deadline
 * show nothing: they come from load, and opening on them would turn load into an outage.
 */
export function verdictOf(error: unknown): CircuitVerdict {
  const translated = translateDriverError(error, { collection: 'any', operation: 'any' });
  if (!(translated instanceof AppError) || translated === error) return 'none';
  if (translated.cause instanceof MongoNetworkTimeoutError) return 'failure';
  const { reason } = translated.details;
  if (reason !== undefined && INFRASTRUCTURE.has(reason)) return 'failure';
  return translated.cause instanceof MongoServerError ? 'success' : 'none';
}
