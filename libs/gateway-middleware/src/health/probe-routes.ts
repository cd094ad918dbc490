import { type HealthRegistry, liveness, readiness } from '@caas/runtime';
import { type FastifyInstance } from 'fastify';

/** `/health` and `/ready` on the public port, for balancers and orchestrators. Everything else is on the port for operators. */
export function probeRoutes(app: FastifyInstance, health: HealthRegistry): void {
  app.get('/health', (_request, reply) => {
    const { status, body } = liveness(health);
    reply.code(status).send(body);
  });
  app.get('/ready', async (_request, reply) => {
    const { status, body } = await readiness(health);
    return reply.code(status).send(body);
  });
}
