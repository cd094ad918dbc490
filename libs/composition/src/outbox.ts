import { type EventDefinition, type OutboxEntries, type SendOptions } from '@caas/messaging-kafka';
import { type ChangeProof, type OutboxEntry, type OutboxStore } from '@caas/runtime';
import { deriveId } from '@caas/schema';

/** An event that is committed with a change. Made by {@link announcing} only, which ties the payload to its event. */
export type Announcement = SendOptions<EventDefinition>;

/** An event of a change, with its types checked. */
export function announcing<Event extends EventDefinition>(options: SendOptions<Event>): Announcement {
  return options;
}

export interface AnnouncedWrite<Result> {
  readonly events: readonly Announcement[];
  /** What is changed, and the version that the change leads to; the ids of the events follow from it. */
  readonly proof: ChangeProof;
  /** For a change that decides by what others commit meanwhile; see `AnnouncedChange`. */
  readonly inSteps?: boolean;
  /** Makes the change, guarded by the version before it, and nothing else; may be repeated. */
  readonly write: () => Promise<Result>;
}

/** How services tell of what they change: the event is committed with the change, and published by the worker. */
export class Outbox {
  readonly #store: OutboxStore;
  readonly #entries: OutboxEntries;

  constructor({ store, entries }: { readonly store: OutboxStore; readonly entries: OutboxEntries }) {
    this.#store = store;
    this.#entries = entries;
  }

  /**
   * Makes a change and keeps its events, both or neither. An event without an id of its own has one that follows from the change, so that the same change
   * never makes two. Rejects as `write` does, and with `ValidationError` for an event that breaks its schema; then nothing was written.
   */
  async commit<Result>({ events, ...change }: AnnouncedWrite<Result>): Promise<Result> {
    const entries = events.map((event) => this.#entries.entryOf({ id: eventIdOf(event, change.proof), ...event }));
    return this.#store.commit({ ...change, entries });
  }

  /** Keeps events with the running transaction. For callers that repeat themselves until it is done; give such events ids that a repeat has as well. */
  async add(...events: readonly Announcement[]): Promise<void> {
    await this.#store.add(events.map((event): OutboxEntry => this.#entries.entryOf(event)));
  }
}

function eventIdOf({ event: { type } }: Announcement, { collection, tenantId, id, version }: ChangeProof): string {
  return deriveId('evt', type, collection, tenantId ?? 'platform', id, String(version));
}
