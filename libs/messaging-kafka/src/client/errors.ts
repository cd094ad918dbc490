import { inspect } from 'node:util';
import { AppError, InternalError, UnavailableError } from '@caas/runtime';

/** What a failed request to the broker means for the records in it. */
export type Verdict =
  /** Nothing wrong with the records: try the same ones again. The outcome of the failed try is unknown. */
  | 'retry'
  /** The broker refuses one of the topics: try each topic alone, and give up on those that are refused again. */
  | 'isolate'
  /** No try will succeed (credentials): tell the senders at once. */
  | 'refused';

/** The properties of kafkajs errors that decide; kafkajs wraps the original one, two or three times. */
interface ClientError extends Error {
  readonly type?: string;
  readonly retriable?: boolean;
}

const REFUSED_TOPIC = new Set([
  'UNKNOWN_TOPIC_OR_PARTITION',
  'TOPIC_AUTHORIZATION_FAILED',
  'INVALID_TOPIC_EXCEPTION',
  'MESSAGE_TOO_LARGE',
  'RECORD_LIST_TOO_LARGE',
  'INVALID_TIMESTAMP',
  'INVALID_RECORD',
  'UNSUPPORTED_FOR_MESSAGE_FORMAT',
  'POLICY_VIOLATION',
]);
const REFUSED_CLIENT = new Set([
  'SASL_AUTHENTICATION_FAILED',
  'UNSUPPORTED_SASL_MECHANISM',
  'CLUSTER_AUTHORIZATION_FAILED',
  'GROUP_AUTHORIZATION_FAILED',
]);
const WRAPPERS = new Set(['KafkaJSNumberOfRetriesExceeded', 'KafkaJSNonRetriableError', 'KafkaJSError']);

/** What was thrown, as an error. */
export const asError = (thrown: unknown): Error =>
  thrown instanceof Error ? thrown : new Error(typeof thrown === 'string' ? thrown : inspect(thrown));

/** The error that started it, without what kafkajs wrapped around it. */
export function rootCause(error: unknown): ClientError {
  let current = asError(error);
  while (WRAPPERS.has(current.name) && current.cause instanceof Error) current = current.cause;
  return current;
}

/** Cases in order; whatever is unknown counts as passing, because consumers drop duplicates by id. */
export function verdictOn(error: unknown): Verdict {
  const { name, type } = rootCause(error);
  if (name === 'KafkaJSSASLAuthenticationError' || (type !== undefined && REFUSED_CLIENT.has(type))) return 'refused';
  if (type !== undefined && REFUSED_TOPIC.has(type)) return 'isolate';
  return 'retry';
}

/** Errors of kafkajs, and answers of brokers, that say of the cluster that it is away or is electing, and nothing of the client. */
const AWAY = new Set([
  'KafkaJSConnectionError',
  'KafkaJSConnectionClosedError',
  'KafkaJSRequestTimeoutError',
  'KafkaJSBrokerNotFound',
  'KafkaJSGroupCoordinatorNotFound',
  'GROUP_COORDINATOR_NOT_AVAILABLE',
  'GROUP_LOAD_IN_PROGRESS',
  'NOT_COORDINATOR_FOR_GROUP',
  'LEADER_NOT_AVAILABLE',
  'NOT_LEADER_FOR_PARTITION',
  'BROKER_NOT_AVAILABLE',
  'NETWORK_EXCEPTION',
  'REQUEST_TIMED_OUT',
]);

/** Whether brokers are away, as far as the error knows. Unknown errors are not that. */
export function isOutage(error: unknown): boolean {
  const { name, type } = rootCause(error);
  return AWAY.has(name) || (type !== undefined && AWAY.has(type));
}

/** What an operator does about it. Rights follow from what a release reads and writes, so a new release may need more of them. */
const hintOf = ({ type = '' }: ClientError): string =>
  type.endsWith('_AUTHORIZATION_FAILED') ? ' (rights older than this release? Run: caas-admin acl apply)' : '';

/** A kafkajs error as one of ours; `doing` completes "Kafka did not …". An error of ours passes unchanged. */
export function translateKafkaError(error: unknown, doing: string): AppError {
  if (error instanceof AppError) return error;
  const root = rootCause(error);
  const verdict = verdictOn(error);
  const said = `Kafka did not ${doing}: ${root.message}${hintOf(root)}`;
  if (verdict === 'refused') {
    return new UnavailableError(said, { cause: error, retryable: false, details: { reason: 'KAFKA_ACCESS_REFUSED' } });
  }
  if (verdict === 'isolate') {
    const missing = root.type === 'UNKNOWN_TOPIC_OR_PARTITION';
    return missing
      ? new UnavailableError(said, { cause: error, details: { reason: 'TOPIC_MISSING', retryAfterSeconds: 5 } })
      : new InternalError(said, { cause: error, details: { reason: root.type ?? root.name } });
  }
  return new UnavailableError(said, { cause: error, details: { reason: root.type ?? root.name, retryAfterSeconds: 1 } });
}
