import { defineRoute, type GuardedAccess, type RouteDefinition, SELF } from '@caas/gateway-middleware';
import { type Principal } from '@caas/runtime';
import { dateTime, idOf, int32, int64, text, z } from '@caas/schema';
import { PART_LENGTH_MAX } from './job-results.collection.js';
import { type Job, jobs } from './jobs.collection.js';
import { type JobsService } from './jobs.service.js';

const PATH = '/v1/jobs';
const access = { permission: SELF, credentials: ['key', 'user', 'admin'], actingUser: 'optional' } as const satisfies GuardedAccess;
const common = { tags: ['Jobs'], access } as const;
const params = z.strictObject({ job_id: idOf('job') });

const jobResource = z.strictObject({
  job_id: idOf('job'),
  kind: text({ max: 100 }),
  status: z.enum(jobs.schema.shape.status.options),
  progress: z.strictObject({ done: int64({ min: 0 }), total: int64({ min: 0 }).nullable() }),
  /** Where its result is, once it succeeded; null for jobs without one. */
  result_url: text({ max: 200 }).nullable(),
  error: z.strictObject({ code: text({ max: 100 }), message: text({ max: 500 }) }).nullable(),
  created_at: dateTime(),
  finished_at: dateTime().nullable(),
});

const resultFacts = z.object({ parts: z.number(), content_type: z.string() });

function toJobResource(job: Job): z.output<typeof jobResource> {
  const { job_id, kind, status, progress, error, created_at, finished_at } = job;
  return {
    ...{ job_id, kind, status, progress, error },
    result_url: job.result === null ? null : `${PATH}/${job_id}/result`,
    created_at: created_at.toISOString(),
    finished_at: finished_at?.toISOString() ?? null,
  };
}

/** Whose jobs a caller sees: their own; people at the console those of the tenant. */
function seenBy({ actor, subjectId }: Principal): { of?: string } {
  return actor === 'admin' ? {} : { of: subjectId };
}

/** The same of results, which hold personal data: of others for those only who may export what happened. */
function readBy(principal: Principal): { of?: string } {
  return principal.actor === 'admin' && principal.permissions.has('admin.audit.export') ? {} : { of: principal.subjectId };
}

/** What a route answers that queues a job. */
export const queuedJob = z.strictObject({ job_id: idOf('job') });

export function toQueuedReply({ job_id }: Job) {
  return { status: 202, body: { job_id }, headers: { location: `${PATH}/${job_id}` } } as const;
}

/** Following jobs. */
export function jobsRoutes({ service }: { service: JobsService }): RouteDefinition[] {
  return [
    defineRoute({
      ...common,
      method: 'GET',
      path: `${PATH}/:job_id`,
      operationId: 'getJob',
      summary: 'Get a job that you asked for',
      description: 'People at the console see those of the tenant. Kept for seven days after their end.',
      params,
      responses: { 200: jobResource },
      handler: async ({ tenant, principal, params: { job_id: id } }) => ({
        status: 200,
        body: toJobResource(await service.get(tenant.tenantId, id, seenBy(principal))),
      }),
    }),
    defineRoute({
      ...common,
      method: 'DELETE',
      path: `${PATH}/:job_id`,
      operationId: 'cancelJob',
      summary: 'Cancel a job that has not ended',
      params,
      responses: { 204: null },
      errors: ['RES_STATE'],
      handler: async ({ tenant, principal, params: { job_id: id } }) => {
        await service.cancel(tenant.tenantId, id, seenBy(principal));
        return { status: 204 };
      },
    }),
    defineRoute({
      ...common,
      method: 'GET',
      path: `${PATH}/:job_id/result`,
      operationId: 'getJobResult',
      summary: 'Get a part of the result of a job',
      description: 'The contents of the parts 1 to `parts`, one after the other, are the result.',
      params,
      query: z.strictObject({ part: int32({ min: 1 }).default(1) }),
      responses: {
        200: z.strictObject({
          part: int32({ min: 1 }),
          parts: int32({ min: 1 }),
          content_type: text({ max: 100 }),
          content: text({ max: PART_LENGTH_MAX }),
        }),
      },
      handler: async ({ tenant, principal, params: { job_id: id }, query: { part } }) => {
        const job = await service.get(tenant.tenantId, id, readBy(principal));
        const { content } = await service.result(job, part);
        return { status: 200, body: { part, content, ...resultFacts.parse(job.result) } };
      },
    }),
  ];
}
