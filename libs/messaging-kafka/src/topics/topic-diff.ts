import { type DesiredTopic } from './desired-topics.js';
import { type ConfigChange, type TopicChange } from './types.js';

/** A topic as it is. `config` holds the values in force, `overrides` those set on the topic itself. */
export interface LiveTopic {
  readonly topic: string;
  readonly partitions: number;
  readonly replicationFactor: number;
  /** Partitions that have no leader or not all replicas in sync. */
  readonly unhealthyPartitions: number;
  readonly config: Readonly<Record<string, string>>;
  readonly overrides: Readonly<Record<string, string>>;
}

/** How one topic differs. Pure; the order of the changes is the order of applying them. */
export function diffTopic(desired: DesiredTopic, live: LiveTopic | undefined, replicationFactor: number): readonly TopicChange[] {
  const { topic, partitions: defined, config } = desired;
  if (live === undefined) return [{ kind: 'create', topic, partitions: defined, replicationFactor, config }];
  const changes: TopicChange[] = [];
  const drift = driftOf(desired, live);
  if (drift.length > 0) changes.push({ kind: 'alter_config', topic, changes: drift });
  const actual = live.partitions;
  if (actual < defined) changes.push({ kind: 'fewer_partitions', topic, defined, actual });
  if (actual > defined) changes.push({ kind: 'more_partitions', topic, defined, actual });
  if (live.replicationFactor !== replicationFactor) {
    changes.push({ kind: 'other_replication', topic, defined: replicationFactor, actual: live.replicationFactor });
  }
  return changes;
}

function driftOf(desired: DesiredTopic, live: LiveTopic): readonly ConfigChange[] {
  return Object.entries(desired.config)
    .filter(([name, to]) => !sameValue(live.config[name], to))
    .map(([name, to]) => ({ name, from: live.config[name], to }));
}

/** Lists such as `compact,delete` come back in any order. */
const sameValue = (live: string | undefined, defined: string): boolean => live !== undefined && sorted(live) === sorted(defined);
const sorted = (value: string): string => value.split(',').sort().join(',');
