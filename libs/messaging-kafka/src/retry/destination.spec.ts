import { describe, expect, it } from '@jest/globals';
import {
  BusinessRejection,
  CircuitOpenError,
  DuplicateKeyError,
  DuplicateRecordError,
  NonRetryableError,
  PoisonPillError,
  RetryableError,
  SchemaError,
  SerializationError,
  TimeoutError,
  UnavailableError,
  ValidationError,
} from '@caas/runtime';
import { DecodeFailure } from '../registry/decode-failure.js';
import { type Destination, type FailedTry, resolveDestination } from './destination.js';
import { type FailureClass, failureClassOf } from './failure-class.js';
import { RETRY_DEFAULTS } from './policy.js';

describe('failureClassOf', () => {
  it.each<[string, unknown, FailureClass]>([
    ['a repeated record', new DuplicateRecordError(), 'duplicate'],
    ['a rule of the business', new BusinessRejection('AUTHZ_NOT_MEMBER', 'not a member'), 'rejected'],
    ['bytes without a frame', new DecodeFailure('NOT_FRAMED', 'x'), 'poison'],
    ['a value that breaks its schema', new DecodeFailure('INVALID_VALUE', 'x'), 'schema'],
    ['a record that ends the process', new PoisonPillError('twice'), 'poison'],
    ['a version that is not read', new SchemaError('other major'), 'schema'],
    ['an event that cannot be written', new SerializationError('x'), 'non_retryable'],
    ['an impossible state', new NonRetryableError('x'), 'non_retryable'],
    ['a taken key', new DuplicateKeyError('x', { fields: ['a'], index: 'a' }), 'non_retryable'],
    ['bad input', new ValidationError([]), 'non_retryable'],
    ['a server that is away', new UnavailableError('x', { details: { reason: 'unreachable' } }), 'dependency'],
    ['refused credentials', new UnavailableError('x', { retryable: false }), 'dependency'],
    ['an open circuit', new CircuitOpenError('MongoDB', { retryAfterMs: 1 }), 'dependency'],
    ['a server that does not answer', new TimeoutError('x', { details: { reason: 'no_answer' } }), 'dependency'],
    ['a write conflict', new UnavailableError('x', { details: { reason: 'write_conflict' } }), 'retryable'],
    ['a stage over its limit', new TimeoutError('x'), 'retryable'],
    ['a missing parent', new RetryableError('x'), 'retryable'],
    ['an error of nobody', new Error('x'), 'retryable'],
    ['something that is no error', 'x', 'retryable'],
  ])('%s', (_, error, expected) => {
    expect(failureClassOf(error)).toBe(expected);
  });
});

describe('resolveDestination', () => {
  const later = new RetryableError('later');
  const at = (failed: Partial<FailedTry>): Destination =>
    resolveDestination({ error: later, tries: 4, passes: 0, tier: 0, ...failed }, RETRY_DEFAULTS, 0.5);

  it.each<[string, Partial<FailedTry>, Destination]>([
    ['the first try fails', { tries: 1 }, { kind: 'again', delayMs: 50 }],
    ['the second try fails', { tries: 2 }, { kind: 'again', delayMs: 100 }],
    ['the third try fails', { tries: 3 }, { kind: 'again', delayMs: 200 }],
    ['the last try fails', { tries: 4 }, { kind: 'tier', tier: 1, passes: 1 }],
    ['a try in the retry topic fails', { tries: 1, passes: 1, tier: 1 }, { kind: 'again', delayMs: 50 }],
    ['the pass in tier 1 fails', { passes: 1, tier: 1 }, { kind: 'tier', tier: 2, passes: 2 }],
    ['the pass in tier 2 fails', { passes: 2, tier: 2 }, { kind: 'tier', tier: 3, passes: 3 }],
    ['the pass in the last tier fails', { passes: 3, tier: 3 }, { kind: 'dead_letter', category: 'retryable_exhausted' }],
    ['a follower fails for the first time in tier 2', { passes: 0, tier: 2 }, { kind: 'tier', tier: 3, passes: 1 }],
    [
      'a follower fails for the first time in the last tier',
      { passes: 0, tier: 3 },
      { kind: 'dead_letter', category: 'retryable_exhausted' },
    ],
    ['a replayed dead letter fails', { passes: 3, tier: 1 }, { kind: 'dead_letter', category: 'retryable_exhausted' }],
    ['it never succeeds', { error: new NonRetryableError('x'), tries: 1 }, { kind: 'dead_letter', category: 'non_retryable' }],
    ['its value breaks the schema', { error: new SchemaError('x'), tries: 1 }, { kind: 'dead_letter', category: 'schema' }],
    ['its bytes are no record', { error: new PoisonPillError('x'), tries: 1 }, { kind: 'dead_letter', category: 'poison' }],
    ['MongoDB is away', { error: new UnavailableError('x'), tries: 9, tier: 3, passes: 3 }, { kind: 'pause' }],
    ['the circuit is open', { error: new CircuitOpenError('MongoDB', { retryAfterMs: 1 }), tries: 1 }, { kind: 'pause' }],
    ['it was applied before', { error: new DuplicateRecordError(), tries: 1 }, { kind: 'finished', result: 'duplicate' }],
    ['a rule says no', { error: new BusinessRejection('AUTHZ_DENIED', 'x'), tries: 1 }, { kind: 'finished', result: 'rejected' }],
  ])('when %s', (_, failed, expected) => {
    expect(at(failed)).toEqual(expected);
  });

  it('draws pauses from zero to a ceiling that doubles up to 30 s', () => {
    const policy = { ...RETRY_DEFAULTS, triesMax: 20 };
    const pause = (tries: number, random: number): Destination =>
      resolveDestination({ error: later, tries, passes: 0, tier: 0 }, policy, random);

    expect(pause(5, 0)).toEqual({ kind: 'again', delayMs: 0 });
    expect(pause(5, 0.999)).toEqual({ kind: 'again', delayMs: 1_599 });
    expect(pause(20, 0.999)).toEqual({ kind: 'again', delayMs: 29_970 });
  });

  it('lets a group without retry topics wait', () => {
    expect(resolveDestination({ error: later, tries: 99, passes: 0, tier: 0 }, undefined, 0)).toEqual({ kind: 'pause' });
  });
});
