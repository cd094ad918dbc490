import { defineRoute, listQuery, pageOf, type RouteDefinition, toPage } from '@caas/gateway-middleware';
import { type ActingUser, AuthorizationError, type Principal, type TenantContext, ValidationError } from '@caas/runtime';
import { dateTime, idOf, int32, text, z } from '@caas/schema';
import { type JobsService, queuedJob, toQueuedReply } from '@caas/tenancy';
import { originOf } from '../change-origin.js';
import { newUser } from './new-user-row.js';
import { type UserAccountsService } from './user-accounts.service.js';
import { createBatch } from './user-batch.js';
import { type UserLists } from './user-lists.js';
import { type UserLockout } from './user-lockout.js';
import { userPatch } from './user-patch.js';
import { USER_PATH_FORM, userIdOfPath } from './user-path.js';
import { isStaff, type UserSight } from './user-sight.js';
import { USER_ERASURE } from './user-work.js';
import { type User } from './users.collection.js';
import { toUserResource, userResource } from './users.resource.js';
import { type UsersService } from './users.service.js';

export interface UsersRoutesParts {
  readonly users: UsersService;
  readonly accounts: UserAccountsService;
  readonly lists: UserLists;
  readonly sight: UserSight;
  readonly lockout: UserLockout;
  readonly jobs: Pick<JobsService, 'queue'>;
  readonly now: () => number;
}

/** Rows that a user gets who looks for others. */
const FOUND_MAX = 10;
const BATCH_MAX = 100;

const tags = ['Users'];
const SERVERS = { credentials: ['key', 'admin'] } as const;
const EVERYBODY = { credentials: ['key', 'user'], actingUser: 'optional' } as const;
export const userPath = z.strictObject({ user_id: z.string().regex(USER_PATH_FORM) });
const batchItem = z.strictObject({
  index: int32({ min: 0 }),
  status: int32({ min: 200, max: 599 }),
  id: idOf('usr').optional(),
  error: z.strictObject({ code: text({ max: 50 }), message: text({ max: 2_000 }) }).optional(),
});
/** Several values in one parameter, with commas between them. */
const listed = text({ min: 1, max: 25_700 });

