import { RateLimitedError, type TenantContext } from '@caas/runtime';
import { LRUCache } from 'lru-cache';
import { type AcceptedMessage } from '../message-outcome.js';

interface Second {
  readonly at: number;
  readonly messageIds: Set<string>;
}

const ENTRIES_MAX = 10_000;
/** The gateway admits a tenant's burst, and more while the shared counter is away; beyond this a sender went around it. */
const TIMES_BURST = 4;

/**
 * How many messages one sender puts into one conversation within a second, by the time of acceptance: the last line behind the limits of the gateway. A
 * conversation is one partition's, hence one process's, so this needs no store. Messages count once, however often a batch is redone.
 */
export class SendRate {
  readonly #seconds = new LRUCache<string, Second>({ max: ENTRIES_MAX });

  /** Throws `RATE_LIMITED` when it is too much. */
  take({ tenantId, limits }: TenantContext, { conversationId, senderId, messageId, acceptedAt }: AcceptedMessage): void {
    const key = `${tenantId}:${conversationId}:${senderId}`;
    const at = Math.floor(acceptedAt / 1_000);
    let second = this.#seconds.get(key);
    if (second?.at !== at) {
      if (second !== undefined && second.at > at) return; // a redone batch of a second that is over
      second = { at, messageIds: new Set() };
      this.#seconds.set(key, second);
    }
    if (second.messageIds.has(messageId)) return;
    if (limits.burstPerSecond >= 0 && second.messageIds.size >= limits.burstPerSecond * TIMES_BURST)
      throw new RateLimitedError('Too many messages at once.');
    second.messageIds.add(messageId);
  }
}
