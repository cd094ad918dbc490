import { type BackgroundJob, type JobKind } from '@caas/composition';
import { type Mongo, op } from '@caas/data-access-mongo';
import { AppError, type Clock, type Logger, NotFoundError, runWithTenant, type TenantDirectory } from '@caas/runtime';
import { parseTenantId } from '@caas/schema';
import { type Job, jobs } from './jobs.collection.js';
import { KEPT_MS } from './jobs.service.js';
import { ResultWriter } from './result-writer.js';

export interface JobRunnerParts {
  readonly mongo: Mongo;
  readonly tenants: Pick<TenantDirectory, 'get'>;
  readonly clock: Clock;
  readonly logger: Logger;
  /** Names this process. */
  readonly owner: string;
  /** Loads what can be done. */
  readonly kinds: () => Promise<readonly JobKind[]>;
  readonly lookEveryMs?: number;
  /** How long a job is this process's without a sign of life. */
  readonly leaseMs?: number;
}

const LOOK_EVERY_MS = 2_000;
const LEASE_MS = 30_000;
/** Renewals within a lease. */
const RENEWALS = 3;
const ATTEMPTS_MAX = 5;

/**
 * Does queued jobs, one at a time. A job is claimed for a while, which is renewed as long as it runs; that of a process that died, or that failed for a
 * reason that passes, is claimed again, five times at most.
 */
export class JobRunner implements BackgroundJob {
  readonly name = 'job-runner';
  readonly #parts: JobRunnerParts;
  readonly #leaseMs: number;
  readonly #stopping = new AbortController();
  #timer: NodeJS.Timeout | undefined;
  #running: Promise<unknown> = Promise.resolve();

  constructor(parts: JobRunnerParts) {
    this.#parts = parts;
    this.#leaseMs = parts.leaseMs ?? LEASE_MS;
  }

  start(): void {
    this.#timer = setTimeout(() => {
      this.#running = this.#look().finally(() => {
        if (!this.#stopping.signal.aborted) this.start();
      });
    }, this.#parts.lookEveryMs ?? LOOK_EVERY_MS).unref();
  }

  /** What runs is given back for another process. */
  async stop(): Promise<void> {
    this.#stopping.abort();
    clearTimeout(this.#timer);
    await this.#running;
  }

  /** Does what waits, until nothing does. Resolves with the number of jobs that were done; rejects when the store is away. */
  async run(): Promise<number> {
    const kinds = new Map((await this.#parts.kinds()).map((kind) => [kind.kind, kind]));
    for (let done = 0; ; done++) {
      const job = this.#stopping.signal.aborted ? undefined : await this.#claim([...kinds.keys()]);
      const kind = job === undefined ? undefined : kinds.get(job.kind);
      if (job === undefined || kind === undefined) return done;
      await this.#do(job, kind);
    }
  }

  async #look(): Promise<void> {
    try {
      await this.run();
    } catch (error) {
      this.#parts.logger.warn({ err: error }, 'jobs wait until the store is back');
    }
  }

  #claim(kinds: readonly string[]): Promise<Job | undefined> {
    const now = new Date(this.#parts.clock.now());
    const isFree = op.or<Job>({ status: 'queued' }, { status: 'running', lease_until: op.lte(now) });
    return this.#jobs().findOneAndUpdate(
      op.and<Job>({ kind: op.in(kinds) }, isFree),
      { set: { status: 'running', started_at: now, lease_owner: this.#parts.owner, lease_until: this.#leaseEnd() }, inc: { attempts: 1 } },
      { sort: { created_at: 1 } },
    );
  }

  async #do(job: Job, kind: JobKind): Promise<void> {
    const { logger } = this.#parts;
    const lost = new AbortController();
    const signal = AbortSignal.any([lost.signal, this.#stopping.signal]);
    let progress = job.progress;
    const renew = (): void => {
      this.#write(job, { progress, lease_until: this.#leaseEnd() }).then(
        (isOurs) => isOurs || lost.abort(),
        (error: unknown) => logger.warn({ err: error, job_id: job.job_id }, 'the lease of a job could not be renewed'),
      );
    };
    const heartbeat = setInterval(renew, this.#leaseMs / RENEWALS);
    try {
      const result = await this.#outcome(job, kind, { signal, progress: (done, total = null) => (progress = { done, total }) });
      await this.#write(job, { ...this.#ended('succeeded'), progress, result });
    } catch (error) {
      if (!lost.signal.aborted) await this.#failed(job, error);
    } finally {
      clearInterval(heartbeat);
    }
  }

  async #outcome(
    job: Job,
    kind: JobKind,
    { signal, progress }: { signal: AbortSignal; progress: (done: number, total?: number | null) => void },
  ): Promise<Job['result']> {
    const { mongo, tenants, clock } = this.#parts;
    const { job_id: jobId, tenant_id: tenantId, input, created_by: by } = job;
    const tenant = tenantId === null ? undefined : await tenants.get(parseTenantId(tenantId));
    if (tenant === undefined || tenantId === null) throw new NotFoundError('The tenant of the job is gone.');
    const writer = new ResultWriter(mongo, { job_id: jobId, tenant_id: tenantId, expires_at: new Date(clock.now() + KEPT_MS) });
    await writer.begin();
    const write = async (text: string): Promise<void> => {
      signal.throwIfAborted();
      await writer.write(text);
    };
    await runWithTenant(tenant, () => kind.run({ jobId, tenant, input, by, signal, progress, write }));
    signal.throwIfAborted();
    await writer.end();
    return kind.contentType === undefined ? null : { parts: writer.parts, content_type: kind.contentType(input) };
  }

  /** What passes is tried again when the lease is over; what does not, and what failed too often, has failed. */
  async #failed(job: Job, error: unknown): Promise<void> {
    const isFinal = !isPassing(error, this.#stopping.signal) || job.attempts >= ATTEMPTS_MAX;
    this.#parts.logger.warn({ err: error, job_id: job.job_id, kind: job.kind, final: isFinal }, 'a job failed');
    if (!isFinal) return void (await this.#write(job, { lease_owner: null, lease_until: this.#leaseEnd() }));
    const known = error instanceof AppError ? error : undefined;
    const message = known === undefined || known.status >= 500 ? 'The job failed.' : known.message.slice(0, 500);
    await this.#write(job, { ...this.#ended('failed'), error: { code: known?.code ?? 'SYS_INTERNAL', message } });
  }

  /** False when the job is no longer this process's. */
  async #write({ job_id: id, attempts }: Job, set: Partial<Job>): Promise<boolean> {
    const filter = { job_id: id, status: 'running', attempts, lease_owner: this.#parts.owner } as const;
    return (await this.#jobs().findOneAndUpdate(filter, { set })) !== undefined;
  }

  #ended(status: 'succeeded' | 'failed'): Partial<Job> {
    const now = this.#parts.clock.now();
    return { status, finished_at: new Date(now), lease_owner: null, lease_until: null, expires_at: new Date(now + KEPT_MS) };
  }

  #leaseEnd(): Date {
    return new Date(this.#parts.clock.now() + this.#leaseMs);
  }

  #jobs() {
    return this.#parts.mongo.platform(jobs);
  }
}

function isPassing(error: unknown, stopping: AbortSignal): boolean {
  return stopping.aborted || !(error instanceof AppError) || error.retryable;
}
