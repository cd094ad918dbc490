import { type ChangeProof, type Clock, type OutboxEntry } from '@caas/runtime';
import { parseTenantId } from '@caas/schema';
import { op } from '../repository/operators.js';
import { type PlatformRepository } from '../repository/repository.js';
import { type eventOutbox, type OutboxEvent } from './event-outbox.collection.js';

const DAY_MS = 86_400_000;
/** How long published events are kept: time to see what was told of a change, and when. */
const KEPT_MS = 7 * DAY_MS;
const ERROR_LENGTH_MAX = 500;

/** An event that waits, with what decides whether it may go. */
export interface WaitingEvent {
  readonly entry: OutboxEntry;
  /** What others of the same order come after. */
  readonly line: string;
  readonly order: number;
  readonly isPending: boolean;
  readonly proof: ChangeProof | null;
  readonly waitingSince: Date;
  readonly attempts: number;
  readonly nextAttemptAt: Date;
}

/** The waiting rows of the outbox, as the relay goes through them. */
export class OutboxQueue {
  readonly #rows: PlatformRepository<typeof eventOutbox>;
  readonly #clock: Clock;

  constructor(rows: PlatformRepository<typeof eventOutbox>, clock: Clock) {
    this.#rows = rows;
    this.#clock = clock;
  }

  /** The next waiting events from a place on, in order; those of one line are complete up to the last one. */
  async next(from: number, limit: number): Promise<WaitingEvent[]> {
    const rows = await this.#rows.findMany(
      { published_at: null, order: op.gte(from) },
      { sort: { order: 1, event_id: 1 }, limit, readFrom: 'primary' },
    );
    return rows.map(waitingEventOf);
  }

  /** The one that has waited longest, and how many wait, counted up to `max`. */
  async backlog(max: number): Promise<{ readonly waiting: number; readonly oldest: Date | undefined }> {
    const [waiting, oldest] = await Promise.all([
      this.#rows.count({ published_at: null }, { max, readFrom: 'primary' }),
      this.#rows.findMany(
        { published_at: null },
        { sort: { order: 1, event_id: 1 }, limit: 1, select: ['created_at'], readFrom: 'primary' },
      ),
    ]);
    return { waiting, oldest: oldest[0]?.created_at };
  }

  async markPublished(eventIds: readonly string[]): Promise<void> {
    if (eventIds.length === 0) return;
    const now = this.#clock.now();
    await this.#rows.updateMany(
      { event_id: op.in(eventIds) },
      { set: { published_at: new Date(now), expires_at: new Date(now + KEPT_MS), last_error: null } },
    );
  }

  /** The event itself is at fault; it and what comes after it in its line wait. */
  async markFailed({ entry: { eventId }, attempts }: WaitingEvent, error: unknown, pauseMs: number): Promise<void> {
    const last_error = (error instanceof Error ? error.message : 'unknown').slice(0, ERROR_LENGTH_MAX);
    const next_attempt_at = new Date(this.#clock.now() + pauseMs);
    await this.#rows.updateManyById([{ id: eventId, set: { attempts: attempts + 1, last_error, next_attempt_at } }]);
  }

  /** The change was made after all. */
  async confirm(eventId: string): Promise<void> {
    await this.#rows.updateMany({ event_id: eventId, state: 'pending' }, { set: { state: 'ready' } });
  }

  /** The change was never made, so the event is none. */
  async drop(eventId: string): Promise<void> {
    await this.#rows.deleteMany({ event_id: eventId, state: 'pending' });
  }

  /** Whether another writer's event tells of the same version of the same document: then that one made the change. */
  async isClaimedByAnother(eventId: string, { collection, id, version }: ChangeProof): Promise<boolean> {
    return this.#rows.exists(
      { 'proof.collection': collection, 'proof.id': id, 'proof.version': version, state: 'ready', event_id: op.ne(eventId) },
      { readFrom: 'primary' },
    );
  }
}

function waitingEventOf(row: OutboxEvent): WaitingEvent {
  const { event_id: eventId, tenant_id, topic: family, key, payload, proof } = row;
  return {
    entry: {
      eventId,
      tenantId: tenant_id === null ? null : parseTenantId(tenant_id),
      family,
      key: key === eventId ? null : key,
      envelope: payload,
    },
    line: `${family}\n${key}`,
    order: row.order,
    isPending: row.state === 'pending',
    proof: proof && { ...proof, tenantId: proof.tenant_id === null ? null : parseTenantId(proof.tenant_id) },
    waitingSince: row.created_at,
    attempts: row.attempts,
    nextAttemptAt: row.next_attempt_at,
  };
}