/** Users as such. */
export function usersRoutes(parts: UsersRoutesParts): RouteDefinition[] {
  const { users, accounts, lists, sight, lockout, jobs, now } = parts;
  const shownTo = async (tenant: TenantContext, viewer: ActingUser | undefined, found: readonly User[]) => {
    const seen = await sight.of(tenant, viewer, found);
    return (user: User) => toUserResource(user, { sight: seen.get(user.user_id) ?? 'name', now: now() });
  };
  return [
    defineRoute({
      method: 'POST',
      path: '/v1/users',
      operationId: 'createUser',
      summary: 'Create a user',
      tags,
      access: { permission: 'user.create', ...SERVERS },
      body: newUser,
      responses: { 201: userResource },
      errors: ['USER_EXISTS'],
      handler: async ({ tenant, principal, body }) => {
        const user = await users.create(tenant, body, originOf(principal));
        return { status: 201, body: toUserResource(user, { now: now() }), headers: { location: `/v1/users/${user.user_id}` } };
      },
    }),
    defineRoute({
      method: 'PUT',
      path: '/v1/users/external/:external_id',
      operationId: 'upsertUser',
      summary: 'Create the user with an id of your own system, or bring them up to date',
      description: 'What is not named stays as it is. However often and at once it is sent, there is one user.',
      tags,
      access: { permission: 'user.create' },
      params: z.strictObject({ external_id: text({ min: 1, max: 255 }) }),
      body: newUser.omit({ external_id: true }),
      responses: { 200: userResource, 201: userResource },
      errors: ['USER_EXISTS', 'AUTHZ_DENIED'],
      handler: async ({ tenant, principal, params, body }) => {
        requireUpdate(principal);
        const { user, created } = await users.upsertByExternalId(tenant, { ...body, ...params }, originOf(principal));
        if (!created) await lockout.forget(tenant, user);
        const headers = { location: `/v1/users/${user.user_id}` };
        return { status: created ? 201 : 200, body: toUserResource(user, { now: now() }), headers };
      },
    }),
    defineRoute({
      method: 'POST',
      path: '/v1/users/batch',
      operationId: 'createUsers',
      summary: 'Create many users',
      description: 'Each for itself: the answer says of each what became of it.',
      tags,
      access: { permission: 'user.create' },
      body: z.strictObject({ users: z.array(newUser).min(1).max(BATCH_MAX) }),
      responses: { 200: z.strictObject({ data: z.array(batchItem) }) },
      handler: async ({ tenant, principal, body }) => {
        const data = await createBatch(users, tenant, { inputs: body.users, by: originOf(principal) });
        return { status: 200, body: { data } };
      },
    }),
    defineRoute({
      method: 'GET',
      path: '/v1/users',
      operationId: 'listUsers',
      summary: 'List or find users',
      description: 'Servers and staff list all, the newest first. Users find others by the beginning of a name (`q`), ten at most.',
      tags,
      access: { permission: 'user.read', credentials: ['key', 'user', 'admin'], actingUser: 'optional' },
      query: listQuery().extend({
        q: text({ min: 2, max: 100 }).optional(),
        ids: listed.optional(),
        external_ids: listed.optional(),
        role: text({ min: 1, max: 50 }).optional(),
        banned: z.enum(['true', 'false']).optional(),
        created_from: dateTime().optional(),
        created_to: dateTime().optional(),
      }),
      responses: { 200: pageOf(userResource) },
      errors: ['VAL_CURSOR_INVALID', 'AUTHZ_DENIED'],
      handler: async ({ tenant, query, actingUser, principal }) => {
        const { limit, cursor, q, role, banned } = query;
        const mayList = principal.permissions.has('user.list') && (actingUser === undefined || isStaff(actingUser));
        if (!mayList && q === undefined) throw denied('user.list');
        const rows = mayList ? limit : Math.min(limit, FOUND_MAX);
        const filter = mayList
          ? {
              ids: valuesOf(query.ids, 'ids'),
              externalIds: valuesOf(query.external_ids, 'external_ids'),
              role,
              banned: banned === undefined ? undefined : banned === 'true',
              createdFrom: dateOf(query.created_from),
              createdTo: dateOf(query.created_to),
            }
          : { banned: false };
        const page = await lists.list(tenant, { ...filter, q }, { limit: rows, cursor });
        return { status: 200, body: toPage(page, rows, await shownTo(tenant, actingUser, page.items)) };
      },
    }),
    defineRoute({
      method: 'GET',
      path: '/v1/users/:user_id',
      operationId: 'getUser',
      summary: 'Get a user',
      description: 'By `usr_…`, by `ext:` and the id in your own system, or `me`. Of users who show no more, others see the name.',
      tags,
      access: { permission: 'user.read', credentials: ['key', 'user', 'admin'], actingUser: 'optional' },
      versioned: true,
      params: userPath,
      responses: { 200: userResource },
      handler: async ({ tenant, params, actingUser }) => {
        const user = await users.get(
          tenant,
          params.user_id === 'me' ? await userIdOfPath('me', { users, tenant, actingUser }) : params.user_id,
        );
        const show = await shownTo(tenant, actingUser, [user]);
        return { status: 200, body: show(user), version: user.__v };
      },
    }),
    defineRoute({
      method: 'PATCH',
      path: '/v1/users/:user_id',
      operationId: 'updateUser',
      summary: 'Change profile or settings of a user',
      description: 'Users change themselves. Roles need the permission user.manage_roles.',
      tags,
      access: { permission: 'user.update', ...EVERYBODY, credentials: ['key', 'user', 'admin'] },
      versioned: true,
      params: userPath,
      body: userPatch,
      responses: { 200: userResource },
      errors: ['USER_EXISTS', 'AUTHZ_NOT_OWNER', 'AUTHZ_DENIED'],
      handler: async (request) => {
        const { tenant, params, body, actingUser, principal, expectedVersion } = request;
        const id = await userIdOfPath(params.user_id, { users, tenant, actingUser });
        requireOwner(actingUser, id, { exceptFor: 'admin' });
        if (body.roles !== undefined && !mayManageRoles(principal, actingUser)) throw denied('user.manage_roles');
        const user = await users.update(tenant, id, { patch: body, by: originOf(principal, actingUser?.userId), expectedVersion });
        await lockout.forget(tenant, user);
        return { status: 200, body: (await shownTo(tenant, actingUser, [user]))(user), version: user.__v };
      },
    }),
    defineRoute({
      method: 'DELETE',
      path: '/v1/users/:user_id',
      operationId: 'deleteUser',
      summary: 'Delete a user',
      description:
        'Their tokens and sessions end at once, and external_id and username are free again. Users delete themselves. With `mode=hard` everything that is kept of them is ' +
        'removed for good by a job, with `delete_messages=true` also what they wrote; servers and people at the console ask for that.',
      tags,
      access: { permission: 'user.delete', credentials: ['key', 'user', 'admin'], actingUser: 'optional' },
      params: userPath,
      query: z.strictObject({ mode: z.enum(['soft', 'hard']).default('soft'), delete_messages: z.boolean().default(false) }),
      responses: { 202: queuedJob, 204: null },
      errors: ['AUTHZ_NOT_OWNER'],
      handler: async ({ tenant, params, query, actingUser, principal }) => {
        const id = await userIdOfPath(params.user_id, { users, tenant, actingUser });
        requireOwner(actingUser, id);
        if (query.mode === 'hard' && actingUser !== undefined) throw hardByUser();
        const { by } = originOf(principal, actingUser?.userId);
        const user = await users.get(tenant, id);
        await accounts.remove(tenant, id, by);
        await lockout.lockOut(tenant, user, { by, reason: 'user_deleted' });
        if (query.mode === 'soft') return { status: 204 } as const;
        const input = { user_id: id, delete_messages: query.delete_messages };
        return toQueuedReply(await jobs.queue(tenant.tenantId, { kind: USER_ERASURE, input, by: principal.subjectId }));
      },
    }),
  ];
}

