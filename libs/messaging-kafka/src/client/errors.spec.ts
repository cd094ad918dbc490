import { describe, expect, it } from '@jest/globals';
import { InternalError, UnavailableError, ValidationError } from '@caas/runtime';
import kafkajs from 'kafkajs';
import { isOutage, rootCause, translateKafkaError, verdictOn } from './errors.js';

const protocol = (type: string, retriable: boolean): Error =>
  new kafkajs.KafkaJSProtocolError(Object.assign(new Error(type), { type, code: 1, retriable }));
/** The declared types of these classes forget the message. */
const saslError = (message: string): Error => new (kafkajs.KafkaJSSASLAuthenticationError as new (message: string) => Error)(message);
const lockTimeout = (message: string): Error => new (kafkajs.KafkaJSLockTimeout as new (message: string) => Error)(message);
const wrapped = (error: Error): Error => new kafkajs.KafkaJSNumberOfRetriesExceeded(error, { retryCount: 0, retryTime: 100 });

describe('verdictOn', () => {
  it.each([
    ['a lost answer', new kafkajs.KafkaJSRequestTimeoutError('timed out'), 'retry'],
    ['a refused connection', new kafkajs.KafkaJSConnectionError('ECONNREFUSED'), 'retry'],
    ['a new leader', protocol('NOT_LEADER_FOR_PARTITION', true), 'retry'],
    ['too few replicas', protocol('NOT_ENOUGH_REPLICAS', true), 'retry'],
    ['a stuck lock of the library', lockTimeout('Timeout while acquiring lock'), 'retry'],
    ['something unknown', new Error('?'), 'retry'],
    ['a missing topic', protocol('UNKNOWN_TOPIC_OR_PARTITION', true), 'isolate'],
    ['a forbidden topic', protocol('TOPIC_AUTHORIZATION_FAILED', false), 'isolate'],
    ['a record that is too large', protocol('MESSAGE_TOO_LARGE', false), 'isolate'],
    ['bad credentials', saslError('SASL SCRAM SHA512 authentication failed'), 'refused'],
  ] as const)('takes %s as "%s"', (_, error, verdict) => {
    expect(verdictOn(error)).toBe(verdict);
    expect(verdictOn(wrapped(error))).toBe(verdict);
  });
});

describe('isOutage', () => {
  it.each<[string, Error, boolean]>([
    ['a refused connection', new kafkajs.KafkaJSConnectionError('ECONNREFUSED'), true],
    ['a lost answer', new kafkajs.KafkaJSRequestTimeoutError('timed out'), true],
    ['a coordinator that moves', protocol('NOT_COORDINATOR_FOR_GROUP', true), true],
    ['a topic without a leader', protocol('LEADER_NOT_AVAILABLE', true), true],
    ['a forbidden group', protocol('GROUP_AUTHORIZATION_FAILED', false), false],
    ['bad credentials', saslError('SASL SCRAM SHA512 authentication failed'), false],
    ['a bug of the library', new TypeError('Cannot read properties of null'), false],
  ])('of %s is told, wrapped or not', (_, error, expected) => {
    expect([isOutage(error), isOutage(wrapped(error))]).toEqual([expected, expected]);
  });
});

describe('rootCause', () => {
  it('takes off what the library wrapped around', () => {
    const error = new kafkajs.KafkaJSRequestTimeoutError('timed out');

    expect(rootCause(wrapped(wrapped(error)))).toBe(error);
  });

  it('makes an error of anything else', () => {
    expect(rootCause('text').message).toBe('text');
  });
});

describe('translateKafkaError', () => {
  it('lets our own errors pass', () => {
    const error = new ValidationError([{ field: '/a', code: 'required', message: 'is required' }]);

    expect(translateKafkaError(error, 'work')).toBe(error);
  });

  it('keeps the cause and says what was tried', () => {
    const cause = wrapped(new kafkajs.KafkaJSConnectionError('Connection error: ECONNREFUSED'));

    expect(translateKafkaError(cause, 'take the record')).toMatchObject({
      name: 'UnavailableError',
      message: 'Kafka did not take the record: Connection error: ECONNREFUSED',
      retryable: true,
      cause,
      details: { reason: 'KafkaJSConnectionError', retryAfterSeconds: 1 },
    });
  });

  it.each(['GROUP_AUTHORIZATION_FAILED', 'TOPIC_AUTHORIZATION_FAILED', 'CLUSTER_AUTHORIZATION_FAILED'])(
    'says what to run when rights are missing (%s)',
    (type) => {
      expect(translateKafkaError(wrapped(protocol(type, false)), 'let webhooks join').message).toBe(
        `Kafka did not let webhooks join: ${type} (rights older than this release? Run: caas-admin acl apply)`,
      );
    },
  );

  it('calls bad credentials not retryable, a missing topic retryable, a forbidden one our own fault', () => {
    const refused = translateKafkaError(saslError('no'), 'work');
    const missing = translateKafkaError(protocol('UNKNOWN_TOPIC_OR_PARTITION', true), 'work');
    const forbidden = translateKafkaError(protocol('TOPIC_AUTHORIZATION_FAILED', false), 'work');

    expect([refused.retryable, refused.details.reason]).toEqual([false, 'KAFKA_ACCESS_REFUSED']);
    expect([missing instanceof UnavailableError, missing.retryable, missing.details.reason]).toEqual([true, true, 'TOPIC_MISSING']);
    expect([forbidden instanceof InternalError, forbidden.details.reason]).toEqual([true, 'TOPIC_AUTHORIZATION_FAILED']);
  });
});
