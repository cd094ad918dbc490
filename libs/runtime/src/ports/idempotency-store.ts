import { type TenantId } from '@caas/schema';

/** An answer as it was sent, without what is shown once only. */
export interface RecordedAnswer {
  readonly status: number;
  /** Lower-case names. */
  readonly headers: Readonly<Record<string, string>>;
  /** `null` for an empty body. */
  readonly body: string | null;
}

/** A request that carries an `Idempotency-Key`. */
export interface IdempotentRequest {
  /** Digest of who asks for what under which key: equal for repeats, and for nothing else. */
  readonly scope: string;
  /** `null` on public routes. */
  readonly tenantId: TenantId | null;
  /** SHA-256 of the input in hex; a repeat has the same. */
  readonly bodyHash: string;
  /** Milliseconds after which a process that died gives the key up. */
  readonly lockMs: number;
}

/** Who runs a request: this one (`claimed`), another one at this moment, or nobody any more. */
export type IdempotencyClaim =
  | {
      readonly outcome: 'claimed';
      /** Keeps the answer for repeats. Without effect once the lock was lost to another process. */
      complete(answer: RecordedAnswer): Promise<void>;
      /** Lets a repeat run the request anew. */
      release(): Promise<void>;
    }
  | { readonly outcome: 'replay'; readonly answer: RecordedAnswer }
  | { readonly outcome: 'in_progress' | 'reused' };

/** Remembers requests by their `Idempotency-Key`. Implemented by the identity domain. */
export interface IdempotencyStore {
  /** Of several claims at once for one scope exactly one is `claimed`. Rejects with `UnavailableError` when the store does not answer. */
  claim(request: IdempotentRequest): Promise<IdempotencyClaim>;
}
