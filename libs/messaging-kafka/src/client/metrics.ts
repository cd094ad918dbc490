import { distributions, DURATION_BUCKETS_SECONDS, type Metrics, tallies } from '@caas/runtime';

const COUNT_BUCKETS = [1, 2, 5, 10, 25, 50, 100, 250, 500, 1_000];
const BYTE_BUCKETS = [1_000, 5_000, 25_000, 100_000, 250_000, 500_000, 1_000_000];

/** The metrics of one Kafka client; the label `topic` is always the family, so that their number does not grow with tenants. */
export type KafkaMetrics = ReturnType<typeof createKafkaMetrics>;

export function createKafkaMetrics(metrics: Metrics) {
  const kafka = 'caas_kafka';
  /** How many records wait in each producer lane, asked for when metrics are read. */
  const producerQueues = new Map<string, () => number>();
  metrics.gauge({
    name: `${kafka}_producer_queue_records`,
    help: 'Records that wait for the next request',
    labels: ['producer'],
    collect: (gauge) => {
      for (const [producer, queued] of producerQueues) gauge.set({ producer }, queued());
    },
  });
  return {
    producerQueues,
    connected: metrics.gauge({ name: `${kafka}_client_connected`, help: '1 while connected', labels: ['client', 'role'] }),
    loginUser: metrics.gauge({
      name: `${kafka}_login_info`,
      help: '1 for the user that every connection of the client has logged in as, or is about to',
      labels: ['user'],
    }),
    /** By `topic`, `type` and `status`. */
    producerRecords: tallies(metrics, { name: `${kafka}_producer_records_total`, help: 'Records handed to a producer, by outcome' }),
    producerErrors: metrics.counter({
      name: `${kafka}_producer_errors_total`,
      help: 'Records that their sender was told to have failed',
      labels: ['topic', 'class'],
    }),
    /** By `topic`. */
    producerSeconds: distributions(metrics, {
      name: `${kafka}_producer_send_seconds`,
      help: 'From send to acknowledgement',
      bounds: DURATION_BUCKETS_SECONDS,
    }),
    producerBatchRecords: metrics.histogram({
      name: `${kafka}_producer_batch_records`,
      help: 'Records of a family in one request',
      labels: ['topic'],
      buckets: COUNT_BUCKETS,
    }),
    producerBatchBytes: metrics.histogram({
      name: `${kafka}_producer_batch_bytes`,
      help: 'Uncompressed bytes of a family in one request',
      labels: ['topic'],
      buckets: BYTE_BUCKETS,
    }),
    producerDropped: metrics.counter({
      name: `${kafka}_producer_dropped_total`,
      help: 'Records refused before they were sent',
      labels: ['topic', 'reason'],
    }),
    consumerRecords: metrics.counter({
      name: `${kafka}_consumer_records_total`,
      help: 'Records that left a consumer, by result',
      labels: ['group', 'topic', 'type', 'result'],
    }),
    consumerProcessSeconds: metrics.histogram({
      name: `${kafka}_consumer_process_seconds`,
      help: 'Time of one chunk in its handler',
      labels: ['group', 'topic'],
    }),
    consumerEndToEndSeconds: metrics.histogram({
      name: `${kafka}_consumer_end_to_end_seconds`,
      help: 'From the fact (event time) to its handling',
      labels: ['group', 'topic'],
    }),
    consumerLag: metrics.gauge({
      name: `${kafka}_consumer_lag_records`,
      help: 'End offset less committed offset over the owned partitions',
      labels: ['group', 'topic', 'tenant_id'],
    }),
    consumerLagSeconds: metrics.gauge({
      name: `${kafka}_consumer_lag_seconds`,
      help: 'For how long the oldest unhandled record of the owned partitions has waited at least',
      labels: ['group', 'topic'],
    }),
    groupMembers: metrics.gauge({
      name: `${kafka}_group_members`,
      help: 'Members of a group, by its state, as each of them is told',
      labels: ['group', 'state'],
    }),
    consumerInflight: metrics.gauge({ name: `${kafka}_consumer_inflight_records`, help: 'Records in handlers now', labels: ['group'] }),
    consumerPaused: metrics.gauge({ name: `${kafka}_consumer_paused_partitions`, help: 'Partitions that wait', labels: ['group'] }),
    consumerRebalances: metrics.counter({ name: `${kafka}_consumer_rebalances_total`, help: 'Joins of the group', labels: ['group'] }),
    consumerCommits: metrics.counter({ name: `${kafka}_consumer_commits_total`, help: 'Offset commits', labels: ['group', 'status'] }),
    deadLetters: metrics.counter({ name: 'caas_dlq_records_total', help: 'Dead letters written', labels: ['group', 'topic', 'category'] }),
    retries: metrics.counter({ name: 'caas_retry_records_total', help: 'Records written to retry topics', labels: ['group', 'tier'] }),
    schemaCache: metrics.counter({ name: 'caas_schema_cache_total', help: 'Lookups of decoders by schema id', labels: ['result'] }),
  };
}
