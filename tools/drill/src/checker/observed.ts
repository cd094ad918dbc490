/** A message as the API shows it. */
export interface ShownMessage {
  readonly messageId: string;
  readonly clientMessageId: string | null;
  readonly sequence: number | null;
  readonly sender: string | null;
  /** Begins with the alias of the tenant that sent it. */
  readonly text: string;
}

/** One conversation as its tenant reads it, page by page in ascending order. */
export interface ShownConversation {
  readonly tenant: string;
  readonly conversation: string;
  readonly messages: readonly ShownMessage[];
}

/** A message as it lies in the database. */
export interface StoredRow {
  /** Alias of the tenant that the row names. */
  readonly tenant: string;
  /** Database and collection. */
  readonly place: string;
  readonly messageId: string;
  readonly conversation: string;
  readonly sequence: number;
  readonly clientMessageId: string | null;
  readonly text: string;
}

/** A record as it lies on a topic. Fields that a record does not have, or that cannot be read, are absent. */
export interface TopicRecord {
  readonly topic: string;
  readonly partition: number;
  readonly offset: number;
  readonly type?: string;
  readonly eventId?: string;
  /** Aliases of the tenants that key and header name. */
  readonly keyTenant?: string;
  readonly headerTenant?: string;
  readonly messageId?: string;
  readonly conversation?: string;
}

/** A dead letter of the run. */
export interface DeadLetterSeen {
  readonly deadLetterId: string;
  /** Where the original lies. */
  readonly topic: string;
  readonly partition: number;
  readonly offset: number;
  readonly code: string;
  readonly retryCount: number;
  /** It was replayed, and its group has handled it. */
  readonly isResolved: boolean;
  readonly messageId?: string;
}

/** What a tenant was told when it asked for another's thing, and for a thing that nobody has. */
export interface ForeignProbe {
  readonly tenant: string;
  readonly owner: string;
  readonly path: string;
  readonly foreign: { readonly status: number; readonly code: string };
  readonly absent: { readonly status: number; readonly code: string };
}

/** A record that the drill put on a topic by itself, which no consumer can handle. */
export interface PoisonRecord {
  readonly what: string;
  readonly topic: string;
  readonly partition: number;
  readonly offset: number;
}

/** The counter of stored messages of one tenant. */
export interface QuotaCounter {
  readonly tenant: string;
  readonly counted: number;
  /** Leased to processes, spent or not. */
  readonly held: number;
  /** Rows that it should count. */
  readonly rows: number;
  /** After a repair, where the drill may have cost a count (a worker killed, Redis emptied). */
  readonly repaired?: number;
}

/** Everything that was read back when the system had come to rest. */
export interface Observed {
  readonly shown: readonly ShownConversation[];
  /** Conversations of this run that each tenant is shown in its list. */
  readonly listed: readonly { readonly tenant: string; readonly conversations: readonly string[] }[];
  /** Who owns which conversation. */
  readonly owners: ReadonlyMap<string, string>;
  readonly rows: readonly StoredRow[];
  readonly records: readonly TopicRecord[];
  readonly deadLetters: readonly DeadLetterSeen[];
  readonly probes: readonly ForeignProbe[];
  readonly poison: readonly PoisonRecord[];
  readonly quotas: readonly QuotaCounter[];
  /** Rows after everything on the topics was handled a second time; absent when the drill did not replay. */
  readonly replayed?: readonly StoredRow[];
  /** Secrets that stand in the output of a process, by the name of the process. */
  readonly leaks: readonly string[];
}
