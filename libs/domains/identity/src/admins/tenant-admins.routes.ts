import { defineRoute, type GuardedAccess, type RouteDefinition } from '@caas/gateway-middleware';
import { type Principal } from '@caas/runtime';
import { dateTime, email, idOf, text, z } from '@caas/schema';
import { originOf } from '../change-origin.js';
import { MEMBERSHIP_ROLES } from './admin-memberships.collection.js';
import { type AdminsCaller, type TenantAdmin, type TenantAdminsService } from './tenant-admins.service.js';

const PATH = '/v1/tenant/admins';
const access = { permission: 'admin.users.manage', credentials: ['admin'] } as const satisfies GuardedAccess;
const reading = { ...access, whileTenantIs: ['suspended'] } as const satisfies GuardedAccess;
const common = { tags: ['Tenant'], rateClass: 'admin', access } as const;
const params = z.strictObject({ admin_id: idOf('adm') });
const role = z.enum(MEMBERSHIP_ROLES);

const adminResource = z.strictObject({
  admin_id: idOf('adm'),
  /** Null when the account is gone. */
  email: email().nullable(),
  first_name: text({ max: 100 }).nullable(),
  last_name: text({ max: 100 }).nullable(),
  role,
  status: z.enum(['pending', 'active', 'suspended']),
  invited_by: text({ max: 100 }).nullable(),
  created_at: dateTime(),
});

function toAdminResource({ membership, account }: TenantAdmin): z.output<typeof adminResource> {
  const { email: address = null, first_name = null, last_name = null } = account?.profile ?? {};
  return {
    admin_id: membership.admin_id,
    ...{ email: address, first_name, last_name },
    role: membership.role,
    status: membership.status,
    invited_by: membership.invited_by,
    created_at: membership.created_at.toISOString(),
  };
}

function callerOf(principal: Principal): AdminsCaller {
  return { ...originOf(principal), role: MEMBERSHIP_ROLES.find((known) => principal.roles.includes(known)) ?? 'viewer' };
}

/** Who works at the console of a tenant. */
export function tenantAdminsRoutes({ admins }: { admins: TenantAdminsService }): RouteDefinition[] {
  return [
    defineRoute({
      ...common,
      method: 'GET',
      path: PATH,
      operationId: 'listTenantAdmins',
      summary: 'List who works at the console, the latest first',
      access: reading,
      responses: { 200: z.strictObject({ data: z.array(adminResource) }) },
      handler: async ({ tenant }) => ({ status: 200, body: { data: (await admins.list(tenant.tenantId)).map(toAdminResource) } }),
    }),
    defineRoute({
      ...common,
      method: 'POST',
      path: PATH,
      operationId: 'addTenantAdmin',
      summary: 'Give somebody a role at the console, by their address',
      description: 'Whoever has no account gets one, with which they can log in once the address is confirmed.',
      body: z.strictObject({ email: email({ anyCase: true }), role }),
      responses: { 201: adminResource },
      errors: ['AUTHZ_ESCALATION', 'RES_CONFLICT', 'RES_STATE', 'RES_LIMIT_REACHED'],
      handler: async ({ tenant, principal, body }) => {
        const admin = await admins.add(tenant.tenantId, body, callerOf(principal));
        return { status: 201, body: toAdminResource(admin), headers: { location: `${PATH}/${admin.membership.admin_id}` } };
      },
    }),
    defineRoute({
      ...common,
      method: 'GET',
      path: `${PATH}/:admin_id`,
      operationId: 'getTenantAdmin',
      summary: 'Get somebody who works at the console',
      access: reading,
      params,
      responses: { 200: adminResource },
      handler: async ({ tenant, params: { admin_id: id } }) => ({
        status: 200,
        body: toAdminResource(await admins.get(tenant.tenantId, id)),
      }),
    }),
    defineRoute({
      ...common,
      method: 'PATCH',
      path: `${PATH}/:admin_id`,
      operationId: 'updateTenantAdmin',
      summary: 'Give somebody another role at the console',
      description:
        'There is exactly one owner. The owner gives the ownership away by making somebody else the owner, and is an admin from then on.',
      params,
      body: z.strictObject({ role }),
      responses: { 200: adminResource },
      errors: ['AUTHZ_ESCALATION', 'RES_STATE', 'RES_VERSION'],
      handler: async ({ tenant, principal, params: { admin_id: adminId }, body }) => ({
        status: 200,
        body: toAdminResource(await admins.change(tenant.tenantId, { adminId, role: body.role }, callerOf(principal))),
      }),
    }),
    defineRoute({
      ...common,
      method: 'DELETE',
      path: `${PATH}/:admin_id`,
      operationId: 'removeTenantAdmin',
      summary: 'End somebody’s work at the console',
      description: 'Their tokens are refused at once. The owner cannot be removed.',
      params,
      responses: { 204: null },
      errors: ['RES_STATE'],
      handler: async ({ tenant, principal, params: { admin_id: id } }) => {
        await admins.remove(tenant.tenantId, id, callerOf(principal));
        return { status: 204 };
      },
    }),
  ];
}
