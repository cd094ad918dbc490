import { type Logger } from '@caas/runtime';
import { type z } from 'zod';
import { type Envelope } from '../definitions/envelope.js';
import { type EventDefinition, type PayloadOf } from '../definitions/event.js';
import { type TopicDefinition } from '../definitions/topic.js';

/** Where a record lies and what its frame says. */
export interface RecordPosition {
  readonly family: string;
  readonly topic: string;
  readonly partition: number;
  /** 64-bit, hence text. */
  readonly offset: string;
  /** The logical key: on a shared topic without the tenant in front. */
  readonly key: string | null;
  /** The tenant, or `platform`. */
  readonly tenantId: string;
  readonly headers: Readonly<Record<string, string>>;
  /** Epoch milliseconds at which the producer sent it. */
  readonly producedAt: number;
}

/** A decoded event. Narrow by `type`: it decides `payload`. */
export interface EventRecord<Event extends EventDefinition = EventDefinition> extends RecordPosition {
  readonly kind: 'event';
  readonly type: Event['type'];
  readonly id: string;
  readonly payload: PayloadOf<Event>;
  readonly envelope: Envelope<Event>;
}

/** A record without a value on a compacted topic: its key is gone. */
export interface TombstoneRecord extends RecordPosition {
  readonly kind: 'tombstone';
}

/** A record of a topic without envelopes. */
export interface PlainRecord<Plain extends z.ZodObject = z.ZodObject> extends RecordPosition {
  readonly kind: 'plain';
  readonly value: z.output<Plain>;
}

type EachEvent<Event> = Event extends EventDefinition ? EventRecord<Event> : never;
type Tombstones<Clean> = Clean extends 'delete' ? never : TombstoneRecord;

/** What a consumer of these topics is given. */
export type DecodedRecord<Topic extends TopicDefinition = TopicDefinition> = Topic extends {
  events: infer Events extends readonly EventDefinition[];
  cleanup: infer Clean;
  record?: infer Plain;
}
  ? Events extends readonly []
    ? PlainRecord<Extract<Plain, z.ZodObject>> | Tombstones<Clean>
    : EachEvent<Events[number]> | Tombstones<Clean>
  : never;

export interface DeadLetterReason {
  /** Where in the handling it failed, for the operator. */
  readonly stage?: string;
}

/** What a handler may ask while it works on records of one partition. */
export interface ConsumerContext {
  readonly group: string;
  readonly topic: string;
  readonly partition: number;
  readonly logger: Logger;
  /** Aborts when the consumer gives the work up: the time limit of a chunk has passed, or a stop waited too long. */
  readonly signal: AbortSignal;
  /** Whether the partition is still this member's. Ask before every effect: after a rebalance somebody else does the work. */
  readonly isOwned: () => boolean;
  /**
   * Takes one record out: resolves once it lies on `internal.dlq`, so that its offset may pass. Rejects with an `UnavailableError` when
   * the broker does not take it; let that through, the chunk is then redone.
   */
  readonly deadLetter: (record: DecodedRecord, error: unknown, reason?: DeadLetterReason) => Promise<void>;
  /**
   * Says that one record failed while others may have succeeded. Its error decides what becomes of it (`failureClassOf`) once the handler
   * has returned. Leave later records of the same key in this chunk alone, without effect and without naming them: they are handed over again
   * after it, or follow it to the retry topic.
   */
  readonly fail: (record: DecodedRecord, error: unknown) => void;
}

interface CommonConsumerOptions<Topics extends readonly TopicDefinition[]> {
  /** Name of the consumer group. */
  readonly group: string;
  readonly topics: Topics;
  /** Types this group handles; others are passed over unread. All of the topics' types unless given. */
  readonly types?: readonly Topics[number]['events'][number]['type'][];
  /** Where a group without offsets begins; `earliest` unless given. */
  readonly startFrom?: 'earliest' | 'latest';
  /**
   * Gives the group retry topics, and a consumer of them (`{group}.retry`): a record that fails for now parks its key there, and the partition
   * goes on. Without it a failing record holds its partition up until it succeeds. List the group in its module, so that the topics exist.
   */
  readonly retries?: boolean;
  /** Partitions worked on at once; 4 unless given. */
  readonly partitionsAtOnce?: number;
  /** Records of one chunk at most; 500 unless given. */
  readonly chunkRecordsMax?: number;
  /** Time a chunk may take before the member counts as stuck; 300 000 unless given. */
  readonly chunkTimeoutMs?: number;
}

/** Bulk shape: a chunk of one partition, in order, at a time. The chunk counts as done when the promise resolves. */
export interface BatchConsumerOptions<Topics extends readonly TopicDefinition[]> extends CommonConsumerOptions<Topics> {
  /**
   * Must be idempotent: chunks are redone after a crash, a rebalance or a failure. A thrown error is nobody's: when a dependency is away the
   * partition waits; else the chunk is tried again, then handed over record by record, and what fails alone is dealt with alone. A handler that
   * knows the record says so with `context.fail`.
   */
  handle(records: readonly DecodedRecord<Topics[number]>[], context: ConsumerContext): Promise<void>;
}

/** Record shape: records of one key one after the other, different keys in parallel lanes. */
export interface RecordConsumerOptions<Topics extends readonly TopicDefinition[]> extends CommonConsumerOptions<Topics> {
  /** Must be idempotent. The error's class decides (`failureClassOf`): tried again, parked with its key, a dead letter, or finished. */
  each(record: DecodedRecord<Topics[number]>, context: ConsumerContext): Promise<void>;
  /** Records worked on at once in the whole instance; 5 unless given. */
  readonly lanes?: number;
}

export type ConsumerDefinition = CommonConsumerOptions<readonly TopicDefinition[]> &
  (
    | { readonly shape: 'batch'; handle(records: readonly DecodedRecord[], context: ConsumerContext): Promise<void> }
    | { readonly shape: 'each'; readonly lanes: number; each(record: DecodedRecord, context: ConsumerContext): Promise<void> }
  );

/** How a consumer is doing. */
export interface ConsumerHealth {
  readonly group: string;
  readonly state: 'stopped' | 'joining' | 'running' | 'restarting' | 'stopping' | 'failed';
  /** Partitions this member owns, by topic. */
  readonly assignment: Readonly<Record<string, readonly number[]>>;
  /** Partitions that wait after a failed try or by request. */
  readonly pausedPartitions: number;
  /** Records between the committed and the end offset of the owned partitions; absent until first measured. */
  readonly lagRecords?: number;
  /** For how long the oldest of them has waited at least; absent until first measured. */
  readonly lagSeconds?: number;
  readonly crashes: number;
  /** Families somebody paused, `*` for all. */
  readonly pausedByRequest: readonly string[];
  /** The consumer of the group's retry topics, and how many keys wait there as far as this member knows. */
  readonly retry?: ConsumerHealth & { readonly parkedKeys: number };
}

/** A member of a consumer group. */
export interface Consumer {
  /** Resolves once the group is joined and partitions are assigned. Rejects when the topics, credentials or broker do not allow that. */
  start(): Promise<void>;
  /** Takes no new records, finishes what is begun, commits, leaves the group. At most 10 s, then it leaves without the rest. */
  stop(): Promise<void>;
  /** Stops fetching, everywhere or for one family, until `resume`; survives rebalances. */
  pause(family?: string): void;
  resume(family?: string): void;
  health(): ConsumerHealth;
  /** Looks now whether its families have other topics, in place of within a minute, and joins anew when they have. */
  lookForTopics(): Promise<void>;
}
