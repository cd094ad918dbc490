import { type Authenticator, detailedHealth, type HealthRegistry, NotFoundError, type Principal, type ProbeDetails } from '@caas/runtime';
import { type FastifyInstance } from 'fastify';
import { type AuthMetrics } from '../observability/http-metrics.js';
import { authenticate } from '../pipeline/authenticate.js';
import { runSteps } from '../pipeline/run-steps.js';

/** Only the scope `admin:read`, and every console role, grants this. */
const NEEDED = 'tenant.settings.read';

/**
 * `/health/detailed` on the public port: for staff of the platform, and for tenants whose credential may read settings. To everybody else there is no such
 * path, whatever is wrong with their credential.
 */
export function detailedHealthRoute(
  app: FastifyInstance,
  parts: { health: HealthRegistry; details: ProbeDetails; authenticator: Authenticator; metrics: AuthMetrics },
): void {
  const steps = [authenticate(parts.authenticator, parts.metrics)];
  app.get('/health/detailed', (request, reply) => {
    const { exchange } = request;
    if (exchange === null) throw unknown();
    runSteps(steps, exchange, (error) => {
      if (error !== undefined || !mayRead(exchange.principal)) return void reply.send(unknown());
      detailedHealth(parts.health, parts.details).then(
        ({ status, body }) => reply.code(status).send(body),
        (failure: Error) => reply.send(failure),
      );
    });
  });
}

function mayRead(principal: Principal | undefined): boolean {
  if (principal === undefined) return false;
  if (principal.actor === 'platform') return true;
  return (principal.actor === 'admin' || principal.actor === 'key') && principal.permissions.has(NEEDED);
}

function unknown(): NotFoundError {
  return new NotFoundError('There is no such route.', { code: 'ROUTE_NOT_FOUND' });
}
