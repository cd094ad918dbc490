import { randomBytes } from 'node:crypto';
import { AuthenticationError, createLogger, HealthRegistry, Metrics, type Principal, type TenantContext } from '@caas/runtime';
import { newId } from '@caas/schema';
import { PERMISSIONS } from '../access/permissions.js';
import { buildGateway } from '../gateway/build-gateway.js';
import { type Gateway } from '../gateway/gateway-options.js';
import { type RouteDefinition } from '../routes/define-route.js';

export interface MemoryCall {
  /** From {@link MemoryGateway.keyOf}; without one the caller is nobody. */
  readonly key?: string;
  /** Sent as JSON. */
  readonly body?: object;
  readonly headers?: Readonly<Record<string, string>>;
}

export interface MemoryAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | number | undefined>>;
  /** Parsed; `undefined` without a body. */
  readonly body: unknown;
}

/** The whole way of a request around some routes, with tenants and keys in memory and without rate limits. Takes requests without a socket. */
export class MemoryGateway {
  readonly #gateway: Gateway;
  readonly #principals: Map<string, Principal>;
  readonly #tenants: Map<string, TenantContext>;

  private constructor(gateway: Gateway, principals: Map<string, Principal>, tenants: Map<string, TenantContext>) {
    this.#gateway = gateway;
    this.#principals = principals;
    this.#tenants = tenants;
  }

  static async open(routes: readonly RouteDefinition[]): Promise<MemoryGateway> {
    const principals = new Map<string, Principal>();
    const tenants = new Map<string, TenantContext>();
    const gateway = await buildGateway({
      routes,
      authenticator: {
        authenticate: (credential) => {
          const principal = principals.get(credential);
          if (principal === undefined) throw new AuthenticationError('AUTH_KEY_INVALID', 'The API key is not valid.');
          return principal;
        },
      },
      actingUsers: { resolve: () => undefined },
      tenants: { get: (tenantId) => tenants.get(tenantId), invalidate: () => Promise.resolve() },
      rateLimiter: { take: () => missing('rate limiter') },
      idempotency: { claim: () => missing('idempotency store') },
      logger: createLogger({ service: 'spec', level: 'silent' }),
      metrics: new Metrics({ service: 'spec', defaults: false }),
      health: new HealthRegistry(),
      config: { rateLimitEnabled: false },
    });
    return new MemoryGateway(gateway, principals, tenants);
  }

  /** A server key of a tenant, which the gateway knows from then on. It may do everything, unless permissions are named. */
  keyOf(tenant: TenantContext, permissions: ReadonlySet<string> = PERMISSIONS): string {
    const key = `caas_sk_test_${randomBytes(32).toString('base64url')}`;
    const keyId = newId('key');
    this.#tenants.set(tenant.tenantId, tenant);
    this.#principals.set(key, {
      ...{ actor: 'key', authType: 'api_key', environment: 'test', roles: [], appId: null },
      ...{ tenantId: tenant.tenantId, subjectId: keyId, keyId, permissions },
    });
    return key;
  }

  async call(method: string, url: string, { key, body, headers = {} }: MemoryCall = {}): Promise<MemoryAnswer> {
    const response = await this.#gateway.inject({
      method,
      url,
      headers: { ...headers, ...(key === undefined ? {} : { 'x-api-key': key }) },
      ...(body === undefined ? {} : { body }),
    });
    return { status: response.status, headers: response.headers, body: response.text === '' ? undefined : response.json() };
  }

  async close(): Promise<void> {
    await this.#gateway.close();
  }
}

function missing(part: string): never {
  throw new TypeError(`The gateway in memory has no ${part}; a spec that needs one builds a whole one.`);
}
