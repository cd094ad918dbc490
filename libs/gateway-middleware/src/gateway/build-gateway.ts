import { AuthorizationError, ProbeServer, systemClock } from '@caas/runtime';
import { drainGate, type DrainState } from '../pipeline/drain-gate.js';
import { KnownPaths } from '../errors/known-paths.js';
import { type ErrorAnswers } from '../errors/answer-errors.js';
import { addressTest } from '../http/client-address.js';
import { fixedHeaders } from '../http/security-headers.js';
import { OriginPolicy } from '../http/origin-policy.js';
import { detailedHealthRoute } from '../health/detailed-health-route.js';
import { probeRoutes } from '../health/probe-routes.js';
import { AccessAudit } from '../observability/access-audit.js';
import { HttpMetrics } from '../observability/http-metrics.js';
import { RequestLog } from '../observability/request-log.js';
import { docsRoutes } from '../openapi/docs-routes.js';
import { jwksRoute } from '../openapi/jwks-route.js';
import { problemPages } from '../openapi/problem-pages.js';
import { openApiDocument } from '../openapi/openapi-document.js';
import { type Exchange } from '../pipeline/exchange.js';
import { ApiVersions, versionOfPath } from '../versions/api-versions.js';
import { VersionGate } from '../versions/version-gate.js';
import { checkRoutes } from '../routes/check-routes.js';
import { Deadlines } from './deadlines.js';
import { type Gateway, GATEWAY_DEFAULTS, type GatewayConfig, type GatewayOptions } from './gateway-options.js';
import { gatewayHandle } from './gateway-handle.js';
import { openExchanges } from './open-exchanges.js';
import { publicApp } from './public-app.js';
import { registerRoutes } from './register-routes.js';

/**
 * Builds the HTTP edge out of routes and ports. Nothing listens yet. Throws when routes clash, lack declared access or cannot be compiled:
 * such a process must not start.
 */
export async function buildGateway(options: GatewayOptions): Promise<Gateway> {
  const config: GatewayConfig = { ...GATEWAY_DEFAULTS, ...options.config };
  checkRoutes(options.routes);
  const versions = new ApiVersions(config.apiVersions, config.defaultApiVersion);
  const origins = new OriginPolicy({
    allowed: config.corsOrigins,
    publicBaseUrl: config.publicBaseUrl,
    applications: options.applications,
  });
  const routesOf = (version: string) => options.routes.filter(({ path }) => versionOfPath(path) === version);
  const state: DrainState = { draining: false, closing: false };
  const deadlines = new Deadlines();
  const metrics = new HttpMetrics(options.metrics, {
    inFlight: () => deadlines.count,
    connections: () => new Promise((resolve) => app.server.getConnections((_error, count) => resolve(count ?? 0))),
  });
  const errors: ErrorAnswers = {
    baseUrl: config.publicBaseUrl,
    paths: new KnownPaths(),
    versions,
    origins,
    fixedHeaders: fixedHeaders(config),
    countError: (code) => metrics.countError(code),
    ...(options.authFailures && { authFailures: options.authFailures }),
  };
  const document = (version: string): Readonly<Record<string, unknown>> => openApiDocument(routesOf(version), config);

  const audit = options.audit === undefined ? undefined : new AccessAudit(options.audit);
  const app = publicApp(config, errors);
  openExchanges(app, {
    metrics,
    deadlines,
    timeoutMs: config.requestTimeoutMs,
    fixedHeaders: errors.fixedHeaders,
    gate: drainGate(state),
    versions: versionGate({ config, versions, metrics, logger: options.logger }),
    transport: config.production ? requireHttps : undefined,
    log: new RequestLog(options.logger, { sampleEvery: config.logSampleEvery, slowMs: config.slowRequestMs }),
    audit,
  });
  app.addHook('onRoute', ({ method, url }) => [method].flat().forEach((name) => errors.paths.add(name, url)));
  const details = {
    version: config.version,
    commit: config.commit,
    inFlight: () => deadlines.count,
    capabilities: options.capabilities ?? (() => []),
  };
  probeRoutes(app, options.health);
  detailedHealthRoute(app, { health: options.health, details, authenticator: options.authenticator, metrics: metrics.auth });
  problemPages(app);
  if (config.docsEnabled) docsRoutes(app, { versions, document });
  if (options.jwks !== undefined) jwksRoute(app, options.jwks);
  registerRoutes(app, versions.names.flatMap(routesOf), {
    ports: options,
    rateLimitEnabled: config.rateLimitEnabled,
    bypasses: addressTest(config.rateLimitBypass),
    origins,
    metrics,
    audit,
    deadlines,
    runOnce: {
      store: options.idempotency,
      metrics: metrics.idempotency,
      logger: options.logger,
      timeoutMs: config.requestTimeoutMs,
      problemBaseUrl: config.publicBaseUrl,
    },
  });

  const probes = new ProbeServer({
    host: config.metricsHost,
    port: config.metricsPort,
    health: options.health,
    metrics: options.metrics,
    details,
  });
  await app.ready();
  return gatewayHandle({
    app,
    probes,
    config,
    state,
    deadlines,
    document: () => document(versions.fallback),
    health: options.health,
    logger: options.logger,
  });
}

function versionGate(parts: {
  config: GatewayConfig;
  versions: ApiVersions;
  metrics: HttpMetrics;
  logger: GatewayOptions['logger'];
}): VersionGate {
  const { config, versions, metrics, logger } = parts;
  const deprecations = new Map(
    config.apiVersions.flatMap(({ name, deprecated }) => (deprecated === undefined ? [] : [[name, deprecated] as const])),
  );
  return new VersionGate({ versions, deprecations, clock: systemClock, logger, count: metrics.deprecated });
}

/** Whoever sent a credential in plain text has to see it fail: a redirect would hide that it was exposed. */
function requireHttps({ request }: Exchange): void {
  if (request.protocol === 'https') return;
  throw new AuthorizationError('AUTH_INSECURE_TRANSPORT', 'This API is served over HTTPS only. Replace the credential that was sent.');
}
