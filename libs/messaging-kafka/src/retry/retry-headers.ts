import { inspect } from 'node:util';
import { AppError } from '@caas/runtime';
import { headerText, type RawHeaders, type RawRecord } from '../consumer/raw-record.js';
import { RETRY_HEADERS } from '../producer/headers.js';
import { parseRetryTopic } from './retry-topics.js';

const OWN = new Set<string>(RETRY_HEADERS);

/** A record as it was written first, and where it is on its way. */
export interface TracedRecord {
  /** With the topic, partition, offset, time and headers of its first writing; key and value are the same bytes anyway. */
  readonly origin: RawRecord;
  /** The retry topic it lies in; 0 for its own topic. */
  readonly tier: number;
  /** Passes it has behind it. */
  readonly passes: number;
  /** Epoch milliseconds before which it is not to be tried. */
  readonly notBefore: number;
  readonly firstFailedAt?: number;
  /** The failure that brought it here; absent for one that followed another of its key. */
  readonly lastFailure?: { readonly at: number; readonly class: string; readonly code: string; readonly message: string };
  /** Set when an operator replays a dead letter. */
  readonly dlqId?: string;
}

/** Tells a record of a retry topic by its headers; any other is where it began. `undefined` when the headers of a retry topic lack the origin. */
export function trace(raw: RawRecord): TracedRecord | undefined {
  const place = parseRetryTopic(raw.topic);
  if (place === undefined) return { origin: raw, tier: 0, passes: 0, notBefore: 0 };
  const { headers } = raw;
  const text = (name: (typeof RETRY_HEADERS)[number]): string | undefined => headerText(headers, name);
  const [topic, partition, offset] = [text('original_topic'), wholeNumber(text('original_partition')), text('original_offset')];
  if (topic === undefined || topic === '' || topic.length > 249) return undefined;
  if (partition === undefined || partition >= 2 ** 31 || offset === undefined || !/^\d{1,20}$/.test(offset)) return undefined;
  const [errorClass, firstFailedAt, dlqId] = [text('error_class'), wholeNumber(text('first_failed_at')), text('dlq_id')];
  return {
    origin: {
      ...raw,
      topic,
      partition,
      offset,
      headers: withoutRetryHeaders(headers),
      producedAt: wholeNumber(text('original_timestamp')) ?? raw.producedAt,
    },
    tier: place.tier,
    passes: wholeNumber(text('retry_count')) ?? 0,
    notBefore: wholeNumber(text('not_before')) ?? 0,
    ...(firstFailedAt === undefined ? {} : { firstFailedAt }),
    ...(errorClass === undefined
      ? {}
      : {
          lastFailure: {
            at: wholeNumber(text('last_failed_at')) ?? raw.producedAt,
            class: errorClass,
            code: text('error_code') ?? 'UNKNOWN',
            message: text('error_message') ?? '',
          },
        }),
    ...(dlqId === undefined ? {} : { dlqId }),
  };
}

/** The next stop of a record. */
export interface Onward {
  readonly group: string;
  readonly passes: number;
  readonly notBefore: number;
  readonly now: number;
  /** Absent for a record that only follows another one. */
  readonly error?: unknown;
}

/** Headers for a retry topic: the original ones as they were, and where the record comes from and why. */
export function onwardHeaders(record: TracedRecord, { group, passes, notBefore, now, error }: Onward): RawHeaders {
  const { origin, firstFailedAt, lastFailure, dlqId } = record;
  const failure = error === undefined ? lastFailure : { at: now, ...describeFailure(error) };
  const first = firstFailedAt ?? failure?.at;
  return {
    ...origin.headers,
    original_topic: origin.topic,
    original_partition: String(origin.partition),
    original_offset: origin.offset,
    original_timestamp: String(origin.producedAt),
    consumer_group: group,
    retry_count: String(passes),
    not_before: String(notBefore),
    ...(first === undefined ? {} : { first_failed_at: String(first) }),
    ...(failure === undefined
      ? {}
      : {
          last_failed_at: String(failure.at),
          error_class: failure.class,
          error_code: failure.code,
          error_message: failure.message,
        }),
    ...(dlqId === undefined ? {} : { dlq_id: dlqId }),
  };
}

/** Class, code and text of a failure, as short as headers and documents want them. */
export function describeFailure(error: unknown): { class: string; code: string; message: string } {
  if (!(error instanceof Error)) return { class: 'unknown', code: 'UNKNOWN', message: inspect(error).slice(0, 1_000) };
  const code = error instanceof AppError ? (error.details.reason ?? error.code) : 'UNKNOWN';
  return { class: error.name.slice(0, 200), code: code.slice(0, 100), message: error.message.slice(0, 1_000) };
}

function withoutRetryHeaders(headers: RawHeaders): RawHeaders {
  return Object.fromEntries(Object.entries(headers).filter(([name]) => !OWN.has(name)));
}

function wholeNumber(text: string | undefined): number | undefined {
  return text !== undefined && /^\d{1,15}$/.test(text) ? Number(text) : undefined;
}
