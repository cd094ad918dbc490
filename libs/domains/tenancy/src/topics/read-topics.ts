import { type GroupReads, type TopicAdmin } from '@caas/messaging-kafka';
import { ConflictError } from '@caas/runtime';
import { FENCE_MS } from '../migration/fence-notice.js';

/** Whose reading is waited for. */
export interface Readers {
  readonly topics: Pick<TopicAdmin, 'untilRead'>;
  readonly groups: readonly GroupReads[];
  readonly signal: AbortSignal;
}

/** Part of the fence's time that reading to the end may be expected to take. */
const READ_SHARE_MAX = 0.6;
/** A record can lead to others: message, its event, a webhook's delivery, its outcome. So often the ends are looked at anew. */
const CHAIN_LENGTH = 4;

/** Reads the old place once without holding anybody back, and refuses when that takes longer than senders may wait. */
export async function comeClose(
  old: readonly string[],
  { topics, groups, withinMs, signal }: Readers & { readonly withinMs: number },
): Promise<void> {
  const allowedMs = (FENCE_MS * READ_SHARE_MAX) / CHAIN_LENGTH;
  const deadline = performance.now() + withinMs;
  for (;;) {
    const started = performance.now();
    await topics.untilRead(old, { groups, withinMs, signal });
    const tookMs = performance.now() - started;
    if (tookMs <= allowedMs) return;
    if (performance.now() > deadline) {
      throw new ConflictError(
        `Reading the topics to their end takes ${Math.round(tookMs)} ms, which is more than senders can be held back for.`,
        {
          code: 'RES_STATE',
          retryable: true,
          details: { reason: 'fence_too_short' },
        },
      );
    }
  }
}

/** Reads what is there, and what follows from it, as long as the longest chain. Nothing new comes from outside meanwhile. `until`: of `performance.now()`. */
export async function readToTheEnd(
  old: readonly string[],
  { topics, groups, until, signal }: Readers & { readonly until: number },
): Promise<void> {
  for (let length = 0; length < CHAIN_LENGTH; length += 1) {
    await topics.untilRead(old, { groups, withinMs: until - performance.now(), signal });
  }
}
