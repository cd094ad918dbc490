import { describe, expect, it } from '@jest/globals';
import {
  type BulkWriteResult,
  MongoBulkWriteError,
  MongoInvalidArgumentError,
  MongoNetworkError,
  MongoNetworkTimeoutError,
  MongoOperationTimeoutError,
  MongoServerError,
  MongoServerSelectionError,
  type TopologyDescription,
} from 'mongodb';
import { NotFoundError } from '@caas/runtime';
import { verdictOf } from './failure-verdict.js';

const server = (code: number): MongoServerError => new MongoServerError({ message: 'x', code });
const result = { getWriteConcernError: () => undefined } as unknown as BulkWriteResult;

describe('verdictOf', () => {
  it.each<[string, unknown, string]>([
    ['no server', new MongoServerSelectionError('x', {} as TopologyDescription), 'failure'],
    ['a lost connection', new MongoNetworkError('x'), 'failure'],
    ['a silent connection', new MongoNetworkTimeoutError('x'), 'failure'],
    ['a lost connection under a bulk write', new MongoBulkWriteError(new MongoNetworkError('x'), result), 'failure'],
    ['no primary', server(10107), 'failure'],
    ['a duplicate key', server(11000), 'success'],
    ['a broken validator', server(121), 'success'],
    ['a write conflict', server(112), 'success'],
    ['one slow query', server(50), 'success'],
    ['a deadline of the caller', new MongoOperationTimeoutError('x'), 'none'],
    ['an exhausted pool', Object.defineProperty(new Error('x'), 'name', { value: 'MongoWaitQueueTimeoutError' }), 'none'],
    ['a call that the driver refused', new MongoInvalidArgumentError('x'), 'none'],
    ['an error of our own', new NotFoundError(), 'none'],
    ['a bug', new TypeError('x'), 'none'],
  ])('of %s', (_, error, verdict) => {
    expect(verdictOf(error)).toBe(verdict);
  });
});
