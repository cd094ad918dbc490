import { groupBy, isRetryable, type Logger } from '@caas/runtime';
import { retryDelayMs, type RetryPreset } from '../client/retry-presets.js';
import { type StreamDeadLetters } from './dead-letters.js';
import { type StreamContext, type StreamDefinition, type StreamEvent } from './define-stream.js';
import { pause } from './pause.js';
import { type StreamMetrics } from './stream-metrics.js';

/** Keys that are handled side by side. */
const LANES_MAX = 16;

export interface BatchParts {
  readonly definition: StreamDefinition;
  readonly context: StreamContext;
  /** Throws when this process may no longer be the owner. */
  readonly assertOwned: () => void;
  readonly deadLetters: StreamDeadLetters;
  readonly retry: RetryPreset;
  readonly metrics: StreamMetrics;
  readonly logger: Logger;
}

/**
 * Handles changes: those of one key in their order, others side by side. Resolves when each is handled or kept as a dead letter. Rejects, after all
 * that had begun has ended, when the stream stops, is owned by another process, or a dead letter could not be kept.
 */
export async function handleBatch(events: readonly StreamEvent[], parts: BatchParts): Promise<void> {
  const keys = groupBy(events, parts.definition.orderBy).values();
  const lane = async (): Promise<void> => {
    for (const sameKey of keys) for (const event of sameKey) await handleOne(event, parts);
  };
  const ended = await Promise.allSettled(Array.from({ length: Math.min(LANES_MAX, events.length) }, lane));
  for (const end of ended) if (end.status === 'rejected') throw end.reason;
}

async function handleOne(event: StreamEvent, parts: BatchParts): Promise<void> {
  const { definition, context, assertOwned, retry, metrics, logger } = parts;
  for (let attempt = 1; ; attempt += 1) {
    context.signal.throwIfAborted();
    assertOwned();
    try {
      await definition.handle(event, context);
      return metrics.countEvent(definition.name, 'handled');
    } catch (error) {
      // It comes again from the saved position.
      if (context.signal.aborted) throw error;
      if (attempt >= retry.attemptsMax || !isRetryable(error)) return giveUp(event, { error, attempts: attempt }, parts);
      metrics.countEvent(definition.name, 'retried');
      logger.warn({ err: error, stream: definition.name, event_id: event.eventId, attempt }, 'a change was not handled and is tried again');
      await pause(retryDelayMs(retry, attempt), context.signal);
    }
  }
}

async function giveUp(
  event: StreamEvent,
  { error, attempts }: { error: unknown; attempts: number },
  { definition: { name: stream }, deadLetters, metrics, logger }: BatchParts,
): Promise<void> {
  await deadLetters.put({ stream, event, error, attempts });
  metrics.countEvent(stream, 'dead_lettered');
  logger.error({ err: error, stream, event_id: event.eventId, attempts }, 'a change could not be handled and went to the dead letters');
}
