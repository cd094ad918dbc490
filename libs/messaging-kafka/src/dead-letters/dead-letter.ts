import { compileValidator, deriveId } from '@caas/schema';
import { headerText, type RawHeaders } from '../consumer/raw-record.js';
import { type Envelope } from '../definitions/envelope.js';
import { describeFailure, type TracedRecord } from '../retry/retry-headers.js';
import { type DeadLetterCategory } from './categories.js';
import { DEAD_LETTER, type DeadLetter } from './internal-dlq.js';

/** What failed, where and for whom. */
export interface Failure {
  readonly group: string;
  readonly error: unknown;
  readonly category: DeadLetterCategory;
  /** Where in the handling; absent for failures before it. */
  readonly stage?: string;
  /** Epoch milliseconds. */
  readonly failedAt: number;
}

const KEPT_MS = 30 * 86_400_000;
const isValid = compileValidator<DeadLetter>(DEAD_LETTER);

/** The dead letter of a record. Total: whatever bytes were fetched, what comes out is valid, with key, headers and value as they were. */
export function deadLetterOf(record: TracedRecord, failure: Failure, envelope?: Envelope): DeadLetter {
  const letter = describe(record, failure, envelope);
  // An envelope may hold what a free-form field may not (depth, size); the raw value has it anyway.
  return isValid(letter).ok ? letter : describe(record, failure, undefined);
}

/** What is written when the replay of a dead letter succeeded: the letter again, resolved. */
export function resolvedLetterOf(record: TracedRecord, { group, at }: { group: string; at: number }): DeadLetter {
  const letter = describe(record, { group, error: undefined, category: 'retryable_exhausted', failedAt: at }, undefined);
  const { class: name, code, message } = record.lastFailure ?? { class: 'unknown', code: 'UNKNOWN', message: '' };
  return { ...letter, error: { class: name, code, message }, attempts: [], status: 'resolved' };
}

function describe(
  { origin: raw, passes, firstFailedAt, lastFailure, dlqId }: TracedRecord,
  { group, error, category, stage, failedAt }: Failure,
  envelope: Envelope | undefined,
): DeadLetter {
  const described = describeError(error);
  const attempts = [...(lastFailure === undefined ? [] : [lastFailure]), { at: failedAt, ...described }];
  return {
    dlq_id: deriveId('dlq', group, raw.topic, String(raw.partition), raw.offset),
    topic: raw.topic,
    partition: raw.partition,
    offset: raw.offset,
    consumer_group: group,
    ...present('tenant_id', short(envelope?.tenant_id ?? headerText(raw.headers, 'tenant_id'), 50)),
    ...present('event_id', short(envelope?.id ?? headerText(raw.headers, 'event_id'), 100)),
    ...present('event_type', short(envelope?.type ?? headerText(raw.headers, 'event_type'), 100)),
    ...present('correlation_id', short(envelope?.correlation_id ?? headerText(raw.headers, 'correlation_id'), 100)),
    ...present('trace_id', short(envelope?.trace_id ?? headerText(raw.headers, 'trace_id'), 100)),
    ...(envelope === undefined ? {} : { envelope: envelope as unknown as NonNullable<DeadLetter['envelope']> }),
    ...(raw.key === null ? {} : textOrBytes(raw.key, 'key')),
    headers: headerList(raw.headers),
    ...(raw.value === null ? {} : { raw_value: raw.value.toString('base64') }),
    error: { ...described, ...present('stage', short(stage, 100)) },
    category,
    retryable: category === 'retryable_exhausted',
    retry_count: Math.min(passes, 2 ** 31 - 1),
    attempts: attempts.map(({ at, class: name, message }) => ({ at, class: name, message })),
    // What was replayed and fails again is a person's; nothing tries it by itself.
    status: dlqId === undefined ? 'pending' : 'failed',
    first_failed_at: firstFailedAt !== undefined && firstFailedAt > 0 && firstFailedAt <= failedAt ? firstFailedAt : failedAt,
    failed_at: failedAt,
    expires_at: failedAt + KEPT_MS,
  };
}

function describeError(error: unknown): { class: string; code: string; message: string; stack?: string } {
  const { class: name, code, message } = describeFailure(error);
  return {
    class: short(name, 200) ?? '',
    code: short(code, 100) ?? '',
    message: short(message, 1_000) ?? '',
    ...(error instanceof Error ? present('stack', short(error.stack, 8_000)) : {}),
  };
}

function headerList(headers: RawHeaders): DeadLetter['headers'] {
  return Object.entries(headers).flatMap(([name, values]) => {
    const list = Array.isArray(values) ? (values as readonly (Buffer | string)[]) : [values];
    return list.map((value) => ({ name: wellFormed(name), ...(value === undefined ? {} : textOrBytes(Buffer.from(value), 'value')) }));
  });
}

/** Text under `name` when the bytes are UTF-8, else base64 under `raw_{name}`. */
function textOrBytes<Name extends string>(bytes: Buffer, name: Name): Partial<Record<Name | `raw_${Name}`, string>> {
  const text = bytes.toString('utf8');
  const readable = Buffer.from(text, 'utf8').equals(bytes);
  return { [readable ? name : `raw_${name}`]: readable ? text : bytes.toString('base64') } as Partial<Record<Name | `raw_${Name}`, string>>;
}

const present = <Name extends string>(name: Name, value: string | undefined): Partial<Record<Name, string>> =>
  value === undefined ? {} : ({ [name]: value } as Record<Name, string>);

/** At most so many UTF-16 units, which is never more than as many characters; halves of surrogate pairs replaced. */
const short = (text: string | undefined, max: number): string | undefined =>
  text === undefined ? undefined : wellFormed(text.slice(0, max));

/** Halves of surrogate pairs become U+FFFD: they exist in no UTF-8. */
const wellFormed = (text: string): string => Buffer.from(text).toString();
