/** What one thing costs. `source` is where the figure stands; a spec looks there for `quote`. */
export interface UnitCost {
  readonly value: number;
  readonly unit: string;
  /** `assumed` until a benchmark says otherwise. */
  readonly source: 'docs/benchmarks.md' | 'docs/reference/topics.md' | 'assumed';
  readonly quote?: string;
}

/** Measured where it was; the others are guesses on the safe side, named as such in every answer. */
export const UNIT_COSTS = {
  sendUs: { value: 84, unit: 'CPU µs of the gateway for a send', source: 'docs/benchmarks.md', quote: '80 to 84 µs' },
  readUs: { value: 2_032, unit: 'CPU µs of the gateway for a page of 50', source: 'docs/benchmarks.md', quote: '2 031.9 µs' },
  persistUs: { value: 157, unit: 'CPU µs of the worker for a message', source: 'docs/benchmarks.md', quote: '157 µs' },
  tenantMemoryKb: { value: 1.9, unit: 'kB of the gateway for a tenant with two keys', source: 'docs/benchmarks.md', quote: '1.9 kB' },
  gatewayIdleMb: { value: 114, unit: 'MB of an idle gateway', source: 'docs/benchmarks.md', quote: '114 and 130 MB' },
  messagePartitions: {
    value: 16,
    unit: 'partitions of chat.messages',
    source: 'docs/reference/topics.md',
    quote: '[`chat.messages`](#chatmessages) | 16 |',
  },
  tenantPartitions: { value: 44, unit: 'partitions of a tenant’s own topics', source: 'docs/reference/topics.md' },
  platformPartitions: { value: 92, unit: 'partitions of the shared, platform and retry topics', source: 'docs/reference/topics.md' },
  recordBytes: { value: 600, unit: 'bytes of a record in Kafka', source: 'assumed' },
  recordsPerMessage: { value: 2, unit: 'records a message: sent, persisted', source: 'assumed' },
  messageRetentionDays: {
    value: 30,
    unit: 'days that Kafka keeps messages',
    source: 'docs/reference/topics.md',
    quote: '[`chat.messages`](#chatmessages) | 16 | 30 d |',
  },
  storedMessageBytes: { value: 1_200, unit: 'bytes of a message in MongoDB with its indexes', source: 'assumed' },
  storedUserBytes: { value: 4_000, unit: 'bytes of a user, devices and memberships in MongoDB', source: 'assumed' },
  writesPerPrimary: { value: 8_000, unit: 'messages/s that one primary stores', source: 'assumed' },
  shardBytes: { value: 2e12, unit: 'bytes on one shard', source: 'assumed' },
  brokerPartitions: { value: 4_000, unit: 'partition copies on one broker', source: 'assumed' },
  brokerBytesPerSecond: { value: 50e6, unit: 'bytes/s that one broker takes', source: 'assumed' },
  brokerDiskBytes: { value: 2e12, unit: 'bytes on one broker', source: 'assumed' },
  redisBytesPerUser: { value: 300, unit: 'bytes of Redis for an active user', source: 'assumed' },
} as const satisfies Readonly<Record<string, UnitCost>>;
