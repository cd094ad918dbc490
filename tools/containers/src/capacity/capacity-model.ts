import { UNIT_COSTS } from './unit-costs.js';

/** What is asked of an installation, at its busiest. */
export interface Load {
  /** Tenants on shared topics: free and starter. */
  readonly sharedTenants: number;
  /** Tenants with topics of their own: pro and enterprise. */
  readonly dedicatedTenants: number;
  readonly users: number;
  readonly messagesPerSecond: number;
  /** Pages of messages that are read for each message that is sent. */
  readonly readsPerMessage: number;
  readonly storedDays: number;
  /** Part of a core, disk or limit that is used at most; the rest is for failures and peaks within the second. */
  readonly utilization: number;
}

/** Nodes of each part, and what decided. */
export interface Capacity {
  readonly gateways: number;
  readonly workers: number;
  readonly brokers: number;
  readonly partitions: number;
  readonly shards: number;
  readonly mongodbNodes: number;
  readonly redisBytes: number;
  readonly gatewayMemoryMb: number;
  readonly kafkaBytes: number;
  readonly mongodbBytes: number;
  /** What to know before building it. */
  readonly warnings: readonly string[];
}

const DAY_SECONDS = 86_400;
const REPLICAS = 3;
/** The day's average as part of its peak. */
const AVERAGE_OF_PEAK = 0.4;
const cost = (name: keyof typeof UNIT_COSTS): number => UNIT_COSTS[name].value;

/** How many nodes a load needs, each with one core for an app. Throws a `RangeError` for what cannot be a load. */
export function capacityOf(load: Load): Capacity {
  check(load);
  const { messagesPerSecond, utilization } = load;
  const tenants = load.sharedTenants + load.dedicatedTenants;
  const stored = messagesPerSecond * AVERAGE_OF_PEAK * DAY_SECONDS;
  const workers = nodes((messagesPerSecond * cost('persistUs')) / 1e6 / utilization, 2);
  const mongodbBytes = stored * load.storedDays * cost('storedMessageBytes') + load.users * cost('storedUserBytes');
  const shards = nodes(Math.max(mongodbBytes / cost('shardBytes'), messagesPerSecond / cost('writesPerPrimary')) / utilization, 1);
  return {
    gateways: gatewaysFor(load),
    workers,
    ...kafkaFor(load, stored),
    shards,
    mongodbNodes: shards * REPLICAS + (shards > 1 ? REPLICAS : 0), // config servers
    mongodbBytes,
    redisBytes: load.users * cost('redisBytesPerUser'),
    gatewayMemoryMb: cost('gatewayIdleMb') + (tenants * cost('tenantMemoryKb')) / 1_000,
    warnings: warningsOf(load, { workers, shards }),
  };
}

/** One more than the load needs, so that one may be missing. */
function gatewaysFor({ messagesPerSecond, readsPerMessage, utilization }: Load): number {
  const microseconds = messagesPerSecond * (cost('sendUs') + readsPerMessage * cost('readUs'));
  return nodes(microseconds / 1e6 / utilization, 1) + 1;
}

function kafkaFor({ dedicatedTenants, messagesPerSecond, utilization }: Load, messagesPerDay: number) {
  const partitions = cost('platformPartitions') + dedicatedTenants * cost('tenantPartitions');
  const bytesOf = (messages: number): number => messages * cost('recordsPerMessage') * cost('recordBytes') * REPLICAS;
  const kafkaBytes = bytesOf(messagesPerDay * cost('messageRetentionDays'));
  const brokers = Math.max(
    (partitions * REPLICAS) / cost('brokerPartitions'),
    bytesOf(messagesPerSecond) / cost('brokerBytesPerSecond'),
    kafkaBytes / cost('brokerDiskBytes'),
  );
  return { partitions, kafkaBytes, brokers: nodes(brokers / utilization, REPLICAS) };
}

function warningsOf({ dedicatedTenants }: Load, { workers, shards }: { workers: number; shards: number }): string[] {
  const partitions = cost('messagePartitions');
  return [
    ...(workers > partitions && dedicatedTenants === 0
      ? [
          `${workers} workers share the ${partitions} partitions of one topic: ${workers - partitions} would be idle. Give chat.messages more partitions.`,
        ]
      : []),
    ...(shards > 1 ? [`${shards} shards: collections have to be sharded by tenant_id first (docs/scaling.md).`] : []),
  ];
}

const nodes = (needed: number, least: number): number => Math.max(least, Math.ceil(needed));

function check(load: Load): void {
  for (const [name, value] of Object.entries(load)) {
    if (!Number.isFinite(value) || value < 0) throw new RangeError(`${name} must be a number, at least 0.`);
  }
  if (load.utilization <= 0 || load.utilization > 1) throw new RangeError('utilization must be more than 0 and at most 1.');
}
