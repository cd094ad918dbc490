import { defineRoute, type RouteDefinition } from '@caas/gateway-middleware';
import { auditActorOf, type AuditTrail } from '@caas/runtime';
import { type JobsService, queuedJob, toQueuedReply } from '@caas/tenancy';
import { userIdOfPath } from './user-path.js';
import { USER_EXPORT } from './user-work.js';
import { requireOwner, userPath } from './users.routes.js';
import { type UsersService } from './users.service.js';

export interface UserExportRoutesParts {
  readonly users: Pick<UsersService, 'get' | 'findByExternalId'>;
  readonly jobs: Pick<JobsService, 'queue'>;
  readonly auditTrail: () => Promise<Pick<AuditTrail, 'record'>>;
}

/** Everything that is kept of a user, for whoever asks on their behalf. */
export function userExportRoutes({ users, jobs, auditTrail }: UserExportRoutesParts): RouteDefinition[] {
  return [
    defineRoute({
      method: 'POST',
      path: '/v1/users/:user_id/export',
      operationId: 'exportUser',
      summary: 'Export everything that is kept of a user',
      description: 'A job, whose result is a line of JSON for each record. Users export what is kept of themselves.',
      tags: ['Users'],
      access: { permission: 'user.view_activity', credentials: ['key', 'user', 'admin'], actingUser: 'optional' },
      rateClass: 'export',
      params: userPath,
      responses: { 202: queuedJob },
      errors: ['AUTHZ_NOT_OWNER'],
      handler: async ({ tenant, params, actingUser, principal }) => {
        const userId = await userIdOfPath(params.user_id, { users, tenant, actingUser });
        requireOwner(actingUser, userId);
        await users.get(tenant, userId);
        const trail = await auditTrail();
        await trail.record({
          tenantId: tenant.tenantId,
          actor: auditActorOf(principal, actingUser?.userId),
          action: { category: 'data', type: 'export', name: 'user.exported' },
          target: { type: 'user', id: userId },
          severity: 'medium',
        });
        return toQueuedReply(await jobs.queue(tenant.tenantId, { kind: USER_EXPORT, input: { user_id: userId }, by: principal.subjectId }));
      },
    }),
  ];
}
