import { describe, expect, it } from '@jest/globals';
import { UnavailableError, ValidationError } from '@caas/runtime';
import { compileValidator, isId } from '@caas/schema';
import fc from 'fast-check';
import { type RawRecord } from '../consumer/raw-record.js';
import { trace } from '../retry/retry-headers.js';
import { DecodeFailure } from '../registry/decode-failure.js';
import { deadLetterOf, type Failure } from './dead-letter.js';
import { DEAD_LETTER } from './internal-dlq.js';

const raw: RawRecord = {
  topic: 'chat.messages.shared',
  partition: 3,
  offset: '42',
  key: Buffer.from('clnt_abcdefgh:conv_1'),
  value: Buffer.from([0, 1, 2]),
  headers: { event_type: Buffer.from('message.sent'), tenant_id: 'clnt_abcdefgh', odd: [Buffer.from([0xff]), 'second'] },
  producedAt: 1_000,
};
const RETRY = [
  'original_topic',
  'original_partition',
  'original_offset',
  'retry_count',
  'first_failed_at',
  'last_failed_at',
  'error_class',
];
const failure: Failure = {
  group: 'message-processor',
  error: new DecodeFailure('NOT_FRAMED', 'no id'),
  category: 'poison',
  failedAt: 5_000,
};
const validate = compileValidator(DEAD_LETTER);

/** Of a record that lies where it was written, or in a retry topic and says where from. */
function letterOf(record: RawRecord, reason: Failure, envelope?: Parameters<typeof deadLetterOf>[2]) {
  return deadLetterOf(trace(record) ?? { origin: record, tier: 0, passes: 0, notBefore: 0 }, reason, envelope);
}

describe('deadLetterOf', () => {
  it('keeps the original bytes and says what happened', () => {
    expect(letterOf(raw, failure)).toEqual({
      dlq_id: expect.any(String) as unknown as string,
      topic: 'chat.messages.shared',
      partition: 3,
      offset: '42',
      consumer_group: 'message-processor',
      tenant_id: 'clnt_abcdefgh',
      event_type: 'message.sent',
      key: 'clnt_abcdefgh:conv_1',
      headers: [
        { name: 'event_type', value: 'message.sent' },
        { name: 'tenant_id', value: 'clnt_abcdefgh' },
        { name: 'odd', raw_value: '/w==' },
        { name: 'odd', value: 'second' },
      ],
      raw_value: 'AAEC',
      error: { class: 'DecodeFailure', code: 'NOT_FRAMED', message: 'no id', stack: expect.any(String) as unknown as string },
      category: 'poison',
      retryable: false,
      retry_count: 0,
      attempts: [{ at: 5_000, class: 'DecodeFailure', message: 'no id' }],
      status: 'pending',
      first_failed_at: 5_000,
      failed_at: 5_000,
      expires_at: 5_000 + 30 * 86_400_000,
    });
  });

  it('gives the same record of the same group the same id, and nothing else', () => {
    const { dlq_id: id } = letterOf(raw, failure);

    expect(isId('dlq', id)).toBe(true);
    expect(letterOf({ ...raw, value: null }, { ...failure, failedAt: 6_000 }).dlq_id).toBe(id);
    const others = [
      letterOf({ ...raw, offset: '43' }, failure),
      letterOf({ ...raw, partition: 4 }, failure),
      letterOf({ ...raw, topic: 'chat.events.shared' }, failure),
      letterOf(raw, { ...failure, group: 'event-processor' }),
    ];
    expect(new Set([id, ...others.map((letter) => letter.dlq_id)]).size).toBe(5);
  });

  it('names the first place and the way of a record from a retry topic, with the headers it had at first', () => {
    const retried: RawRecord = {
      ...raw,
      topic: 'internal.retry.message-processor.3',
      partition: 1,
      offset: '7',
      headers: {
        ...raw.headers,
        original_topic: 'chat.messages.shared',
        original_partition: '3',
        original_offset: '42',
        retry_count: '3',
        first_failed_at: '2000',
        last_failed_at: '4000',
        error_class: 'RetryableError',
        error_message: 'parent missing',
        dlq_id: 'dlq_1',
      },
    };

    const letter = letterOf(retried, { ...failure, category: 'retryable_exhausted' });

    expect(letter).toMatchObject({
      dlq_id: letterOf(raw, failure).dlq_id,
      topic: 'chat.messages.shared',
      partition: 3,
      offset: '42',
      headers: letterOf(raw, failure).headers,
      retry_count: 3,
      first_failed_at: 2_000,
      attempts: [
        { at: 4_000, class: 'RetryableError', message: 'parent missing' },
        { at: 5_000, class: 'DecodeFailure' },
      ],
      retryable: true,
      status: 'failed',
    });
  });

  it('takes code and stage of the error', () => {
    const { error } = letterOf(raw, { ...failure, error: new ValidationError([]), stage: 'persist' });

    expect(error).toMatchObject({ class: 'ValidationError', code: 'VAL_FAILED', stage: 'persist' });
    expect(letterOf(raw, { ...failure, error: new UnavailableError('x') }).error.code).toBe('SYS_UNAVAILABLE');
    expect(letterOf(raw, { ...failure, error: 'thrown text' }).error).toMatchObject({ class: 'unknown', message: "'thrown text'" });
  });

  it('leaves an envelope out that does not fit, rather than the record', () => {
    const envelope = { id: 'evt_1', tenant_id: 'clnt_abcdefgh', payload: { 'a.b': 1 } } as unknown as Parameters<typeof deadLetterOf>[2];

    const letter = letterOf(raw, failure, envelope);

    expect(letter.envelope).toBeUndefined();
    expect(letter.raw_value).toBe('AAEC');
  });

  it('is valid whatever was fetched', () => {
    const bytes = fc.oneof(
      fc.uint8Array({ maxLength: 200 }).map((array) => Buffer.from(array)),
      fc.string({ unit: 'binary' }).map((value) => Buffer.from(value)),
    );
    const header = fc.oneof(
      bytes,
      fc.nat().map(String),
      fc.bigInt({ min: 0n }).map(String),
      fc.string({ unit: 'binary' }),
      fc.array(bytes, { maxLength: 3 }),
      fc.constant(undefined),
    );
    const names = fc.oneof(fc.string({ unit: 'binary' }), fc.constantFrom('event_id', 'tenant_id', ...RETRY, '__proto__', '$where', 'a.b'));
    const raws = fc.record({
      topic: fc.constantFrom('chat.messages.shared', 'internal.retry.message-processor.2'),
      partition: fc.nat(100),
      offset: fc.maxSafeNat().map(String),
      key: fc.option(bytes),
      value: fc.option(bytes),
      headers: fc.array(fc.tuple(names, header)).map((entries) => Object.fromEntries(entries)),
      producedAt: fc.nat(),
    });
    const errors = fc.oneof(
      fc.string({ unit: 'binary' }).map((message) => new Error(message)),
      fc.anything({ withNullPrototype: true }),
    );
    fc.assert(
      fc.property(raws, errors, fc.integer({ min: 1, max: 2_000_000_000_000 }), (record, error, failedAt) => {
        const letter = letterOf(record, { ...failure, error, failedAt });

        expect(validate(JSON.parse(JSON.stringify(letter)))).toEqual({ ok: true });
        if (record.value !== null) expect(Buffer.from(letter.raw_value ?? '', 'base64').equals(record.value)).toBe(true);
      }),
    );
  });
});
