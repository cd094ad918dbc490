/** Headers that a record has only on its way through retry topics. */
export const RETRY_HEADERS = [
  'original_topic',
  'original_partition',
  'original_offset',
  'original_timestamp',
  'consumer_group',
  'retry_count',
  'not_before',
  'first_failed_at',
  'last_failed_at',
  'error_class',
  'error_code',
  'error_message',
  'dlq_id',
] as const;

/** Header names that the envelope and the retries own. */
export const RESERVED_HEADERS: ReadonlySet<string> = new Set([
  'event_id',
  'event_type',
  'tenant_id',
  'schema_version',
  'content_type',
  'correlation_id',
  'trace_id',
  'user_id',
  'timestamp',
  ...RETRY_HEADERS,
]);
