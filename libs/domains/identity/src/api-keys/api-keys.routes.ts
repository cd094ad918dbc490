import { defineRoute, type GuardedAccess, listQuery, pageOf, type RouteDefinition, toPage } from '@caas/gateway-middleware';
import { API_KEY_TYPES } from '@caas/runtime';
import { idOf, int32, text, z } from '@caas/schema';
import { apiKeyChanges, newApiKey } from './api-key-input.js';
import { keyCallerOf } from './api-key-caller.js';
import { apiKeyResource, issuedKeyResource, rotatedKeyResource, toApiKeyResource } from './api-keys.resource.js';
import { type ApiKeysService } from './api-keys.service.js';

const PATH = '/v1/auth/api-keys';
const GRACE_SECONDS_MAX = 2_592_000;

const params = z.strictObject({ key_id: idOf('key') });
const read = {
  permission: 'apikey.read',
  credentials: ['key', 'admin', 'platform'],
  whileTenantIs: ['pending'],
} as const satisfies GuardedAccess;
const manage = { permission: 'apikey.manage', credentials: ['key', 'admin'] } as const satisfies GuardedAccess;
const revoke = { permission: 'apikey.manage', credentials: ['key', 'admin', 'platform'] } as const satisfies GuardedAccess;
const common = { tags: ['API keys'], rateClass: 'key_admin' } as const;

export function apiKeysRoutes({ keys }: { keys: ApiKeysService }): RouteDefinition[] {
  return [
    defineRoute({
      ...common,
      method: 'POST',
      path: PATH,
      operationId: 'createApiKey',
      summary: 'Create an API key',
      description: 'The key is shown in this answer and never again. Nobody can hand out more than they hold themselves.',
      access: manage,
      body: newApiKey,
      shownOnce: ['key'],
      responses: { 201: issuedKeyResource },
      errors: ['AUTHZ_ESCALATION', 'VAL_REFERENCE', 'VAL_SEMANTIC', 'RES_LIMIT_REACHED'],
      handler: async ({ tenant, principal, body }) => {
        const { key, record } = await keys.create(tenant.tenantId, body, keyCallerOf(principal));
        return { status: 201, body: { ...toApiKeyResource(record), key }, headers: { location: `${PATH}/${record.key_id}` } };
      },
    }),
    defineRoute({
      ...common,
      method: 'GET',
      path: PATH,
      operationId: 'listApiKeys',
      summary: 'List API keys, newest first',
      access: read,
      query: listQuery().extend({
        app_id: idOf('app').optional(),
        type: z.enum(API_KEY_TYPES).optional(),
        status: z.enum(['active', 'revoked', 'expired']).optional(),
        environment: z.enum(['live', 'test']).optional(),
      }),
      responses: { 200: pageOf(apiKeyResource) },
      errors: ['VAL_CURSOR_INVALID'],
      handler: async ({ tenant, principal, query: { limit, cursor, ...filter } }) => {
        const page = await keys.list(tenant.tenantId, { filter, limit, cursor, appId: principal.appId });
        return { status: 200, body: toPage(page, limit, toApiKeyResource) };
      },
    }),
    defineRoute({
      ...common,
      method: 'GET',
      path: `${PATH}/:key_id`,
      operationId: 'getApiKey',
      summary: 'Get an API key',
      access: read,
      versioned: true,
      params,
      responses: { 200: apiKeyResource },
      handler: async ({ tenant, principal, params: { key_id } }) => {
        const key = await keys.get(tenant.tenantId, key_id, principal);
        return { status: 200, body: toApiKeyResource(key), version: key.__v };
      },
    }),
    defineRoute({
      ...common,
      method: 'PATCH',
      path: `${PATH}/:key_id`,
      operationId: 'updateApiKey',
      summary: 'Change an API key',
      description: 'What is left out stays. In force on every gateway within a second.',
      access: manage,
      versioned: true,
      params,
      body: apiKeyChanges,
      responses: { 200: apiKeyResource },
      errors: ['AUTHZ_ESCALATION', 'RES_STATE', 'RES_VERSION'],
      handler: async ({ tenant, principal, params: { key_id: keyId }, body: changes, expectedVersion }) => {
        const key = await keys.update(tenant.tenantId, { keyId, changes, expectedVersion }, keyCallerOf(principal));
        return { status: 200, body: toApiKeyResource(key), version: key.__v };
      },
    }),
    defineRoute({
      ...common,
      method: 'DELETE',
      path: `${PATH}/:key_id`,
      operationId: 'revokeApiKey',
      summary: 'Revoke an API key for good',
      description: 'It works nowhere within a second. A key may revoke itself; revoking again changes nothing.',
      access: revoke,
      params,
      query: z.strictObject({ reason: text({ min: 1, max: 500 }).optional() }),
      responses: { 204: null },
      errors: ['RES_VERSION'],
      handler: async ({ tenant, principal, params: { key_id: keyId }, query: { reason } }) => {
        await keys.revoke(tenant.tenantId, { keyId, reason }, keyCallerOf(principal));
        return { status: 204 };
      },
    }),
    defineRoute({
      ...common,
      method: 'POST',
      path: `${PATH}/:key_id/rotate`,
      operationId: 'rotateApiKey',
      summary: 'Replace an API key',
      description: 'The new key has the same settings and is shown in this answer only; the old one stays good for the time of grace.',
      access: manage,
      params,
      body: z.strictObject({
        grace_seconds: int32({ min: 0, max: GRACE_SECONDS_MAX }).optional(),
        reason: text({ min: 1, max: 500 }).optional(),
      }),
      shownOnce: ['key'],
      responses: { 201: rotatedKeyResource },
      errors: ['AUTHZ_ESCALATION', 'RES_STATE', 'RES_VERSION'],
      handler: async ({ tenant, principal, params: { key_id: keyId }, body }) => {
        const rotation = { keyId, graceSeconds: body.grace_seconds, reason: body.reason };
        const { key, record, predecessor } = await keys.rotate(tenant.tenantId, rotation, keyCallerOf(principal));
        const { overlap_until: validUntil } = predecessor.rotation;
        return {
          status: 201,
          body: {
            ...toApiKeyResource(record),
            key,
            predecessor: { key_id: predecessor.key_id, valid_until: (validUntil ?? predecessor.updated_at).toISOString() },
          },
          headers: { location: `${PATH}/${record.key_id}` },
        };
      },
    }),
  ];
}
