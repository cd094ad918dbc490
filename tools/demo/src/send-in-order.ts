import { setTimeout as delay } from 'node:timers/promises';
import { type GatewayClient, isRefusedForNow, unexpected } from './gateway-client.js';
import { type Commit } from './history.js';
import { type AcceptedMessage } from './watch-stored.js';

export interface SendOptions {
  readonly client: GatewayClient;
  readonly conversationId: string;
  readonly userOf: (commit: Commit) => string;
  /** Messages under way at most. */
  readonly concurrency: number;
  readonly onAccepted?: (message: AcceptedMessage) => void;
}

export interface SendReport {
  /** Per commit: milliseconds until it was accepted, with the refusals before. */
  readonly acceptedMs: readonly number[];
  /** Requests that were refused and made again. */
  readonly refusals: number;
}

/** Neighbouring commits of one user. */
interface Run {
  readonly userId: string;
  readonly from: number;
  readonly to: number;
}

const RETRY_AFTER_MS = 1_000;

/**
 * Sends commits as messages, concurrently and in order. What is under way together is one run, pipelined on one connection: the gateway starts
 * such requests in the order in which they arrive, and whatever it has to look up for one of them it looks up for all. Requests of different
 * users could overtake each other when it knows one user already and has to look up the other, so the next run waits for the one before.
 *
 * A refused message is sent again after the others of its run, which may then stand before it. With `concurrency` 1 nothing can.
 */
export async function sendInOrder(commits: readonly Commit[], options: SendOptions): Promise<SendReport> {
  const sentAt = new Array<number>(commits.length).fill(0);
  const acceptedMs = new Array<number>(commits.length).fill(0);
  const path = `/v1/conversations/${options.conversationId}/messages`;
  let refusals = 0;

  /** Sends one message; answers the milliseconds to wait before it is sent again, or `undefined` when it was accepted. */
  const send = async (index: number, userId: string): Promise<number | undefined> => {
    const commit = commits[index];
    if (commit === undefined) throw new RangeError(`there is no commit ${index}`);
    sentAt[index] ||= performance.now();
    const body = { type: 'text', content: { text: commit.text }, client_message_id: commit.hash };
    const answer = await options.client.once<{ message_id: string }>('POST', path, { body, userId });
    if (answer.status === 202) {
      const first = sentAt[index] ?? 0;
      acceptedMs[index] = performance.now() - first;
      options.onAccepted?.({ index, messageId: answer.body.message_id, sentAt: first });
      return undefined;
    }
    if (!isRefusedForNow(answer)) throw unexpected('POST', path, answer);
    refusals += 1;
    return answer.retryAfterMs || RETRY_AFTER_MS;
  };

  for (const { userId, from, to } of runsOf(commits.map(options.userOf))) {
    let next = from;
    let open: number[] = [];
    while (next < to || open.length > 0) {
      const refused = await pipeline(open, options.concurrency, {
        more: () => (next < to ? next++ : undefined),
        send: (index) => send(index, userId),
      });
      open = refused.indexes;
      if (open.length > 0) await delay(refused.retryAfterMs);
    }
  }
  return { acceptedMs, refusals };
}

/** Consecutive positions of the same user. */
export function runsOf(userIds: readonly string[]): Run[] {
  const runs: Run[] = [];
  userIds.forEach((userId, index) => {
    const last = runs.at(-1);
    if (last?.userId === userId) runs[runs.length - 1] = { ...last, to: index + 1 };
    else runs.push({ userId, from: index, to: index + 1 });
  });
  return runs;
}

/**
 * Sends `first`, then `more`, keeping up to `concurrency` under way and starting them in order. Starts nothing new after a refusal; resolves
 * when everything under way is answered, with the refused indexes in order.
 */
async function pipeline(
  first: readonly number[],
  concurrency: number,
  { more, send }: { more: () => number | undefined; send: (index: number) => Promise<number | undefined> },
): Promise<{ indexes: number[]; retryAfterMs: number }> {
  const refused: number[] = [];
  const queue = [...first];
  let retryAfterMs = 0;
  const lane = async (): Promise<void> => {
    while (refused.length === 0) {
      const index = queue.shift() ?? more();
      if (index === undefined) return;
      const waitMs = await send(index);
      if (waitMs === undefined) continue;
      refused.push(index);
      retryAfterMs = Math.max(retryAfterMs, waitMs);
    }
  };
  await Promise.all(Array.from({ length: concurrency }, lane));
  return { indexes: [...refused, ...queue].sort((left, right) => left - right), retryAfterMs };
}
