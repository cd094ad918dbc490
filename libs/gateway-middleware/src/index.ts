/**
 * gateway-middleware → runtime → schema
 *
 * The HTTP edge: a route is declared once as data and becomes a Fastify route with compiled validation and serialization, a
 * permission check, a rate class and an OpenAPI operation. Fastify is imported here only.
 *
 * - *route*: one method and path with its access, shapes and handler ({@link defineRoute}).
 * - *step*: one stage of the way of a request to its handler; they run in one fixed order.
 * - *problem*: the body of every error (RFC 9457), its code from the catalogue in runtime.
 * - *scope*: what an API key is given; *permission*: what a route asks for.
 */
export { type ResourceGuard, type ResourceQuestion } from './access/resource-guard.js';
export {
  expandScopes,
  type Permission,
  PERMISSIONS,
  permissionsOf,
  type Scope,
  SCOPE_PERMISSIONS,
  SCOPES,
  SELF,
} from './access/permissions.js';
export {
  columnsOf,
  type Condition,
  type Grant,
  grantOf,
  narrowedTo,
  permissionsOfRoles,
  ROLE_GRANTS,
  type RoleColumn,
  type RoledActor,
  type UserFlags,
} from './access/role-grants.js';
export { RATE_CLASSES, type RateClass } from './access/rate-classes.js';
export { type Decision, decide, decideFor } from './pipeline/authorize.js';
export { CREDENTIAL_KINDS, type CredentialKind, type GuardedAccess, type PublicAccess, type RouteAccess } from './access/route-access.js';
export { type ListPage, listQuery, type PageFacts, pageOf, toPage } from './conventions/list-envelope.js';
export { mergePatch, patchOf } from './conventions/merge-patch.js';
export { tenantLevel } from './pipeline/rate-levels.js';
export { type Preferences } from './http/prefer.js';
export { checkState as checkTenantState } from './pipeline/resolve-tenant.js';
export { defineRoute, type RouteDefinition } from './routes/define-route.js';
export { RouteDefinitionError } from './routes/check-route.js';
export {
  type HttpMethod,
  type RequestFacts,
  type ResponseShapes,
  type RouteContext,
  type RouteReply,
  type RouteSpec,
} from './routes/route-types.js';
export { type ApiVersion } from './versions/api-versions.js';
export { type Deprecation } from './versions/deprecation.js';
export { isAllowedOrigin } from './http/origin-policy.js';
export { addressTest } from './http/client-address.js';
export { openApiDocument } from './openapi/openapi-document.js';
export { buildGateway } from './gateway/build-gateway.js';
export {
  type Gateway,
  type GatewayConfig,
  type GatewayOptions,
  type InjectedRequest,
  type InjectedResponse,
} from './gateway/gateway-options.js';
export { messageQuotaHeaders } from './http/quota-headers.js';
