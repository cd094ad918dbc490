import { defineRoute, type GuardedAccess, listQuery, pageOf, type RouteDefinition, toPage } from '@caas/gateway-middleware';
import { auditActorOf, currentRequest, type Principal } from '@caas/runtime';
import { dateTime, idOf, rowIdField, text, z } from '@caas/schema';
import { type IpWhitelistEntry } from './ip-whitelist.collection.js';
import { type IpWhitelistService, type ListCaller, newIpWhitelistEntry } from './ip-whitelist.service.js';

const PATH = '/v1/tenant/ip-whitelist';
const access = { permission: 'admin.policies.manage', credentials: ['admin'] } as const satisfies GuardedAccess;
const common = { tags: ['Tenant'], rateClass: 'key_admin', access } as const;

const entryResource = z
  .strictObject({
    entry_id: rowIdField(),
    cidr: text({ max: 43 }),
    name: text({ min: 1, max: 100 }),
    description: text({ max: 500 }).nullable(),
    app_id: idOf('app').nullable(),
    enabled: z.boolean(),
    added_by: text({ max: 100 }),
    added_at: dateTime(),
    expires_at: dateTime().nullable(),
  })
  .meta({ id: 'IpWhitelistEntry' });

function toEntryResource(entry: IpWhitelistEntry): z.output<typeof entryResource> {
  const { entry_id, cidr, name, description, app_id, enabled, added_by, added_at, expires_at } = entry;
  return {
    entry_id,
    cidr,
    name,
    description,
    app_id,
    enabled,
    added_by,
    added_at: added_at.toISOString(),
    expires_at: expires_at?.toISOString() ?? null,
  };
}

function callerOf(principal: Principal): ListCaller {
  return { by: principal.subjectId, actor: auditActorOf(principal), ip: currentRequest()?.ip ?? '' };
}

export function ipWhitelistRoutes({ whitelist }: { whitelist: IpWhitelistService }): RouteDefinition[] {
  return [
    defineRoute({
      ...common,
      method: 'GET',
      path: PATH,
      operationId: 'listIpWhitelist',
      summary: 'List the networks that servers and consoles call from',
      access: { ...access, whileTenantIs: ['suspended'] },
      query: listQuery(),
      responses: { 200: pageOf(entryResource) },
      errors: ['VAL_CURSOR_INVALID'],
      handler: async ({ tenant, query: { limit, cursor } }) => ({
        status: 200,
        body: toPage(await whitelist.list(tenant.tenantId, { limit, cursor }), limit, toEntryResource),
      }),
    }),
    defineRoute({
      ...common,
      method: 'POST',
      path: PATH,
      operationId: 'addToIpWhitelist',
      summary: 'List a network',
      description:
        'The lists are asked once `security.ip_whitelist_enabled` of the tenant is on. In force on every gateway within a second.',
      body: newIpWhitelistEntry,
      responses: { 201: entryResource },
      errors: ['VAL_REFERENCE', 'VAL_SEMANTIC', 'RES_CONFLICT', 'RES_LIMIT_REACHED'],
      handler: async ({ tenant, principal, body }) => {
        const entry = await whitelist.add(tenant.tenantId, body, callerOf(principal));
        return { status: 201, body: toEntryResource(entry), headers: { location: `${PATH}/${entry.entry_id}` } };
      },
    }),
    defineRoute({
      ...common,
      method: 'DELETE',
      path: `${PATH}/:entry_id`,
      operationId: 'removeFromIpWhitelist',
      summary: 'Take a network off the list',
      params: z.strictObject({ entry_id: rowIdField() }),
      query: z.strictObject({ force: z.boolean().default(false) }),
      responses: { 204: null },
      errors: ['VAL_SEMANTIC'],
      handler: async ({ tenant, principal, params: { entry_id: entryId }, query: { force } }) => {
        await whitelist.remove(tenant.tenantId, { entryId, force }, callerOf(principal));
        return { status: 204 };
      },
    }),
  ];
}
