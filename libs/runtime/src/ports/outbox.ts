import { type JsonObject, type TenantId } from '@caas/schema';

/** An event in its envelope, ready to be published. */
export interface OutboxEntry {
  /** `evt_…`; the same on every publication. */
  readonly eventId: string;
  /** Null for events of the platform itself. */
  readonly tenantId: TenantId | null;
  /** Family of the topic; the tenant's plan decides on the topic when it is published. */
  readonly family: string;
  /** Entries of one family and key are published in the order in which they were committed; without a key there is no order. */
  readonly key: string | null;
  readonly envelope: JsonObject;
}

/**
 * By which a dead process's change is recognised as made: the document is there and has been changed at least so often. 0 for one that is created, the
 * version before the change plus one else.
 */
export interface ChangeProof {
  readonly collection: string;
  /** Null for a document of the platform. */
  readonly tenantId: TenantId | null;
  readonly id: string;
  readonly version: number;
}

/** What is committed together. */
export interface AnnouncedChange<Result> {
  readonly entries: readonly OutboxEntry[];
  readonly proof: ChangeProof;
  /** Also where the server has transactions: for a change that decides by what others commit meanwhile, which a transaction does not see. */
  readonly inSteps?: boolean;
  /** Makes the change and nothing else; it may be repeated as the body of a transaction may. */
  readonly write: () => Promise<Result>;
}

/** Where events wait that are committed together with what they tell of. */
export interface OutboxStore {
  /**
   * Makes a change and keeps its events, both or neither. On a server with transactions that is one transaction, which joins the running one. Without, the
   * events are kept first and wait for a word that the change was made; where that word never comes, the proof decides. Rejects as `write` does.
   */
  commit<Result>(change: AnnouncedChange<Result>): Promise<Result>;
  /**
   * Keeps events unless they are there. Inside a transaction they are kept with it. For callers that repeat themselves until it is done, such as steps of a
   * saga, and for events that tell of no stored change.
   */
  add(entries: readonly OutboxEntry[]): Promise<void>;
}

/** Publishes entries to the log. */
export interface EntryPublisher {
  /**
   * Resolves once all in-sync replicas hold the record. Rejects with a retryable error when the log is away, which leaves the outcome open, and with any
   * other for an entry that cannot be published as it is.
   */
  publish(entry: OutboxEntry): Promise<void>;
  /** Whether the log answers. Never rejects. */
  isAvailable(): Promise<boolean>;
}
