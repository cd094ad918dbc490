import { type Mongo, op } from '@caas/data-access-mongo';
import { type Clock, ConflictError, NotFoundError } from '@caas/runtime';
import { type JsonObject, newId, type TenantId } from '@caas/schema';
import { type JobResult, jobResults } from './job-results.collection.js';
import { type Job, jobs } from './jobs.collection.js';

/** How long the outcome of a job is kept. */
export const KEPT_MS = 7 * 86_400_000;

export interface NewJob {
  /** As the module that does it names it. */
  readonly kind: string;
  readonly input: JsonObject;
  readonly by: string;
}

/** Work that answers later: queued here, done by a worker. */
export class JobsService {
  readonly #mongo: Mongo;
  readonly #clock: Clock;

  constructor({ mongo, clock }: { mongo: Mongo; clock: Clock }) {
    this.#mongo = mongo;
    this.#clock = clock;
  }

  /** Queues a job; whoever asked follows it by its id. */
  queue(tenantId: TenantId, { kind, input, by }: NewJob): Promise<Job> {
    return this.#jobs().insert({
      job_id: newId('job'),
      tenant_id: tenantId,
      kind,
      status: 'queued',
      created_by: by,
      input,
      progress: { done: 0, total: null },
      result: null,
      result_url: null,
      error: null,
      attempts: 0,
      started_at: null,
      finished_at: null,
      lease_owner: null,
      lease_until: null,
      expires_at: null,
    });
  }

  /** Rejects with `NotFoundError` for one of another tenant, and of somebody else when it is to be somebody's own. */
  async get(tenantId: TenantId, jobId: string, { of }: { of?: string | undefined } = {}): Promise<Job> {
    const job = await this.#jobs().findOne({ job_id: jobId, tenant_id: tenantId }, { readFrom: 'primary' });
    if (job === undefined || (of !== undefined && job.created_by !== of)) throw new NotFoundError();
    return job;
  }

  /** Ends a job that has not ended; a worker that does it stops at once. A cancelled one is done already; of one that has ended rejects with `RES_STATE`. */
  async cancel(tenantId: TenantId, jobId: string, who: { of?: string | undefined }): Promise<void> {
    const { status } = await this.get(tenantId, jobId, who);
    if (status === 'cancelled') return;
    const now = this.#clock.now();
    const cancelled = await this.#jobs().findOneAndUpdate(
      { job_id: jobId, tenant_id: tenantId, status: op.in(['queued', 'running']) },
      {
        set: { status: 'cancelled', finished_at: new Date(now), lease_owner: null, lease_until: null, expires_at: new Date(now + KEPT_MS) },
      },
    );
    if (cancelled === undefined) throw new ConflictError('The job has ended.', { code: 'RES_STATE' });
  }

  /** One part of what a job came to. Rejects with `NotFoundError` where there is none. */
  async result({ job_id: jobId, tenant_id, status }: Job, part: number): Promise<JobResult> {
    const hasResult = status === 'succeeded' && tenant_id !== null;
    const found = hasResult ? await this.#mongo.platform(jobResults).findOne({ tenant_id, job_id: jobId, part }) : undefined;
    if (found === undefined) throw new NotFoundError('The job has no such result.');
    return found;
  }

  #jobs() {
    return this.#mongo.platform(jobs);
  }
}
