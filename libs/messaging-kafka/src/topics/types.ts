import { type TopicDefinition } from '../definitions/topic.js';
import { type TenantPlacement } from '../definitions/topic-names.js';

/** How one topic differs from its definition. */
export type TopicChange =
  | {
      readonly kind: 'create';
      readonly topic: string;
      readonly partitions: number;
      readonly replicationFactor: number;
      readonly config: TopicConfig;
    }
  | { readonly kind: 'alter_config'; readonly topic: string; readonly changes: readonly ConfigChange[] }
  | { readonly kind: 'fewer_partitions'; readonly topic: string; readonly defined: number; readonly actual: number }
  | { readonly kind: 'more_partitions'; readonly topic: string; readonly defined: number; readonly actual: number }
  | { readonly kind: 'other_replication'; readonly topic: string; readonly defined: number; readonly actual: number };

/** Settings of a topic by their Kafka names. */
export type TopicConfig = Readonly<Record<string, string>>;

export interface ConfigChange {
  readonly name: string;
  readonly from: string | undefined;
  readonly to: string;
}

export interface TopicReport {
  /** What `apply` did, or would do on a dry run. */
  readonly applied: readonly TopicChange[];
  /** What needs a person: partition counts and replication are never changed here. */
  readonly reported: readonly TopicChange[];
  /** Topics that are as defined. */
  readonly unchanged: readonly string[];
}

export interface TopicScopeOptions {
  /** Tenants whose own topics are meant besides the shared ones; free and starter tenants add nothing. */
  readonly tenants?: readonly TenantPlacement[];
  /** Topics that follow from something else than a definition: retry topics from consumer groups. */
  readonly derived?: readonly DerivedTopic[];
}

/** A topic that no definition names, with the same settings as one. */
export interface DerivedTopic extends Pick<TopicDefinition, 'partitions' | 'retentionMs' | 'segmentMs' | 'cleanup' | 'settings'> {
  readonly topic: string;
}

/** A consumer group and the families that it reads. */
export interface GroupReads {
  readonly group: string;
  readonly families: readonly string[];
}

/** A topic as it is, and how it differs from its definition. */
export interface TopicDescription {
  readonly topic: string;
  readonly family: string;
  readonly placement: 'platform' | 'internal' | 'shared' | 'dedicated';
  /** Of a dedicated topic. */
  readonly tenantId?: string;
  readonly partitions: number;
  readonly replicationFactor: number;
  /** Partitions that have no leader or not all replicas in sync. */
  readonly unhealthyPartitions: number;
  /** Settings in force by their Kafka names, those of the definition. */
  readonly config: TopicConfig;
  readonly changes: readonly TopicChange[];
}

/** How reading is waited for. */
export interface ReadOptions {
  readonly groups: readonly GroupReads[];
  readonly withinMs: number;
  readonly signal?: AbortSignal | undefined;
}

/** Makes the cluster's topics what the definitions say. Needs Create, Describe, DescribeConfigs and AlterConfigs on them. */
export interface TopicAdmin {
  /** What differs now. Reads only. */
  diff(definitions: readonly TopicDefinition[], options?: TopicScopeOptions): Promise<readonly TopicChange[]>;
  /**
   * Creates what is missing and alters drifted settings, then waits (30 s at most) until every partition of new topics has a leader and all
   * its replicas in sync. Idempotent, and safe while another process does the same. Never deletes, never changes a partition count.
   */
  apply(definitions: readonly TopicDefinition[], options?: TopicScopeOptions & { readonly dryRun?: boolean }): Promise<TopicReport>;
  /** Every topic of the definitions' families as it is, the derived and the tenants' own included. Reads only. */
  describe(definitions: readonly TopicDefinition[]): Promise<readonly TopicDescription[]>;
  /**
   * Resolves once every group has committed what lay in the topics when this was called; topics that do not exist hold nothing. Rejects with a retryable
   * `UnavailableError` (reason `TOPICS_NOT_READ`) naming a group and a topic when that does not happen in time.
   */
  untilRead(topics: readonly string[], options: ReadOptions): Promise<void>;
  /** Resolves with `true` once every group that has members is assigned every topic of its families, with `false` when that does not happen in time. */
  untilAssigned(topics: readonly string[], options: ReadOptions): Promise<boolean>;
  /**
   * Deletes topics that only one tenant has, with what is in them; Kafka forgets the groups' offsets with them. Idempotent. Throws a `TypeError` for any
   * other topic. Read them to their end before.
   */
  removeDedicated(topics: readonly string[]): Promise<readonly string[]>;
  /** Names of all topics that one of the definitions' families owns. */
  list(definitions: readonly TopicDefinition[]): Promise<readonly string[]>;
}
