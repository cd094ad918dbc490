import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type JobKind, type RunningJob } from '@caas/composition';
import { temporaryDatabases } from '@caas/data-access-mongo/testing';
import { HttpBench, keyCaller } from '@caas/gateway-middleware/testing';
import { ConflictError, createLogger, currentTenant, ManualClock, PLAN_LIMITS, type TenantContext, UnavailableError } from '@caas/runtime';
import { newId, newTenantId } from '@caas/schema';
import { waitUntil } from '@caas/testing';
import { serverUri } from '../fixtures/platform.fixture.js';
import { jobResults, PART_LENGTH_MAX } from './job-results.collection.js';
import { JobRunner } from './job-runner.js';
import { jobs } from './jobs.collection.js';
import { jobsRoutes } from './jobs.routes.js';
import { JobsService } from './jobs.service.js';

const clock = new ManualClock(Date.UTC(2026, 10, 27, 12));
const databases = await temporaryDatabases({ uri: serverUri(), collections: [jobs, jobResults], clock });
const { mongo } = databases;
const service = new JobsService({ mongo, clock });
const logger = createLogger({ service: 'spec', level: 'silent' });
const LEASE_MS = 30_000;
const tenants = new Map<string, TenantContext>();
let http: HttpBench;
beforeAll(() => {
  http = new HttpBench(jobsRoutes({ service }));
});
afterAll(async () => {
  await http?.close();
  await databases.end();
});

function aTenant(): TenantContext {
  const place = { provisioning: 'ready', isolation: { model: 'shared', epoch: 1 } } as const;
  const tenant: TenantContext = { tenantId: newTenantId(), name: 'x', plan: 'free', status: 'active', ...place, limits: PLAN_LIMITS.free };
  tenants.set(tenant.tenantId, tenant);
  return tenant;
}

/** A worker that does one kind of jobs, which nobody else's spec has. */
function aWorker(run: (job: RunningJob) => Promise<void>, kind: string, more: Partial<JobKind> = {}) {
  const kinds: JobKind[] = [{ kind, run, ...more }];
  return new JobRunner({
    ...{ mongo, clock, logger, owner: newId('evt'), leaseMs: LEASE_MS },
    tenants: { get: (id) => tenants.get(id) },
    kinds: () => Promise.resolve(kinds),
  });
}
let kindsMade = 0;
const aKind = (): string => `spec.kind_${'abcdefghijklmnopqrstuvwxyz'[kindsMade++ % 26] ?? ''}`;
const queue = async (kind: string, tenant = aTenant()) => {
  const job = await service.queue(tenant.tenantId, { kind, input: { n: 1 }, by: 'key_1' });
  return { tenant, id: job.job_id, now: () => service.get(tenant.tenantId, job.job_id) };
};

