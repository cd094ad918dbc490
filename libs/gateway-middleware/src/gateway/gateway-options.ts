import {
  type ActingUserResolver,
  type AddressRule,
  type AuditTrail,
  type ApplicationPolicies,
  type Authenticator,
  type AuthFailureGuard,
  type CallRule,
  type HealthRegistry,
  type IdempotencyStore,
  type Logger,
  type Metrics,
  type Quotas,
  type RateLimiter,
  type TenantDirectory,
} from '@caas/runtime';
import { type JsonWebKeySet } from '../openapi/jwks-route.js';
import { type ApiVersion } from '../versions/api-versions.js';
import { type RouteDefinition } from '../routes/define-route.js';

/** Figures and switches of the gateway; every one has a default that suits development. */
export interface GatewayConfig {
  readonly host: string;
  /** 0 lets the system choose. */
  readonly port: number;
  readonly metricsHost: string;
  readonly metricsPort: number;
  /** In front of problem `type` URIs and in the OpenAPI document; no slash at its end. */
  readonly publicBaseUrl: string;
  /** Peers (CIDR) that may set `X-Forwarded-*`; empty trusts nobody. */
  readonly trustProxy: readonly string[];
  readonly bodyLimitBytes: number;
  /** From the request's headers to its answer; past it 504. */
  readonly requestTimeoutMs: number;
  readonly headersTimeoutMs: number;
  readonly keepAliveTimeoutMs: number;
  /** Longest wait for open requests at close; those that last longer are aborted. */
  readonly shutdownTimeoutMs: number;
  /** Between "not ready" and closing the listener, so that balancers stop routing here. */
  readonly shutdownDrainDelayMs: number;
  readonly rateLimitEnabled: boolean;
  /** Addresses (CIDR) that are never counted. */
  readonly rateLimitBypass: readonly string[];
  readonly docsEnabled: boolean;
  /** Origins of the platform's own web pages, besides the API's. */
  readonly corsOrigins: readonly string[];
  /** Versions that are served; routes of others are left out. */
  readonly apiVersions: readonly ApiVersion[];
  /** For requests that name no version. */
  readonly defaultApiVersion: string;
  /** Turns on HSTS, and refuses what did not come over HTTPS. */
  readonly production: boolean;
  readonly version: string;
  readonly commit: string;
  /** One of so many successful requests is logged; 1 logs all, 0 none. */
  readonly logSampleEvery: number;
  /** Slower requests are logged as warnings, whatever the sample says. */
  readonly slowRequestMs: number;
}

export const GATEWAY_DEFAULTS: GatewayConfig = {
  host: '0.0.0.0',
  port: 3000,
  metricsHost: '0.0.0.0',
  metricsPort: 3001,
  publicBaseUrl: 'http://localhost:3000',
  trustProxy: [],
  bodyLimitBytes: 1_048_576,
  requestTimeoutMs: 30_000,
  headersTimeoutMs: 10_000,
  keepAliveTimeoutMs: 72_000,
  shutdownTimeoutMs: 30_000,
  shutdownDrainDelayMs: 0,
  rateLimitEnabled: true,
  rateLimitBypass: [],
  docsEnabled: true,
  corsOrigins: [],
  apiVersions: [{ name: 'v1' }],
  defaultApiVersion: 'v1',
  production: false,
  version: '0.0.0',
  commit: 'unknown',
  logSampleEvery: 100,
  slowRequestMs: 1_000,
};

/** What a gateway is made of: routes, and the ports that other libraries and domains implement. */
export interface GatewayOptions {
  readonly routes: readonly RouteDefinition[];
  readonly authenticator: Authenticator;
  readonly actingUsers: ActingUserResolver;
  readonly tenants: TenantDirectory;
  readonly rateLimiter: RateLimiter;
  /** Limits and origins of applications; absent where there are none. */
  readonly applications?: ApplicationPolicies;
  /** Remembers requests that carry an `Idempotency-Key`. */
  readonly idempotency: IdempotencyStore;
  /** Looks at where every request comes from, public routes included. */
  readonly addressRule?: AddressRule;
  /** Look at every request whose caller and tenant are known, in this order, before it counts against limits. */
  readonly callRules?: readonly CallRule[];
  /** Slows down whoever tries credentials; absent where nobody does. */
  readonly authFailures?: AuthFailureGuard;
  /** Where refusals, and the use of what is sensitive, are written down. */
  readonly audit?: Pick<AuditTrail, 'note'>;
  /** Counts API calls; absent where nobody bills them. */
  readonly quotas?: Pick<Quotas, 'check'>;
  readonly logger: Logger;
  readonly metrics: Metrics;
  readonly health: HealthRegistry;
  readonly config?: Partial<GatewayConfig>;
  /** What the database server lacks, for `/health/detailed`. */
  readonly capabilities?: () => readonly string[];
  /** The public keys of access tokens; absent where none are issued. */
  readonly jwks?: JsonWebKeySet;
}

/** A request made in process (specs, start-up checks). */
export interface InjectedRequest {
  readonly method?: string;
  readonly url: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** An object is sent as JSON, text as it is. */
  readonly body?: string | object;
}

export interface InjectedResponse {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | number | undefined>>;
  readonly text: string;
  json(): unknown;
}

/** A running gateway: the public listener and the metrics listener beside it. */
export interface Gateway {
  /** Opens the metrics port, then the public one. Rejects when either is taken; then neither stays open. */
  listen(): Promise<{ readonly url: string; readonly metricsUrl: string }>;
  /** Drains: probes answer 503, the listener closes, open requests end within the shutdown timeout, then the metrics port closes. Repeatable. */
  close(): Promise<{ readonly aborted: number }>;
  /** Sends a request through the whole stack without a socket. */
  inject(request: InjectedRequest): Promise<InjectedResponse>;
  /** The same for the metrics port. */
  injectMetrics(request: InjectedRequest): Promise<InjectedResponse>;
  /** The OpenAPI document of the default version, as `/openapi/v1.json` serves it. */
  readonly openapi: Readonly<Record<string, unknown>>;
}