/** Who is deleted for good may be needed as evidence: that is for the tenant to decide. */
function hardByUser(): AuthorizationError {
  return new AuthorizationError('AUTHZ_DENIED', 'Users delete themselves with mode=soft.');
}

/** Users act on themselves; staff of the application on others where the table says so. Throws `AUTHZ_NOT_OWNER`. */
export function requireOwner(actingUser: ActingUser | undefined, userId: string, { exceptFor }: { exceptFor?: string } = {}): void {
  if (actingUser === undefined || actingUser.userId === userId) return;
  if (exceptFor !== undefined && actingUser.roles.includes(exceptFor)) return;
  throw new AuthorizationError('AUTHZ_NOT_OWNER', 'Users may do this to themselves only.');
}

function requireUpdate({ permissions }: Principal): void {
  if (!permissions.has('user.update')) throw denied('user.update');
}

function mayManageRoles({ permissions }: Principal, actingUser: ActingUser | undefined): boolean {
  return permissions.has('user.manage_roles') && (actingUser === undefined || actingUser.permissions.has('user.manage_roles'));
}

function denied(permission: string): AuthorizationError {
  return new AuthorizationError('AUTHZ_DENIED', `This needs the permission ${permission}.`, {
    details: { required_permission: permission },
  });
}

const dateOf = (text: string | undefined): Date | undefined => (text === undefined ? undefined : new Date(text));

function valuesOf(list: string | undefined, field: string): string[] | undefined {
  const values = list?.split(',');
  if (values === undefined || (values.length <= BATCH_MAX && values.every((value) => value !== ''))) return values;
  throw new ValidationError([
    { field: `/query/${field}`, code: 'max_items', message: `must be 1 to ${BATCH_MAX} values`, params: { max: BATCH_MAX } },
  ]);
}
