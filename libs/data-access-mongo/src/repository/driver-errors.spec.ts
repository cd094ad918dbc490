import { describe, expect, it } from '@jest/globals';
import {
  BSON,
  type BulkWriteResult,
  MongoBulkWriteError,
  MongoInvalidArgumentError,
  MongoNetworkError,
  MongoNetworkTimeoutError,
  MongoServerError,
  MongoServerSelectionError,
  type TopologyDescription,
} from 'mongodb';
import { type AppError, ConflictError, NotFoundError } from '@caas/runtime';
import { duplicateOf, translateDriverError } from './driver-errors.js';

const context = { collection: 'people', operation: 'insert', fieldName: (stored: string) => (stored === '_id' ? 'user_id' : stored) };
const server = (code: number, fields: object = {}): MongoServerError => new MongoServerError({ message: 'secret value', code, ...fields });
const labelled = (error: MongoServerError, label: string): MongoServerError => {
  error.addErrorLabel(label);
  return error;
};
const named = (name: string): Error => Object.defineProperty(new Error('secret value'), 'name', { value: name });

describe('translateDriverError', () => {
  it.each<[string, Error, { name: string; code: string; retryable: boolean; reason?: string }]>([
    ['a duplicate key', server(11000), { name: 'DuplicateKeyError', code: 'RES_CONFLICT', retryable: false, reason: 'duplicate_key' }],
    ['a broken validator', server(121), { name: 'InternalError', code: 'SYS_INTERNAL', retryable: false, reason: 'document_validation' }],
    ['a spent time budget', server(50), { name: 'TimeoutError', code: 'SYS_TIMEOUT', retryable: true }],
    ['a write conflict', server(112), { name: 'UnavailableError', code: 'SYS_UNAVAILABLE', retryable: true, reason: 'write_conflict' }],
    [
      'a transient transaction error',
      labelled(server(251), 'TransientTransactionError'),
      { name: 'UnavailableError', code: 'SYS_UNAVAILABLE', retryable: true, reason: 'write_conflict' },
    ],
    [
      'a primary that steps down',
      server(189),
      { name: 'UnavailableError', code: 'SYS_UNAVAILABLE', retryable: true, reason: 'not_primary' },
    ],
    ['no primary', server(10107), { name: 'UnavailableError', code: 'SYS_UNAVAILABLE', retryable: true, reason: 'not_primary' }],
    [
      'a retryable write error',
      labelled(server(9999), 'RetryableWriteError'),
      { name: 'UnavailableError', code: 'SYS_UNAVAILABLE', retryable: true, reason: 'not_primary' },
    ],
    ['missing rights', server(13), { name: 'InternalError', code: 'SYS_INTERNAL', retryable: false, reason: 'unauthorized' }],
    ['a failed login', server(18), { name: 'InternalError', code: 'SYS_INTERNAL', retryable: false, reason: 'unauthorized' }],
    ['an unknown code', server(4242), { name: 'InternalError', code: 'SYS_INTERNAL', retryable: false }],
    [
      'a lost connection',
      new MongoNetworkError('secret value'),
      { name: 'UnavailableError', code: 'SYS_UNAVAILABLE', retryable: true, reason: 'unreachable' },
    ],
    [
      'a silent connection',
      new MongoNetworkTimeoutError('secret value'),
      { name: 'TimeoutError', code: 'SYS_TIMEOUT', retryable: true, reason: 'no_answer' },
    ],
    [
      'no server',
      new MongoServerSelectionError('secret value', {} as TopologyDescription),
      { name: 'UnavailableError', code: 'SYS_UNAVAILABLE', retryable: true, reason: 'unreachable' },
    ],
    [
      'an exhausted pool',
      named('MongoWaitQueueTimeoutError'),
      { name: 'UnavailableError', code: 'SYS_UNAVAILABLE', retryable: true, reason: 'pool_exhausted' },
    ],
    [
      'a cleared pool',
      named('MongoPoolClearedError'),
      { name: 'UnavailableError', code: 'SYS_UNAVAILABLE', retryable: true, reason: 'unreachable' },
    ],
    ['a value without a BSON form', new BSON.BSONError('secret value'), { name: 'InternalError', code: 'SYS_INTERNAL', retryable: false }],
    ['a wrong call', new MongoInvalidArgumentError('secret value'), { name: 'InternalError', code: 'SYS_INTERNAL', retryable: false }],
  ])('translates %s', (_, error, { reason, ...expected }) => {
    const translated = translateDriverError(error, context) as AppError;

    expect(translated).toMatchObject({ ...expected, cause: error });
    expect(translated.details.reason).toBe(reason);
    expect(translated.message).not.toContain('secret value');
    expect(translated.message).toContain('people');
  });

  describe('of a bulk write', () => {
    const result = (writeConcern?: object): BulkWriteResult => ({ getWriteConcernError: () => writeConcern }) as unknown as BulkWriteResult;

    it('looks through to what stopped it before an answer came', () => {
      const lost = new MongoNetworkError('secret value');
      const translated = translateDriverError(new MongoBulkWriteError(lost, result()), context);

      expect(translated).toMatchObject({ name: 'UnavailableError', retryable: true, cause: lost });
    });

    it('takes a missing majority for an unknown outcome', () => {
      const error = new MongoBulkWriteError({ message: 'secret value', code: 64 }, result({ code: 64 }));

      expect(translateDriverError(error, context)).toMatchObject({
        name: 'UnavailableError',
        details: { reason: 'write_concern' },
        cause: error,
      });
    });

    it('names what is taken', () => {
      const error = new MongoBulkWriteError({ message: 'E11000 … index: a dup key: { name: "secret value" }', code: 11000 }, result());

      expect(translateDriverError(error, context)).toMatchObject({ name: 'DuplicateKeyError', details: { conflictWith: 'name' } });
    });
  });

  it('names the fields that broke the validator', () => {
    const errInfo = {
      details: {
        operatorName: '$jsonSchema',
        schemaRulesNotSatisfied: [
          { operatorName: 'required', missingProperties: ['body'] },
          {
            operatorName: 'properties',
            propertiesNotSatisfied: [{ propertyName: 'profile', details: [{ propertiesNotSatisfied: [{ propertyName: 'name' }] }] }],
          },
          { operatorName: 'additionalProperties', additionalProperties: ['extra'] },
        ],
      },
    };

    expect((translateDriverError(server(121, { errInfo }), context) as AppError).details['fields']).toEqual([
      'body',
      'profile',
      'name',
      'extra',
    ]);
  });

  it('says which field is taken, without tenant and value', () => {
    const error = server(11000, {
      keyPattern: { tenant_id: 1, external_id: 1 },
      message: 'E11000 duplicate key … index: people_external_id dup key: {}',
    });
    const translated = translateDriverError(error, context) as ConflictError;

    expect(translated).toBeInstanceOf(ConflictError);
    expect(translated.details).toEqual({
      reason: 'duplicate_key',
      conflictWith: 'external_id',
      fields: ['external_id'],
      index: 'people_external_id',
    });
  });

  it('lets our own errors and strange things pass', () => {
    const own = new NotFoundError();
    const strange = new RangeError('x');

    expect(translateDriverError(own, context)).toBe(own);
    expect(translateDriverError(strange, context)).toBe(strange);
    expect(translateDriverError('text', context)).toBe('text');
  });
});

describe('duplicateOf', () => {
  it.each<[string, { index: string; fields: string[] }]>([
    [
      'E11000 duplicate key error collection: d.c index: people_external_id dup key: { tenant_id: "clnt_a", external_id: "x" }',
      { index: 'people_external_id', fields: ['tenant_id', 'external_id'] },
    ],
    ['E11000 duplicate key error collection: d.c index: _id_ dup key: { _id: "usr_1" }', { index: '_id_', fields: ['_id'] }],
    ['E11000 duplicate key error index: d.c.$email_1 dup key: { : "x" }', { index: 'email_1', fields: [] }],
    ['E11000 … index: a dup key: { profile.name: "evil: { b: 1, c: \\"d", n: 5 }', { index: 'a', fields: ['profile.name', 'n'] }],
    ['E11000', { index: 'unknown', fields: [] }],
  ])('reads %j', (message, expected) => {
    expect(duplicateOf({ message })).toEqual(expected);
  });
});
