import { type TenantPlacement } from '../definitions/topic-names.js';
import { type Metadata } from '../definitions/envelope.js';
import { type EventDefinition, type PayloadOf } from '../definitions/event.js';
import { type TopicDefinition } from '../definitions/topic.js';

/** One event to send. */
export interface SendOptions<Event extends EventDefinition> {
  /** Whose event it is. Required on tenant topics; absent on platform topics for facts about the platform itself. */
  readonly tenant?: TenantPlacement;
  readonly event: Event;
  readonly payload: PayloadOf<Event>;
  /**
   * The caller has checked the payload under the same rules: it is not checked again, only its structure as it is encoded. For the paths where
   * the check would be the second one of the same value.
   */
  readonly isChecked?: boolean;
  /** Logical key; the event's key field of the payload unless given. */
  readonly key?: string;
  /** `evt_…`; a new one unless given. Give a derived one where a repeat must be recognised. */
  readonly id?: string;
  /** Epoch milliseconds at which the fact happened; now unless given. */
  readonly timestamp?: number;
  readonly correlationId?: string;
  readonly causationId?: string;
  readonly traceId?: string;
  readonly applicationId?: string | undefined;
  readonly metadata?: Metadata;
  /** The service whose fact it is; this one unless given. For facts that another process hands on. */
  readonly source?: string;
  /** Further record headers, such as `reply_to`. The envelope's own names are refused. */
  readonly headers?: Readonly<Record<string, string>> | undefined;
}

/** Where an acknowledged record lies. */
export interface SendReceipt {
  readonly topic: string;
  readonly partition: number;
  readonly offset: string;
  readonly eventId: string;
}

/** Sends events of one topic definition. */
export interface Producer<Topic extends TopicDefinition = TopicDefinition> {
  /**
   * Resolves once all in-sync replicas hold the record. Concurrent sends share requests; records of one key keep the order of the calls.
   *
   * Rejects with
   * - `ValidationError` naming the fields when the payload breaks its schema, or the value exceeds 1 000 000 bytes; nothing was sent;
   * - `UnavailableError` with `details.reason` `PRODUCER_QUEUE_FULL`, `PRODUCER_CLOSED` or `DELIVERY_EXPIRED`: nothing was sent;
   * - `UnavailableError` with `details.reason` `DELIVERY_UNKNOWN`: the record may be or become stored. A resend under the same id is safe,
   *   since consumers drop duplicates by id.
   */
  send<Event extends Topic['events'][number]>(options: SendOptions<Event>): Promise<SendReceipt>;
  /** Tells consumers of a compacted topic that the key is gone. Same outcomes as `send`. */
  tombstone(options: { readonly tenant?: TenantPlacement; readonly key: string }): Promise<Omit<SendReceipt, 'eventId'>>;
}
