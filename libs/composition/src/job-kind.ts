import { type TenantContext } from '@caas/runtime';
import { type JsonObject } from '@caas/schema';

/** A job while it runs. */
export interface RunningJob {
  readonly jobId: string;
  readonly tenant: TenantContext;
  /** What was asked for, as the one who queued it wrote it. */
  readonly input: JsonObject;
  /** Who asked for it. */
  readonly by: string;
  /** Aborts when the job was cancelled, another process took it over, or this one stops. */
  readonly signal: AbortSignal;
  /** How far it is; `total` where that is known. */
  readonly progress: (done: number, total?: number) => void;
  /** Adds to the result, in order; it is kept for a week. */
  readonly write: (text: string) => Promise<void>;
}

/** Work that answers later. Runs inside its tenant, in a worker. */
export interface JobKind {
  /** `user.export`; unique over all modules. */
  readonly kind: string;
  /** Media type of the result; absent where there is none. */
  readonly contentType?: (input: JsonObject) => string;
  /** Does it. Runs anew from the beginning in another process when this one dies, so that doing it again must do no harm. Rejects when it fails. */
  run(job: RunningJob): Promise<void>;
}
