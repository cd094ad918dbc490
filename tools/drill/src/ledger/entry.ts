/** What a sender is about to ask for. On disk before the request leaves. */
export interface Intent {
  readonly kind: 'intent';
  /** Number of this try; its outcome names it. */
  readonly attempt: number;
  /** Who sends: the tenant's alias in this run. */
  readonly tenant: string;
  readonly conversation: string;
  readonly sender: string;
  /** The sender's own id for the message (`client_message_id`): the same on every try. */
  readonly message: string;
}

/** What the caller was told: taken (2xx), refused (4xx, 5xx), or nothing at all. */
export interface Outcome {
  readonly kind: 'outcome';
  readonly attempt: number;
  /** Absent when no answer came. */
  readonly status?: number;
  /** Code of the problem document. */
  readonly code?: string;
  /** The server's id of the message, when it was taken. */
  readonly messageId?: string;
  readonly elapsedMs: number;
}

/** A line of the ledger. Their order is the order in which things were known. */
export type Entry = Intent | Outcome;

export const isTaken = ({ status }: Outcome): boolean => status !== undefined && status >= 200 && status < 300;
export const isRefusedForGood = ({ status }: Outcome): boolean => status !== undefined && status >= 400 && status < 500;
