import { type ChangeProof, type Clock, type EntryPublisher, groupBy, isRetryable, type Logger } from '@caas/runtime';
import { retryDelayMs, type RetryPreset } from '../client/retry-presets.js';
import { type OutboxQueue, type WaitingEvent } from './outbox-queue.js';
import { type RelayMetrics } from './relay-metrics.js';

/** How long a change may take before the relay asks whether it was made. */
export const PENDING_MAX_MS = 30_000;
/** Between two tries of an event that cannot be published as it is: a newer process may know it. */
const FAULTY_RETRY: RetryPreset = { attemptsMax: Number.POSITIVE_INFINITY, delayInitialMs: 1_000, delayMaxMs: 60_000 };

export interface PublishParts {
  readonly queue: OutboxQueue;
  readonly publisher: EntryPublisher;
  /** Whether what a proof names is stored. */
  readonly wasMade: (proof: ChangeProof) => Promise<boolean>;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly metrics: RelayMetrics;
}

/** What may go on, and what has to wait. One of them lasts for one pass over the queue. */
export interface Passage {
  /** Throws when this process may no longer be the one that publishes, or is to stop. */
  readonly assertActive: () => void;
  /** Lines whose first event has to wait, so that all of them do. */
  readonly blocked: Set<string>;
}

/**
 * Publishes waiting events: those of a line one after another, each after the acknowledgement of the one before; lines side by side, so that they share
 * requests. Resolves when each is published and marked, or waits. Rejects with the log's error when that is away, after what was acknowledged is marked.
 */
export async function publishLines(events: readonly WaitingEvent[], passage: Passage, parts: PublishParts): Promise<void> {
  const acknowledged: string[] = [];
  const lines = [...groupBy(events, ({ line }) => line).entries()];
  const ended = await Promise.allSettled(lines.map(([, sameLine]) => publishLine(sameLine, { passage, parts, acknowledged })));
  // Also when this process has been replaced meanwhile: what is published is published.
  await parts.queue.markPublished(acknowledged);
  for (const end of ended) if (end.status === 'rejected') throw end.reason;
}

async function publishLine(
  events: readonly WaitingEvent[],
  { passage, parts, acknowledged }: { passage: Passage; parts: PublishParts; acknowledged: string[] },
): Promise<void> {
  for (const event of events) {
    if (passage.blocked.has(event.line)) return;
    const verdict = await verdictOn(event, parts);
    if (verdict === 'dropped') continue;
    if (verdict === 'waits') {
      passage.blocked.add(event.line);
      return;
    }
    passage.assertActive();
    try {
      await parts.publisher.publish(event.entry);
    } catch (error) {
      passage.blocked.add(event.line);
      if (isRetryable(error)) throw error;
      await setAside(event, error, parts);
      return;
    }
    acknowledged.push(event.entry.eventId);
    parts.metrics.countPublished(event.entry.family);
  }
}

/** Whether an event may go now. A pending one whose writer is gone is decided by what is stored. */
async function verdictOn(event: WaitingEvent, { queue, wasMade, clock, logger }: PublishParts): Promise<'goes' | 'waits' | 'dropped'> {
  const now = clock.now();
  if (event.nextAttemptAt.getTime() > now) return 'waits';
  if (!event.isPending || event.proof === null) return 'goes';
  if (now - event.waitingSince.getTime() < PENDING_MAX_MS) return 'waits';
  const { eventId } = event.entry;
  const made = !(await queue.isClaimedByAnother(eventId, event.proof)) && (await wasMade(event.proof));
  logger.warn({ event_id: eventId, proof: event.proof, made }, 'the writer of an event is gone; what is stored decides');
  if (made) await queue.confirm(eventId);
  else await queue.drop(eventId);
  return made ? 'goes' : 'dropped';
}

async function setAside(event: WaitingEvent, error: unknown, { queue, logger, metrics }: PublishParts): Promise<void> {
  const { eventId, family } = event.entry;
  metrics.countFailed(family);
  logger.error(
    { err: error, event_id: eventId, topic: family, attempts: event.attempts + 1 },
    'an event cannot be published; it and what comes after it wait',
  );
  await queue.markFailed(event, error, retryDelayMs(FAULTY_RETRY, event.attempts + 1));
}
