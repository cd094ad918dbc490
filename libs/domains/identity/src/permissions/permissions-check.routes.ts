import {
  CREDENTIAL_KINDS,
  decide,
  decideFor,
  type Decision,
  defineRoute,
  PERMISSIONS,
  type Permission,
  type RouteDefinition,
  SELF,
} from '@caas/gateway-middleware';
import { type ActingUser, type Principal } from '@caas/runtime';
import { text, z } from '@caas/schema';

const CHECKS_MAX = 50;

const check = z.strictObject({
  permission: text({ min: 1, max: 100 }),
  resource: z.strictObject({ type: text({ min: 1, max: 50 }), id: text({ min: 1, max: 255 }) }).optional(),
});

/** What both may, a caller and the user for whom it acts. */
function decisionOn(permission: Permission, principal: Principal, actingUser: ActingUser | undefined): Decision {
  const decision = decide({ permission, credentials: CREDENTIAL_KINDS }, principal);
  return decision.allowed && actingUser !== undefined && principal.user === undefined ? decideFor(actingUser, permission) : decision;
}

/** Asking what the caller may do, by the same decision that routes are guarded with. */
export function permissionsCheckRoutes(): RouteDefinition[] {
  return [
    defineRoute({
      method: 'POST',
      path: '/v1/permissions/check',
      operationId: 'checkPermissions',
      summary: 'Ask whether the caller holds permissions',
      description:
        'Answers by credential, role and flags, as routes do before they look at the resource. What depends on the resource (membership, ownership) is decided by the route; ' +
        'a permission that is granted under such a condition alone is answered as allowed.',
      tags: ['Authentication'],
      access: { permission: SELF, credentials: CREDENTIAL_KINDS, actingUser: 'optional' },
      body: z.strictObject({ checks: z.array(check).min(1).max(CHECKS_MAX) }),
      responses: {
        200: z.strictObject({
          results: z.array(z.strictObject({ permission: text({ max: 100 }), allowed: z.boolean(), reason: text({ max: 100 }) })),
        }),
      },
      handler: ({ principal, actingUser, body: { checks } }) => ({
        status: 200,
        body: {
          results: checks.map(({ permission }) => {
            if (!PERMISSIONS.has(permission)) return { permission, allowed: false, reason: 'unknown_permission' };
            const decision = decisionOn(permission as Permission, principal, actingUser);
            return { permission, allowed: decision.allowed, reason: decision.allowed ? 'granted' : decision.reason };
          }),
        },
      }),
    }),
  ];
}
