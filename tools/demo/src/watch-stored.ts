import { setTimeout as delay } from 'node:timers/promises';
import { type GatewayClient } from './gateway-client.js';

/** A message that was accepted and is not known to be readable yet. */
export interface AcceptedMessage {
  readonly index: number;
  readonly messageId: string;
  /** When it was sent first, on the clock of `performance.now()`. */
  readonly sentAt: number;
}

export interface StoredOptions {
  /** The message that was accepted last, so far. */
  readonly newest: () => AcceptedMessage | undefined;
  /** Index of the last message there will be. */
  readonly last: number;
  /** Milliseconds to wait for one message before giving up. */
  readonly patienceMs: number;
  /** Everything up to this index is readable. */
  readonly onStored: (index: number) => void;
}

const POLL_MS = 5;

/**
 * Measures on a sample how long it takes until a message is readable: again and again the message accepted last is asked for until it is
 * there. Answers the milliseconds from send to readable of each sampled message, at most one poll too many; the last message is among them.
 * Ends early when a message does not appear in time.
 */
export async function sampleStored(client: GatewayClient, { newest, last, patienceMs, onStored }: StoredOptions): Promise<number[]> {
  const samples: number[] = [];
  for (let seen = -1; seen < last;) {
    const message = newest();
    if (message === undefined || message.index <= seen) {
      await delay(POLL_MS);
      continue;
    }
    const deadline = performance.now() + patienceMs;
    while ((await client.call('GET', `/v1/messages/${message.messageId}`, { expected: [200, 404] })).status === 404) {
      if (performance.now() > deadline) return samples;
      await delay(POLL_MS);
    }
    samples.push(performance.now() - message.sentAt);
    seen = message.index;
    onStored(seen);
  }
  return samples;
}
