import { describe, expect, it } from '@jest/globals';
import { UnavailableError, ValidationError } from '@caas/runtime';
import { compileValidator, isId } from '@caas/schema';
import fc from 'fast-check';
import { type RawRecord } from '../consumer/raw-record.js';
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
const failure: Failure = {
  group: 'message-processor',
  error: new DecodeFailure('NOT_FRAMED', 'no id'),
  category: 'poison',
  failedAt: 5_000,
};
const validate = compileValidator(DEAD_LETTER);

describe('deadLetterOf', () => {
  it('keeps the original bytes and says what happened', () => {
    expect(deadLetterOf(raw, failure)).toEqual({
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
    const { dlq_id: id } = deadLetterOf(raw, failure);

    expect(isId('dlq', id)).toBe(true);
    expect(deadLetterOf({ ...raw, value: null }, { ...failure, failedAt: 6_000 }).dlq_id).toBe(id);
    const others = [
      deadLetterOf({ ...raw, offset: '43' }, failure),
      deadLetterOf({ ...raw, partition: 4 }, failure),
      deadLetterOf({ ...raw, topic: 'chat.events.shared' }, failure),
      deadLetterOf(raw, { ...failure, group: 'event-processor' }),
    ];
    expect(new Set([id, ...others.map((letter) => letter.dlq_id)]).size).toBe(5);
  });

  it('takes code and stage of the error', () => {
    const { error } = deadLetterOf(raw, { ...failure, error: new ValidationError([]), stage: 'persist' });

    expect(error).toMatchObject({ class: 'ValidationError', code: 'VAL_FAILED', stage: 'persist' });
    expect(deadLetterOf(raw, { ...failure, error: new UnavailableError('x') }).error.code).toBe('SYS_UNAVAILABLE');
    expect(deadLetterOf(raw, { ...failure, error: 'thrown text' }).error).toMatchObject({ class: 'unknown', message: "'thrown text'" });
  });

  it('leaves an envelope out that does not fit, rather than the record', () => {
    const envelope = { id: 'evt_1', tenant_id: 'clnt_abcdefgh', payload: { 'a.b': 1 } } as unknown as Parameters<typeof deadLetterOf>[2];

    const letter = deadLetterOf(raw, failure, envelope);

    expect(letter.envelope).toBeUndefined();
    expect(letter.raw_value).toBe('AAEC');
  });

  it('is valid whatever was fetched', () => {
    const bytes = fc.oneof(
      fc.uint8Array({ maxLength: 200 }).map((array) => Buffer.from(array)),
      fc.string({ unit: 'binary' }).map((value) => Buffer.from(value)),
    );
    const header = fc.oneof(bytes, fc.string({ unit: 'binary' }), fc.array(bytes, { maxLength: 3 }), fc.constant(undefined));
    const names = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.constantFrom('event_id', 'tenant_id', 'retry_count', 'first_failed_at', '__proto__', '$where', 'a.b'),
    );
    const raws = fc.record({
      topic: fc.constant('chat.messages.shared'),
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
        const letter = deadLetterOf(record, { ...failure, error, failedAt });

        expect(validate(JSON.parse(JSON.stringify(letter)))).toEqual({ ok: true });
        if (record.value !== null) expect(Buffer.from(letter.raw_value ?? '', 'base64').equals(record.value)).toBe(true);
      }),
    );
  });
});
