import { type Clock } from '@caas/runtime';
import { type NewDocumentOf } from '../definition/document-types.js';
import { type PlatformRepository } from '../repository/repository.js';
import { type StreamEvent } from './define-stream.js';
import { type streamDeadLetters } from './stream-collections.js';

/** A change that its handler refused to the end. */
export interface DeadChange {
  readonly stream: string;
  readonly event: StreamEvent;
  readonly error: unknown;
  /** Tries of the handler. */
  readonly attempts: number;
}

/** Where changes go that their handler cannot handle. */
export interface StreamDeadLetters {
  /** Resolves once the change is kept safely; the stream goes on only then. May be called again for the same event. */
  put(change: DeadChange): Promise<void>;
}

const KEPT_MS = 30 * 24 * 3_600_000;

/** Dead changes as rows of `_stream_dead_letters`: which change it was and why, without the document. */
export class StoredDeadLetters implements StreamDeadLetters {
  readonly #rows: PlatformRepository<typeof streamDeadLetters>;
  readonly #clock: Clock;

  constructor(rows: PlatformRepository<typeof streamDeadLetters>, clock: Clock) {
    this.#rows = rows;
    this.#clock = clock;
  }

  async put({ stream, event, error, attempts }: DeadChange): Promise<void> {
    const now = this.#clock.now();
    const row: NewDocumentOf<typeof streamDeadLetters> = {
      event_id: event.eventId,
      stream,
      collection: event.collection,
      operation: event.operation,
      tenant_id: event.tenantId ?? null,
      document_id: event.id,
      attempts,
      error: {
        class: (error instanceof Error ? error.name : typeof error).slice(0, 200),
        message: (error instanceof Error ? error.message : String(error)).slice(0, 1_000),
      },
      failed_at: new Date(now),
      expires_at: new Date(now + KEPT_MS),
    };
    // One that failed before, and comes again after a crash, is there already.
    await this.#rows.insertMany([row]);
  }
}