describe('a job', () => {
  it('is done inside its tenant, and what it writes is kept in parts', async () => {
    const kind = aKind();
    const { tenant, now } = await queue(kind);
    const text = `${'a'.repeat(PART_LENGTH_MAX - 1)}😀end`;
    const worker = aWorker(
      async ({ input, by, progress, write }) => {
        expect([currentTenant().tenantId, input, by]).toEqual([tenant.tenantId, { n: 1 }, 'key_1']);
        await write(text);
        progress(2, 2);
      },
      kind,
      { contentType: () => 'text/plain' },
    );

    expect(await worker.run()).toBe(1);

    const job = await now();
    expect(job).toMatchObject({ status: 'succeeded', progress: { done: 2, total: 2 }, result: { parts: 2, content_type: 'text/plain' } });
    expect(job.expires_at).toEqual(new Date(clock.now() + 7 * 86_400_000));
    const parts = [await service.result(job, 1), await service.result(job, 2)];
    expect(parts.map(({ content }) => content).join('')).toBe(text);
    expect(await worker.run()).toBe(0);
  });

  it('is done once by two workers that look at the same moment', async () => {
    const kind = aKind();
    const { now } = await queue(kind);
    let times = 0;
    const workers = [1, 2, 3].map(() => aWorker(() => Promise.resolve(void (times += 1)), kind));

    await Promise.all(workers.map((worker) => worker.run()));

    expect([times, (await now()).status]).toEqual([1, 'succeeded']);
  });

  it('of a worker that died is done anew by another when its lease is over, and the rest of the first result is gone', async () => {
    const kind = aKind();
    const { id, now } = await queue(kind);
    let isWriting = false;
    const dying = aWorker(
      async ({ write, signal }) => {
        await write('x'.repeat(PART_LENGTH_MAX));
        isWriting = true;
        await new Promise((_, reject) => signal.addEventListener('abort', () => reject(new Error('gone'))));
      },
      kind,
      { contentType: () => 'text/plain' },
    );
    void dying.run();
    await waitUntil('the first worker writes', () => (isWriting ? true : undefined));
    const other = aWorker(({ write }) => write('new'), kind, { contentType: () => 'text/plain' });

    expect(await other.run()).toBe(0);
    clock.advance(LEASE_MS + 1);
    expect(await other.run()).toBe(1);

    expect(await now()).toMatchObject({ status: 'succeeded', attempts: 2, result: { parts: 1 } });
    expect((await mongo.platform(jobResults).findMany({ job_id: id })).map(({ content }) => content)).toEqual(['new']);
    await dying.stop();
    expect((await now()).status).toBe('succeeded');
  });

  it('that fails for good says why, and nothing internal', async () => {
    const [refused, broken] = [aKind(), aKind()];
    const one = await queue(refused);
    await aWorker(() => Promise.reject(new ConflictError('They own a group.', { code: 'RES_STATE' })), refused).run();
    const two = await queue(broken);
    const worker = aWorker(() => Promise.reject(new Error('secret host 10.0.0.1')), broken);
    for (let attempt = 0; attempt < 5; attempt++) {
      await worker.run();
      clock.advance(LEASE_MS + 1);
    }

    expect(await one.now()).toMatchObject({ status: 'failed', error: { code: 'RES_STATE', message: 'They own a group.' } });
    expect(await two.now()).toMatchObject({ status: 'failed', attempts: 5, error: { code: 'SYS_INTERNAL', message: 'The job failed.' } });
  });

  it('that fails for a reason that passes is done when it has passed', async () => {
    const kind = aKind();
    const { now } = await queue(kind);
    let isAway = true;
    const worker = aWorker(() => (isAway ? Promise.reject(new UnavailableError('away')) : Promise.resolve()), kind);

    await worker.run();
    isAway = false;
    expect([(await now()).status, await worker.run()]).toEqual(['running', 0]);
    clock.advance(LEASE_MS + 1);
    await worker.run();

    expect((await now()).status).toBe('succeeded');
  });

  it('that was cancelled is not done', async () => {
    const kind = aKind();
    const { tenant, id, now } = await queue(kind);

    await service.cancel(tenant.tenantId, id, {});
    await service.cancel(tenant.tenantId, id, {});

    expect([await aWorker(() => Promise.resolve(), kind).run(), (await now()).status]).toEqual([0, 'cancelled']);
  });
});

describe('/v1/jobs', () => {
  it('shows a job to who asked and to the console, its result not to everybody there; 404 for all others; 409 once it has ended', async () => {
    const kind = aKind();
    const tenant = aTenant();
    const owner = keyCaller(tenant);
    const job = await service.queue(tenant.tenantId, { kind, input: {}, by: owner.principal.subjectId });
    await aWorker(({ write }) => write('done'), kind, { contentType: () => 'text/plain' }).run();
    const url = `/v1/jobs/${job.job_id}`;
    const console = (permissions: string[]) => keyCaller(tenant, { actor: 'admin', authType: 'jwt', permissions: new Set(permissions) });
    const get = async (caller: Parameters<HttpBench['call']>[0], path = url) => http.call(caller, ['GET', path]);

    expect((await get(owner)).body).toMatchObject({ job_id: job.job_id, status: 'succeeded', result_url: `${url}/result` });
    expect((await get(owner, `${url}/result`)).body).toEqual({ part: 1, parts: 1, content_type: 'text/plain', content: 'done' });
    expect((await get(owner, `${url}/result?part=2`)).status).toBe(404);
    expect((await get(console([]))).status).toBe(200);
    expect((await get(console([]), `${url}/result`)).status).toBe(404);
    expect((await get(console(['admin.audit.export']), `${url}/result`)).status).toBe(200);
    expect((await get(keyCaller(tenant))).status).toBe(404);
    expect((await get(keyCaller(aTenant()))).status).toBe(404);
    expect((await http.call(owner, ['DELETE', url])).body).toMatchObject({ status: 409, code: 'RES_STATE' });
  });
});
