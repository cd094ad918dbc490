import { CREDENTIAL_KINDS, defineRoute, type RouteDefinition, SELF } from '@caas/gateway-middleware';
import { text, z } from '@caas/schema';
import { type PermissionChecks } from './permission-checks.js';

const CHECKS_MAX = 50;

const check = z.strictObject({
  permission: text({ min: 1, max: 100 }),
  /** `conversation`, `message` or `user` by its id. */
  resource: z.strictObject({ type: text({ min: 1, max: 50 }), id: text({ min: 1, max: 255 }) }).optional(),
});

/** Asking what the caller may do, by the same decision that routes are guarded with. */
export function permissionsCheckRoutes({ checks }: { checks: PermissionChecks }): RouteDefinition[] {
  return [
    defineRoute({
      method: 'POST',
      path: '/v1/permissions/check',
      operationId: 'checkPermissions',
      summary: 'Ask whether the caller holds permissions, in general or for one resource',
      description:
        'Answers by credential, role and flags, as routes do before they look at the resource; with a resource also by what holds for it: membership, role in the conversation, ownership. ' +
        'Without one, a permission that is granted under such a condition alone is answered as allowed.',
      tags: ['Authentication'],
      access: { permission: SELF, credentials: CREDENTIAL_KINDS, actingUser: 'optional' },
      body: z.strictObject({ checks: z.array(check).min(1).max(CHECKS_MAX) }),
      responses: {
        200: z.strictObject({
          results: z.array(z.strictObject({ permission: text({ max: 100 }), allowed: z.boolean(), reason: text({ max: 100 }) })),
        }),
      },
      handler: async ({ tenant, principal, actingUser, body }) => {
        const caller = { tenant, principal, actingUser };
        const results = await Promise.all(
          body.checks.map(async (question) => ({ permission: question.permission, ...(await checks.answer(caller, question)) })),
        );
        return { status: 200, body: { results } };
      },
    }),
  ];
}
