import { ProbeServer } from '@caas/runtime';
import { drainGate, type DrainState } from '../pipeline/drain-gate.js';
import { KnownPaths } from '../errors/known-paths.js';
import { type ErrorAnswers } from '../errors/answer-errors.js';
import { fixedHeaders } from '../http/security-headers.js';
import { probeRoutes } from '../health/probe-routes.js';
import { AccessAudit } from '../observability/access-audit.js';
import { HttpMetrics } from '../observability/http-metrics.js';
import { RequestLog } from '../observability/request-log.js';
import { docsRoutes } from '../openapi/docs-routes.js';
import { jwksRoute } from '../openapi/jwks-route.js';
import { openApiDocument } from '../openapi/openapi-document.js';
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
  const state: DrainState = { draining: false, closing: false };
  const deadlines = new Deadlines();
  const metrics = new HttpMetrics(options.metrics, {
    inFlight: () => deadlines.count,
    connections: () => new Promise((resolve) => app.server.getConnections((_error, count) => resolve(count ?? 0))),
  });
  const errors: ErrorAnswers = {
    baseUrl: config.publicBaseUrl,
    paths: new KnownPaths(),
    fixedHeaders: fixedHeaders(config),
    countError: (code) => metrics.countError(code),
    ...(options.authFailures && { authFailures: options.authFailures }),
  };
  const document = (): Readonly<Record<string, unknown>> => openApiDocument(options.routes, config);

  const audit = options.audit === undefined ? undefined : new AccessAudit(options.audit);
  const app = publicApp(config, errors);
  openExchanges(app, {
    metrics,
    deadlines,
    timeoutMs: config.requestTimeoutMs,
    fixedHeaders: errors.fixedHeaders,
    gate: drainGate(state),
    log: new RequestLog(options.logger, { sampleEvery: config.logSampleEvery, slowMs: config.slowRequestMs }),
    audit,
  });
  app.addHook('onRoute', ({ method, url }) => [method].flat().forEach((name) => errors.paths.add(name, url)));
  probeRoutes(app, options.health);
  if (config.docsEnabled) docsRoutes(app, document);
  if (options.jwks !== undefined) jwksRoute(app, options.jwks);
  registerRoutes(app, options.routes, {
    ports: options,
    rateLimitEnabled: config.rateLimitEnabled,
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
    details: {
      version: config.version,
      commit: config.commit,
      inFlight: () => deadlines.count,
      capabilities: options.capabilities ?? (() => []),
    },
  });
  await app.ready();
  return gatewayHandle({ app, probes, config, state, deadlines, document, health: options.health, logger: options.logger });
}
