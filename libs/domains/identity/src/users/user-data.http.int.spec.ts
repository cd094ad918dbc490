import { randomBytes, randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type RunningJob } from '@caas/composition';
import { HttpBench, keyCaller, userCaller } from '@caas/gateway-middleware/testing';
import { type AuditEntry, type TenantContext } from '@caas/runtime';
import { type JsonObject, newId } from '@caas/schema';
import { JobsService } from '@caas/tenancy';
import { aTenant, aNewUser, bySpec, IdentityBench } from '../fixtures/identity.fixture.js';
import { RelationshipsService } from '../relationships/relationships.service.js';
import { RevocationList } from '../revocations/revocation-list.js';
import { RefreshTokens } from '../user-sessions/refresh-token.js';
import { SessionStates } from '../user-sessions/session-states.js';
import { userSessions } from '../user-sessions/user-sessions.collection.js';
import { UserSessionsService } from '../user-sessions/user-sessions.service.js';
import { ActingUserDirectory } from './acting-user-directory.js';
import { toActingUser } from './acting-user.js';
import { UserAccountsService } from './user-accounts.service.js';
import { IdentityUserData } from './user-data.js';
import { userExportRoutes } from './user-export.routes.js';
import { UserLists } from './user-lists.js';
import { UserLockout } from './user-lockout.js';
import { UserSight } from './user-sight.js';
import { userErasure, userExport } from './user-work.js';
import { users as userRows } from './users.collection.js';
import { usersRoutes } from './users.routes.js';
import { UsersService } from './users.service.js';

let bench: IdentityBench;
let http: HttpBench;
let users: UsersService;
let sessions: UserSessionsService;
let relationships: RelationshipsService;
let jobs: JobsService;
const trail: AuditEntry[] = [];
beforeAll(async () => {
  bench = await IdentityBench.open();
  const { mongo, redis, clock } = bench;
  users = new UsersService(bench);
  jobs = new JobsService(bench);
  relationships = new RelationshipsService(bench);
  sessions = new UserSessionsService({ mongo, clock, states: new SessionStates(bench), tokens: new RefreshTokens([randomBytes(32)]) });
  const lockout = new UserLockout({
    sessions,
    revocations: new RevocationList(bench),
    actingUsers: new ActingUserDirectory({ users, redis, clock }),
    clock,
  });
  const common = {
    users,
    jobs,
    lockout,
    sight: new UserSight({ mongo }),
    accounts: new UserAccountsService(bench),
    now: () => clock.now(),
  };
  const auditTrail = () => Promise.resolve({ record: (entry: AuditEntry) => Promise.resolve(void trail.push(entry)) });
  http = new HttpBench([...usersRoutes({ ...common, lists: new UserLists({ mongo }) }), ...userExportRoutes({ users, jobs, auditTrail })]);
});
afterAll(async () => {
  await http?.close();
  await bench?.close();
});

/** Somebody with a session, who blocked somebody else. */
async function somebody(tenant: TenantContext) {
  const [ada, eve] = [await users.create(tenant, aNewUser(), bySpec), await users.create(tenant, aNewUser(), bySpec)];
  await relationships.block(tenant, { userId: ada.user_id, targetId: eve.user_id });
  const expiresAt = new Date(bench.clock.now() + 3_600_000);
  const access = { text: 'x.y.z', jti: randomUUID(), expiresAt };
  await sessions.open(tenant, { userId: ada.user_id, appId: newId('app'), deviceId: null, access, ip: null, expiresAt });
  return { ada, eve };
}

/** What a worker does with the job, with what identity keeps alone. */
async function done(tenant: TenantContext, jobId: string): Promise<JsonObject[]> {
  const sources = () => Promise.resolve([new IdentityUserData(bench)]);
  const { kind, input, created_by: by } = await jobs.get(tenant.tenantId, jobId);
  const lines: string[] = [];
  const job: RunningJob = {
    ...{ jobId, tenant, input, by, signal: new AbortController().signal, progress: () => undefined },
    write: (text) => Promise.resolve(void lines.push(text)),
  };
  await [userExport(sources), userErasure(sources)].find((one) => one.kind === kind)?.run(job);
  return lines.map((line) => JSON.parse(line) as JsonObject);
}

describe('POST /v1/users/{id}/export', () => {
  it('202 with a job that tells everything but secrets; in the security trail', async () => {
    const tenant = aTenant();
    const { ada } = await somebody(tenant);

    const { status, body, headers } = await http.call(keyCaller(tenant), ['POST', `/v1/users/${ada.user_id}/export`]);

    expect([status, headers['location']]).toEqual([202, `/v1/jobs/${String(body['job_id'])}`]);
    const records = await done(tenant, String(body['job_id']));
    expect(records.map(({ record }) => record)).toEqual(['users', 'user_relationships', 'user_sessions']);
    expect(records[0]).toMatchObject({ part: 'identity', record: 'users', user_id: ada.user_id, external_id: ada.external_id });
    expect(JSON.stringify(records)).not.toMatch(/hash/u);
    expect(trail.filter(({ target }) => target?.id === ada.user_id)).toMatchObject([{ action: { name: 'user.exported' } }]);
  });

  it('202 for oneself, 403 for another, 404 for nobody', async () => {
    const tenant = aTenant();
    const { ada, eve } = await somebody(tenant);
    const asAda = userCaller(tenant, toActingUser(ada));

    expect((await http.call(asAda, ['POST', '/v1/users/me/export'])).status).toBe(202);
    expect((await http.call(asAda, ['POST', `/v1/users/${eve.user_id}/export`])).body).toMatchObject({
      status: 403,
      code: 'AUTHZ_NOT_OWNER',
    });
    expect((await http.call(keyCaller(aTenant()), ['POST', `/v1/users/${ada.user_id}/export`])).status).toBe(404);
  });
});

describe('DELETE /v1/users/{id}?mode=hard', () => {
  it('202: the user is gone at once, and every row with the job', async () => {
    const tenant = aTenant();
    const { ada, eve } = await somebody(tenant);
    const rows = bench.mongo.forTenant(tenant);
    const left = async () => [
      await rows.repository(userRows).count({ user_id: ada.user_id }, { includeDeleted: true }),
      await rows.repository(userSessions).count({ user_id: ada.user_id }),
    ];

    const { status, body } = await http.call(keyCaller(tenant), ['DELETE', `/v1/users/${ada.user_id}?mode=hard`]);

    expect(status).toBe(202);
    expect((await http.call(keyCaller(tenant), ['GET', `/v1/users/${ada.user_id}`])).status).toBe(404);
    expect(await left()).toEqual([1, 1]);
    await done(tenant, String(body['job_id']));
    await done(tenant, String(body['job_id']));
    expect(await left()).toEqual([0, 0]);
    expect((await http.call(keyCaller(tenant), ['GET', `/v1/users/${eve.user_id}`])).status).toBe(200);
  });

  it('403 for users themselves', async () => {
    const tenant = aTenant();
    const { ada } = await somebody(tenant);

    expect((await http.call(userCaller(tenant, toActingUser(ada)), ['DELETE', '/v1/users/me?mode=hard'])).body).toMatchObject({
      status: 403,
      code: 'AUTHZ_DENIED',
    });
  });
});
