import { type ConsumerDefinition } from '../consumer/types.js';
import { type TopicDefinition } from '../definitions/topic.js';

/** What an entry is about; `prefixed` means every name that begins so. */
export interface AclResource {
  readonly type: 'topic' | 'group' | 'cluster' | 'transactional_id' | 'delegation_token' | 'unknown';
  readonly name: string;
  readonly pattern: 'literal' | 'prefixed';
}

export type AclOperation =
  | 'all'
  | 'read'
  | 'write'
  | 'create'
  | 'delete'
  | 'alter'
  | 'describe'
  | 'cluster_action'
  | 'describe_configs'
  | 'alter_configs'
  | 'idempotent_write'
  | 'unknown';

/** One rule of the brokers' authorizer. */
export interface AclEntry {
  /** `User:service-gateway-a`. */
  readonly principal: string;
  /** Where the principal connects from; `*` is anywhere. */
  readonly host: string;
  readonly permission: 'allow' | 'deny';
  readonly operation: AclOperation;
  readonly resource: AclResource;
}

/** What a process asks of Kafka. */
export interface KafkaUse {
  readonly produces: readonly TopicDefinition[];
  readonly consumes: readonly Pick<ConsumerDefinition, 'group' | 'topics'>[];
  /** Topics whose settings it reads, to hold them against their definitions. None unless given. */
  readonly inspects?: readonly TopicDefinition[];
}

/** How the cluster differs from what its services need. */
export interface AclDiff {
  /** Needed, but not granted. */
  readonly missing: readonly AclEntry[];
  /** Granted to a service, or denied to it, though nothing needs that. */
  readonly extra: readonly AclEntry[];
}

export interface AclReport {
  /** What `apply` did, or would do on a dry run. */
  readonly granted: readonly AclEntry[];
  readonly revoked: readonly AclEntry[];
  /** Extra entries that were left, since nobody asked to revoke them. */
  readonly left: readonly AclEntry[];
  readonly unchanged: number;
}

export interface AclApplyOptions {
  readonly dryRun?: boolean;
  /** Takes away what nothing needs; left and reported unless given. */
  readonly revokeExtra?: boolean;
}

/**
 * The brokers' rules about services. Only entries of principals `User:service-…` are ever looked at: those of operators and brokers are theirs.
 * Every call needs Describe on the cluster, every change Alter.
 */
export interface AclAdmin {
  /** The entries of all services. */
  list(): Promise<readonly AclEntry[]>;
  /** What differs from the entries that are wanted. Reads only. */
  diff(wanted: readonly AclEntry[]): Promise<AclDiff>;
  /** Grants what is missing, then revokes what is extra if asked to. Idempotent, and safe while another process does the same. */
  apply(wanted: readonly AclEntry[], options?: AclApplyOptions): Promise<AclReport>;
  /** Adds entries; those that are there stay. Brokers follow one after the other, within moments. */
  grant(entries: readonly AclEntry[]): Promise<void>;
  /** Removes entries; those that are gone are fine. */
  revoke(entries: readonly AclEntry[]): Promise<void>;
}
