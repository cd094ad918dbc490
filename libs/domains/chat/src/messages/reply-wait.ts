import { AppError, type ReplyChannel, type ReplyPayload, ValidationError } from '@caas/runtime';
import { parseReply, type Refusal } from './message-reply.js';

/** How long a caller waits for what becomes of their command. */
export interface Wait {
  readonly seconds: number;
  readonly signal: AbortSignal;
}

/** The worker's answer to one command, on its way. */
export interface PendingReply {
  readonly answer: Promise<ReplyPayload | undefined>;
  /** Call it when the command was not sent after all. */
  cancel(): void;
}

/** Begins to wait; before the command is sent, so that no answer is missed. Never rejects: a wait that cannot begin is an answer that does not come. */
export function waitForReply(replies: ReplyChannel, eventId: string, { seconds, signal }: Wait): PendingReply {
  const abandoned = new AbortController();
  const answer = replies
    .waitFor(eventId, { timeoutMs: seconds * 1_000, signal: AbortSignal.any([signal, abandoned.signal]) })
    .catch(() => undefined);
  return { answer, cancel: () => abandoned.abort() };
}

/** Whether the worker said that it is done; `false` when time was up. Throws what the pipeline refused the command with. */
export async function replyArrived({ answer }: PendingReply): Promise<boolean> {
  const payload = await answer;
  const reply = payload === undefined ? undefined : parseReply(payload);
  if (reply?.outcome === 'rejected') throw refusalOf(reply);
  return reply !== undefined;
}

function refusalOf({ code, reason, field }: Refusal): AppError {
  if (field === undefined) return new AppError(code, reason);
  return new ValidationError([{ field, code: 'reference', message: reason }], { code, message: reason });
}
