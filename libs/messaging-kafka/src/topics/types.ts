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
  /** Names of all topics that one of the definitions' families owns. */
  list(definitions: readonly TopicDefinition[]): Promise<readonly string[]>;
}
