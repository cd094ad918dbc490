import { connectServices, processParts, schemaMode, type Services } from '@caas/composition';
import { addressTest, buildGateway, type Gateway, type RouteDefinition } from '@caas/gateway-middleware';
import {
  ActingUserDirectory,
  ApiKeyAuthenticator,
  ApplicationDirectory,
  ApplicationPolicyDirectory,
  consoleHolders,
  forgetKeys,
  gatewayAuthenticator,
  KeyRule,
  KeyUsage,
  MongoIdempotencyStore,
  UserReader,
} from '@caas/identity';
import { NetworkRules } from '@caas/insight';
import { type Lifecycle, tokenMaterialOf } from '@caas/runtime';
import { PlatformFollower, tenancyPorts } from '@caas/tenancy';
import { type GatewayEnvironment } from './gateway-config.js';
import { modules } from '@caas/modules';

/** A gateway that is connected and listening. */
export interface RunningGateway {
  readonly url: string;
  readonly metricsUrl: string;
  readonly lifecycle: Lifecycle;
}

/** A gateway that is connected and built, and does not listen yet. The lifecycle starts what works in the background, and ends everything. */
export interface ConnectedGateway {
  readonly gateway: Gateway;
  readonly routes: readonly RouteDefinition[];
  readonly services: Services;
  readonly lifecycle: Lifecycle;
}

/** Connects, builds and opens the gateway. Rejects when anything it needs is missing; then nothing stays open. */
export async function startGateway(config: GatewayEnvironment): Promise<RunningGateway> {
  const started = performance.now();
  const { gateway, services, lifecycle } = await connectGateway(config);
  const { shutdownDrainDelayMs, shutdownTimeoutMs } = gatewaySettings(config);
  let addresses: Awaited<ReturnType<Gateway['listen']>> | undefined;
  lifecycle.add({
    name: 'http',
    stopTimeoutMs: shutdownDrainDelayMs + shutdownTimeoutMs + 1_000,
    start: async () => {
      addresses = await gateway.listen();
    },
    stop: async () => {
      await gateway.close();
    },
  });
  await lifecycle.start();
  if (addresses === undefined) throw new Error('The gateway was stopped while it started.');
  services.logger.info({ ...addresses, elapsed_ms: Math.round(performance.now() - started) }, 'startup_complete');
  return { ...addresses, lifecycle };
}

/** Connects and builds the gateway. Rejects when anything it needs is missing; then nothing stays open. */
export async function connectGateway(config: GatewayEnvironment): Promise<ConnectedGateway> {
  const parts = processParts('gateway', config);
  const { logger, metrics, health, lifecycle } = parts;
  try {
    const services = await connectServices({
      ...parts,
      ...tenancyPorts(),
      modules,
      schemas: schemaMode(config),
      kafkaRequired: false,
      tokens: tokenMaterialOf(config, () =>
        logger.warn(
          'access tokens are signed with a key that dies with this process; production refuses this: set JWT_PRIVATE_KEY and JWT_PUBLIC_KEY',
        ),
      ),
    });
    const { mongo, redis, tenants, quotas, clock, secrets } = services;
    const isExempt = addressTest(config.RATE_LIMIT_BYPASS_IPS);
    const keys = new ApiKeyAuthenticator({ mongo, redis, peppers: secrets.apiKeyPeppers, clock });
    const usage = new KeyUsage({ mongo, redis, clock, logger });
    lifecycle.add({ name: 'key-usage', start: () => usage.start(), stop: () => usage.stop() });
    const networks = new NetworkRules({ mongo, redis, clock });
    const actingUsers = new ActingUserDirectory({ users: new UserReader({ mongo }), redis });
    const follower = new PlatformFollower(services, { service: parts.service, onEvent: forgetKeys(keys) });
    health.register({ name: 'platform_events', required: false, check: () => Promise.resolve(follower.health()) });
    lifecycle.add({ name: follower.name, start: () => follower.start(), stop: () => follower.stop() });
    const routes = await modules.routes(services);
    const gateway = await buildGateway({
      routes,
      authenticator: gatewayAuthenticator(services, {
        keys,
        actingUsers,
        holders: consoleHolders(services, { needsMfa: config.NODE_ENV === 'production' }),
      }),
      actingUsers,
      ...(config.RATE_LIMIT_ENABLED && { authFailures: redis.failureGuard({ isExempt, onBlocked: auditLockout(services) }) }),
      tenants,
      quotas,
      idempotency: new MongoIdempotencyStore({ mongo, clock, ttlSeconds: config.IDEMPOTENCY_TTL_SECONDS }),
      rateLimiter: redis.rateLimiter({ localDivisor: config.RATE_LIMIT_LOCAL_DIVISOR }),
      applications: new ApplicationPolicyDirectory({ applications: new ApplicationDirectory({ mongo, redis }), mongo, clock }),
      audit: await modules.audit(services),
      addressRule: networks.addresses,
      callRules: [networks.tenants, new KeyRule({ usage, uses: redis.useCounter('api_key') })],
      logger,
      metrics,
      health,
      config: gatewaySettings(config),
      ...(services.tokens && { jwks: services.tokens.keys.jwks() }),
      capabilities: () => mongo.capabilities.missing(),
    });
    return { gateway, routes, services, lifecycle };
  } catch (error) {
    await lifecycle.stop('start failed');
    throw error;
  }
}

/** Notes in the security trail that an address is refused for a day. */
function auditLockout({ auditTrail, logger }: Services): (ip: string, until: Date) => void {
  return (ip, until) => {
    logger.warn({ ip, until }, 'credentials from an address were wrong too often: it is refused');
    const actor = { type: 'system', id: 'auth-failures', ip } as const;
    const action = { category: 'security', type: 'block', name: 'auth.lockout' } as const;
    void auditTrail().then((trail) => trail.note({ tenantId: null, actor, action, target: { type: 'ip', id: ip }, severity: 'high' }));
  };
}

function gatewaySettings(config: GatewayEnvironment) {
  const production = config.NODE_ENV === 'production';
  return {
    host: config.HOST,
    port: config.PORT,
    metricsHost: config.METRICS_HOST,
    metricsPort: config.METRICS_PORT,
    ...(config.PUBLIC_BASE_URL === undefined ? {} : { publicBaseUrl: config.PUBLIC_BASE_URL.replace(/\/$/, '') }),
    trustProxy: config.TRUST_PROXY,
    bodyLimitBytes: config.BODY_LIMIT_BYTES,
    requestTimeoutMs: config.REQUEST_TIMEOUT_MS,
    headersTimeoutMs: config.HEADERS_TIMEOUT_MS,
    keepAliveTimeoutMs: config.KEEP_ALIVE_TIMEOUT_MS,
    shutdownTimeoutMs: config.SHUTDOWN_TIMEOUT_MS,
    shutdownDrainDelayMs: config.SHUTDOWN_DRAIN_DELAY_MS ?? (production ? 5_000 : 0),
    rateLimitEnabled: config.RATE_LIMIT_ENABLED,
    rateLimitBypass: config.RATE_LIMIT_BYPASS_IPS,
    docsEnabled: config.DOCS_ENABLED,
    corsOrigins: config.CORS_ORIGINS,
    apiVersions: config.SUPPORTED_API_VERSIONS.map((name) => ({ name })),
    defaultApiVersion: config.DEFAULT_API_VERSION,
    production,
    version: config.SERVICE_VERSION,
    commit: config.GIT_COMMIT,
  };
}
