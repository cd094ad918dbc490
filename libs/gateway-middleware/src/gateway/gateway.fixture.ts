import {
  type ActingUser,
  AuthenticationError,
  createLogger,
  HealthRegistry,
  Metrics,
  type Plan,
  PLAN_LIMITS,
  type Principal,
  type RateDecision,
  type RateLimiter,
  type TenantContext,
} from '@caas/runtime';
import { newId, newTenantId, text, z } from '@caas/schema';
import { PERMISSIONS } from '../access/permissions.js';
import { permissionsOfRoles } from '../access/role-grants.js';
import { defineRoute, type RouteDefinition } from '../routes/define-route.js';
import { buildGateway } from './build-gateway.js';
import { type Gateway, type GatewayOptions } from './gateway-options.js';
import { MemoryIdempotency } from './memory-idempotency.fixture.js';

/** A form of key that the in-memory authenticator knows. */
export const A_KEY = 'caas_sk_test_aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa';

/** A form of token that it knows as well. */
export const A_TOKEN = 'header.claims.signature';

export function aTenant(changes: Partial<TenantContext> = {}, plan: Plan = 'starter'): TenantContext {
  return {
    tenantId: newTenantId(),
    name: 'Acme',
    plan,
    status: 'active',
    provisioning: 'ready',
    isolation: { model: 'shared', epoch: 1 },
    limits: PLAN_LIMITS[plan],
    ...changes,
  };
}

/** A server key that may do everything, unless changed. */
export function aPrincipal(tenant: TenantContext, changes: Partial<Principal> = {}): Principal {
  const keyId = newId('key');
  return {
    actor: 'key',
    authType: 'api_key',
    tenantId: tenant.tenantId,
    appId: null,
    subjectId: keyId,
    keyId,
    roles: [],
    environment: 'test',
    permissions: PERMISSIONS,
    ...changes,
  };
}

export function aUser(changes: Partial<ActingUser> = {}): ActingUser {
  const { roles = ['user'] } = changes;
  const permissions = permissionsOfRoles('user', roles);
  return { userId: newId('usr'), externalId: 'ada', displayName: 'Ada', avatarUrl: null, roles, permissions, ...changes };
}

/** The caller behind the access token of a user. */
export function aUserPrincipal(tenant: TenantContext, user: ActingUser, changes: Partial<Principal> = {}): Principal {
  const { userId: subjectId, roles, permissions } = user;
  const session = { sessionId: newId('sess'), deviceId: newId('dev') };
  return {
    ...{ actor: 'user', authType: 'jwt', tenantId: tenant.tenantId, appId: newId('app'), environment: 'test' },
    ...{ ...session, subjectId, user, roles, permissions },
    ...changes,
  };
}

/** A decision that allows, as a limiter with room gives it. */
export function anAllowance(changes: Partial<RateDecision> = {}): RateDecision {
  const policies = [
    { name: 'tenant', limit: 1000, windowSeconds: 60 },
    { name: 'burst', limit: 100, windowSeconds: 1 },
  ] as const;
  return { allowed: true, policies, policy: policies[0], remaining: 999, resetSeconds: 60, violated: [], source: 'shared', ...changes };
}

/** The world around a gateway: one tenant with one key and one user, held in memory behind the real ports. */
export interface World {
  tenant: TenantContext;
  principal: Principal;
  user: ActingUser;
  health: HealthRegistry;
  metrics: Metrics;
  logs: Record<string, unknown>[];
  gateway: Gateway;
}

const opened: Gateway[] = [];

/** Builds a gateway in a world; whatever is given takes the place of its part. Closed by {@link closeGateways}. */
export async function aGateway(
  options: Partial<GatewayOptions> & { tenant?: TenantContext; principal?: Principal; user?: ActingUser } = {},
): Promise<World> {
  const tenant = options.tenant ?? aTenant();
  const principal = options.principal ?? aPrincipal(tenant);
  const user = options.user ?? aUser();
  const logs: Record<string, unknown>[] = [];
  const logger = createLogger({
    service: 'spec',
    destination: { write: (line: string) => void logs.push(JSON.parse(line) as Record<string, unknown>) },
  });
  const metrics = new Metrics({ service: 'spec', defaults: false });
  const health = new HealthRegistry();
  const rateLimiter: RateLimiter = { take: () => anAllowance() };
  const gateway = await buildGateway({
    routes: [anEchoRoute()],
    authenticator: {
      authenticate: (credential, scheme) => {
        const known = scheme === 'api_key' ? A_KEY : A_TOKEN;
        if (credential === known) return principal;
        if (scheme !== 'api_key') throw new AuthenticationError('AUTH_TOKEN_MALFORMED', 'The token is malformed.');
        throw new AuthenticationError('AUTH_KEY_INVALID', 'The API key is not valid.');
      },
    },
    actingUsers: {
      resolve: (_tenant, reference) => (reference === user.userId || reference === `ext:${user.externalId}` ? user : undefined),
    },
    tenants: { get: (tenantId) => (tenantId === tenant.tenantId ? tenant : undefined), invalidate: () => Promise.resolve() },
    rateLimiter,
    idempotency: new MemoryIdempotency(),
    logger,
    metrics,
    health,
    ...options,
    config: {
      host: '127.0.0.1',
      port: 0,
      metricsHost: '127.0.0.1',
      metricsPort: 0,
      publicBaseUrl: 'https://api.example.com',
      ...options.config,
    },
  });
  opened.push(gateway);
  return { tenant, principal, user, health, metrics, logs, gateway };
}

/** For `afterEach`. */
export async function closeGateways(): Promise<void> {
  await Promise.all(opened.splice(0).map((gateway) => gateway.close()));
}

export const noteShape = z.strictObject({ text: text({ min: 1, max: 100 }), pinned: z.boolean().default(false) });

/** `POST /v1/notes` answers what it was sent. */
export function anEchoRoute(changes: Partial<Parameters<typeof defineRoute>[0]> = {}): RouteDefinition {
  return defineRoute({
    method: 'POST',
    path: '/v1/notes',
    operationId: 'createNote',
    summary: 'Create a note',
    tags: ['Notes'],
    access: { permission: 'message.send' },
    body: noteShape,
    responses: { 201: noteShape },
    handler: ({ body }) => ({ status: 201, body }),
    ...(changes as object),
  });
}

/** A valid request of {@link anEchoRoute}. */
export const aRequest = { method: 'POST', url: '/v1/notes', headers: { 'x-api-key': A_KEY }, body: { text: 'hello' } } as const;
