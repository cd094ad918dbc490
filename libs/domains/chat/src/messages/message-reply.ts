import { ERROR_CATALOGUE, type ErrorCode, type ReplyPayload } from '@caas/runtime';

/** Header of a `message.sent` record whose sender waits: the address of the gateway instance to answer. */
export const REPLY_TO_HEADER = 'reply_to';

/** Why a message was not stored, in words that its sender understands. */
export interface Refusal {
  readonly code: ErrorCode;
  readonly reason: string;
  /** JSON pointer to the part of the send that is wrong, where one is. */
  readonly field?: string;
}

/** What the worker tells a waiting gateway. The stored message itself is read from the store: it is the truth. */
export type MessageReply = { readonly outcome: 'persisted' } | ({ readonly outcome: 'rejected' } & Refusal);

export function toReplyPayload(reply: MessageReply): ReplyPayload {
  return { ...reply };
}

/** `undefined` for anything that is not an answer of this form: what comes over the wire is input. */
export function parseReply(payload: ReplyPayload): MessageReply | undefined {
  const { outcome, code, reason, field } = payload;
  if (outcome === 'persisted') return { outcome };
  if (outcome !== 'rejected' || typeof code !== 'string' || typeof reason !== 'string' || !Object.hasOwn(ERROR_CATALOGUE, code))
    return undefined;
  return { outcome, code: code as ErrorCode, reason, ...(typeof field === 'string' ? { field } : {}) };
}
