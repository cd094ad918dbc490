/** What the worker tells the gateway that waits for a message (`Prefer: wait`). JSON-serialisable. */
export type ReplyPayload = Readonly<Record<string, unknown>>;

/**
 * Brings answers from a worker to the one gateway instance that waits for them, over Redis pub/sub. Best effort: an answer can be missed
 * (a waiter reads the store before it gives up), is never stored, and costs nothing where nobody waits.
 */
export interface ReplyChannel {
  /** The name to put into the record's `reply_to` header. */
  readonly address: string;
  /**
   * Starts listening at once and resolves with the first answer, or with `undefined` when `timeoutMs` have passed or `signal` aborts.
   * Call it before the request is sent, so that no answer can come too early. Rejects only when too many wait already (`UnavailableError`).
   */
  waitFor(correlationId: string, options: { timeoutMs: number; signal?: AbortSignal }): Promise<ReplyPayload | undefined>;
  /** Sends an answer to the instance at `address`. Never throws: a lost answer is counted, not repeated. */
  publish(address: string, correlationId: string, payload: ReplyPayload): Promise<void>;
}
