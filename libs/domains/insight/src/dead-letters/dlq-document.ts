import { type NewDocumentOf } from '@caas/data-access-mongo';
import { type DeadLetter, type RawRecord } from '@caas/messaging-kafka';
import { parseTenantId, type TenantId } from '@caas/schema';
import { type DlqMessage, type dlqMessages, PART_TEXT_MAX } from './dlq-messages.collection.js';

/** A dead letter as it is stored: dates and bytes as MongoDB knows them, long parts as bytes. */
export function toDocument(letter: DeadLetter): NewDocumentOf<typeof dlqMessages> {
  const { key, raw_key: rawKey, raw_value: rawValue, error } = letter;
  return {
    dlq_id: letter.dlq_id,
    topic: letter.topic,
    partition: letter.partition,
    offset: letter.offset,
    consumer_group: letter.consumer_group,
    tenant_id: tenantOrNull(letter.tenant_id),
    event_id: letter.event_id ?? null,
    event_type: letter.event_type ?? null,
    correlation_id: letter.correlation_id ?? null,
    trace_id: letter.trace_id ?? null,
    envelope: letter.envelope ?? null,
    ...namedPart({ text: key, base64: rawKey }),
    headers: letter.headers.map(({ name, value, raw_value: raw }) => {
      const { key: text, raw_key: bytes } = namedPart({ text: value, base64: raw });
      return { name: name.slice(0, PART_TEXT_MAX), value: text, raw_value: bytes };
    }),
    raw_value: rawValue === undefined ? null : Buffer.from(rawValue, 'base64'),
    correction: null,
    error: { class: error.class, code: error.code, message: error.message, stack: error.stack ?? null, stage: error.stage ?? null },
    category: letter.category,
    retryable: letter.retryable,
    retry_count: letter.retry_count,
    attempts: letter.attempts.map(({ at, class: name, message }) => ({ at: new Date(at), class: name, message })),
    status: letter.status,
    first_failed_at: new Date(letter.first_failed_at),
    failed_at: new Date(letter.failed_at),
    last_retry_at: null,
    resolved_at: null,
    resolved_by: null,
    expires_at: new Date(letter.expires_at),
  };
}

/** The record as it was written first; with the corrected value where there is one. */
export function toRecord(row: DlqMessage): RawRecord {
  const headers: Record<string, (Buffer | string)[]> = {};
  for (const { name, value, raw_value: raw } of row.headers) {
    (headers[name] ??= []).push(value ?? Buffer.from(raw ?? new Uint8Array()));
  }
  const bytes = row.correction?.raw_value ?? row.raw_value;
  const key = row.key ?? row.raw_key;
  return {
    topic: row.topic,
    partition: row.partition,
    offset: row.offset,
    key: key === null ? null : Buffer.from(key as string),
    value: bytes === null ? null : Buffer.from(bytes),
    headers: Object.fromEntries(Object.entries(headers).map(([name, values]) => [name, values.length === 1 ? values[0] : values])),
    producedAt: row.first_failed_at.getTime(),
  };
}

/** Text as text while it is short, else as bytes. */
function namedPart({ text, base64 }: { text: string | undefined; base64: string | undefined }) {
  if (text !== undefined && text.length <= PART_TEXT_MAX) return { key: text, raw_key: null };
  const bytes = text === undefined ? (base64 === undefined ? null : Buffer.from(base64, 'base64')) : Buffer.from(text);
  return { key: null, raw_key: bytes };
}

/** What a header claims need not be the id of a tenant. */
function tenantOrNull(id: string | undefined): TenantId | null {
  try {
    return id === undefined ? null : parseTenantId(id);
  } catch {
    return null;
  }
}
