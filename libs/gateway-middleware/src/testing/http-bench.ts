import {
  type ActingUser,
  AuthenticationError,
  createLogger,
  HealthRegistry,
  type IdempotencyStore,
  Metrics,
  type Principal,
  type TenantContext,
} from '@caas/runtime';
import { newId } from '@caas/schema';
import { PERMISSIONS } from '../access/permissions.js';
import { buildGateway } from '../gateway/build-gateway.js';
import { type Gateway } from '../gateway/gateway-options.js';
import { type RouteDefinition } from '../routes/define-route.js';
import { allowAll } from './allow-all.js';

/** Every request is the first one. */
const idempotency: IdempotencyStore = {
  claim: () => Promise.resolve({ outcome: 'claimed', complete: () => Promise.resolve(), release: () => Promise.resolve() }),
};

/** Who calls, as an authenticator would have it. */
export interface HttpCaller {
  readonly tenant: TenantContext;
  readonly principal: Principal;
  /** On whose behalf a key calls. */
  readonly actAs?: ActingUser;
}

export interface HttpAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, unknown>>;
  readonly body: Readonly<Record<string, unknown>>;
}

/** A server key that may do everything, for its tenant or on behalf of a user. */
export function keyCaller(tenant: TenantContext, { actAs, ...change }: Partial<Principal> & { actAs?: ActingUser } = {}): HttpCaller {
  const keyId = newId('key');
  const { tenantId } = tenant;
  const principal: Principal = {
    ...{ actor: 'key', authType: 'api_key', tenantId, appId: null, subjectId: keyId, keyId, roles: [], environment: 'test' },
    permissions: PERMISSIONS,
    ...change,
  };
  return { tenant, principal, ...(actAs !== undefined && { actAs }) };
}

/** A user by their access token. */
export function userCaller(tenant: TenantContext, user: ActingUser): HttpCaller {
  const { userId: subjectId, roles, permissions } = user;
  const { tenantId } = tenant;
  return {
    tenant,
    principal: { actor: 'user', authType: 'jwt', tenantId, appId: null, subjectId, user, roles, permissions, environment: 'test' },
  };
}

/** The routes of a module behind a real gateway: everything between a request and its handler, and the answer as it would be sent. */
export class HttpBench {
  readonly #callers = new Map<string, HttpCaller>();
  readonly #gateway: Promise<Gateway>;

  constructor(routes: readonly RouteDefinition[]) {
    const callers = this.#callers;
    const known = () => [...callers.values()];
    this.#gateway = buildGateway({
      routes,
      authenticator: {
        authenticate(credential) {
          const caller = callers.get(credential);
          if (caller !== undefined) return caller.principal;
          throw new AuthenticationError('AUTH_TOKEN_MALFORMED', 'There is no such caller.');
        },
      },
      actingUsers: { resolve: (_, reference) => known().find(({ actAs }) => actAs?.userId === reference)?.actAs },
      tenants: {
        get: (id) => known().find(({ tenant }) => tenant.tenantId === id)?.tenant,
        invalidate: () => Promise.resolve(),
      },
      rateLimiter: allowAll,
      idempotency,
      logger: createLogger({ service: 'spec', level: 'silent' }),
      metrics: new Metrics({ service: 'spec', defaults: false }),
      health: new HealthRegistry(),
    });
  }

  async call(
    caller: HttpCaller,
    [method, url]: readonly [method: string, url: string],
    { body, headers }: { body?: object; headers?: Readonly<Record<string, string>> } = {},
  ): Promise<HttpAnswer> {
    const token = `a.${newId('evt')}.c`;
    this.#callers.set(token, caller);
    const { actAs } = caller;
    const gateway = await this.#gateway;
    const answer = await gateway.inject({
      method,
      url,
      headers: { authorization: `Bearer ${token}`, ...(actAs !== undefined && { 'x-act-as-user': actAs.userId }), ...headers },
      ...(body !== undefined && { body }),
    });
    return { status: answer.status, headers: answer.headers, body: answer.text === '' ? {} : (answer.json() as HttpAnswer['body']) };
  }

  async close(): Promise<void> {
    await (await this.#gateway).close();
  }
}
