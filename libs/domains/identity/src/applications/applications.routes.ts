import { defineRoute, type GuardedAccess, listQuery, pageOf, type RouteDefinition, toPage } from '@caas/gateway-middleware';
import { idOf, text, z } from '@caas/schema';
import { originOf } from '../change-origin.js';
import { applicationChanges, newApplication } from './application-input.js';
import { applicationResource, toApplicationResource } from './applications.resource.js';
import { type ApplicationsService } from './applications.service.js';
import { newSigningKey, signingKeyResource, type SigningKeysService, toSigningKeyResource } from './signing-keys.js';

const PATH = '/v1/applications';
const params = z.strictObject({ app_id: idOf('app') });
const read = { permission: 'app.read', credentials: ['key', 'admin', 'platform'] } as const satisfies GuardedAccess;
const manage = { permission: 'app.manage', credentials: ['admin', 'platform'] } as const satisfies GuardedAccess;
const signing = { permission: 'app.manage', credentials: ['admin'] } as const satisfies GuardedAccess;
const common = { tags: ['Applications'], rateClass: 'key_admin' } as const;

export function applicationsRoutes({ applications }: { applications: ApplicationsService }): RouteDefinition[] {
  return [
    defineRoute({
      ...common,
      method: 'POST',
      path: PATH,
      operationId: 'createApplication',
      summary: 'Create an application',
      access: manage,
      body: newApplication,
      responses: { 201: applicationResource },
      errors: ['RES_CONFLICT', 'RATE_QUOTA_EXCEEDED'],
      handler: async ({ tenant, principal, body }) => {
        const application = await applications.create(tenant, body, originOf(principal));
        return { status: 201, body: toApplicationResource(application), headers: { location: `${PATH}/${application.app_id}` } };
      },
    }),
    defineRoute({
      ...common,
      method: 'GET',
      path: PATH,
      operationId: 'listApplications',
      summary: 'List applications, newest first',
      access: read,
      query: listQuery(),
      responses: { 200: pageOf(applicationResource) },
      errors: ['VAL_CURSOR_INVALID'],
      handler: async ({ tenant, principal: { appId }, query: { limit, cursor } }) => ({
        status: 200,
        body: toPage(await applications.list(tenant.tenantId, { appId, limit, cursor }), limit, toApplicationResource),
      }),
    }),
    defineRoute({
      ...common,
      method: 'GET',
      path: `${PATH}/:app_id`,
      operationId: 'getApplication',
      summary: 'Get an application',
      access: read,
      versioned: true,
      params,
      responses: { 200: applicationResource },
      handler: async ({ tenant, principal, params: { app_id } }) => {
        const application = await applications.get(tenant.tenantId, app_id, principal);
        return { status: 200, body: toApplicationResource(application), version: application.__v };
      },
    }),
    defineRoute({
      ...common,
      method: 'PATCH',
      path: `${PATH}/:app_id`,
      operationId: 'updateApplication',
      summary: 'Change an application',
      description: 'What is left out stays; the environment never changes. A disabled application answers 503 to its callers.',
      access: manage,
      versioned: true,
      params,
      body: applicationChanges,
      responses: { 200: applicationResource },
      errors: ['RES_CONFLICT', 'RES_VERSION'],
      handler: async ({ tenant, principal, params: { app_id: id }, body: changes, expectedVersion }) => {
        const application = await applications.update(tenant.tenantId, { id, changes, expectedVersion }, originOf(principal));
        return { status: 200, body: toApplicationResource(application), version: application.__v };
      },
    }),
    defineRoute({
      ...common,
      method: 'DELETE',
      path: `${PATH}/:app_id`,
      operationId: 'deleteApplication',
      summary: 'Delete an application',
      description: 'Its keys are revoked and its sessions end.',
      access: manage,
      params,
      responses: { 204: null },
      errors: ['RES_VERSION'],
      handler: async ({ tenant, principal, params: { app_id: id } }) => {
        await applications.remove(tenant, { id }, originOf(principal));
        return { status: 204 };
      },
    }),
  ];
}

export function signingKeysRoutes({ signingKeys }: { signingKeys: SigningKeysService }): RouteDefinition[] {
  return [
    defineRoute({
      ...common,
      method: 'GET',
      path: `${PATH}/:app_id/signing-keys`,
      operationId: 'listSigningKeys',
      summary: 'List the keys that tokens of your own are verified with',
      access: signing,
      params,
      responses: { 200: z.strictObject({ data: z.array(signingKeyResource) }) },
      handler: async ({ tenant, params: { app_id } }) => ({
        status: 200,
        body: { data: (await signingKeys.list(tenant.tenantId, app_id)).map(toSigningKeyResource) },
      }),
    }),
    defineRoute({
      ...common,
      method: 'POST',
      path: `${PATH}/:app_id/signing-keys`,
      operationId: 'addSigningKey',
      summary: 'Add a public key that tokens of your own are verified with',
      access: signing,
      params,
      body: newSigningKey,
      responses: { 201: signingKeyResource },
      errors: ['RES_CONFLICT', 'RES_LIMIT_REACHED', 'RES_VERSION'],
      handler: async ({ tenant, principal, params: { app_id: appId }, body: key }) => {
        const added = await signingKeys.add(tenant.tenantId, { appId, key }, originOf(principal));
        return { status: 201, body: toSigningKeyResource(added), headers: { location: `${PATH}/${appId}/signing-keys/${added.kid}` } };
      },
    }),
    defineRoute({
      ...common,
      method: 'DELETE',
      path: `${PATH}/:app_id/signing-keys/:kid`,
      operationId: 'removeSigningKey',
      summary: 'Remove a signing key; tokens that it signed are refused',
      access: signing,
      params: params.extend({ kid: text({ min: 1, max: 128 }) }),
      responses: { 204: null },
      errors: ['RES_VERSION'],
      handler: async ({ tenant, principal, params: { app_id: appId, kid } }) => {
        await signingKeys.remove(tenant.tenantId, { appId, kid }, originOf(principal));
        return { status: 204 };
      },
    }),
  ];
}
