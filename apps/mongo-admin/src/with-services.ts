import { connectServices, type Services } from '@caas/composition';
import { createLogger, HealthRegistry, Lifecycle, loadConfig, Metrics, serviceRules, type TokenMaterial } from '@caas/runtime';
import { tenancyPorts } from '@caas/tenancy';
import { ADMIN_CONFIG } from './admin-config.js';
import { modules } from '@caas/modules';

/** Connects, runs one command and closes everything again, whatever becomes of the command. `tokens` are for commands that take access tokens. */
export async function withServices<Result>(
  command: (services: Services) => Promise<Result>,
  { tokens }: { tokens?: TokenMaterial } = {},
): Promise<Result> {
  const config = loadConfig(ADMIN_CONFIG, process.env, serviceRules);
  const level = process.env['LOG_LEVEL'] === undefined ? 'error' : config.LOG_LEVEL; // results go to stdout; logs to stderr, and only when asked for
  const logger = createLogger({
    service: 'mongo-admin',
    version: config.SERVICE_VERSION,
    env: config.NODE_ENV,
    level,
    destination: process.stderr,
  });
  const lifecycle = new Lifecycle({ logger });
  try {
    const services = await connectServices({
      ...tenancyPorts(),
      service: 'mongo-admin',
      config,
      modules,
      logger,
      metrics: new Metrics({ service: 'mongo-admin', defaults: false }),
      health: new HealthRegistry(),
      lifecycle,
      schemas: 'later',
      kafkaRequired: true,
      ...(tokens && { tokens }),
    });
    return await command(services);
  } finally {
    await lifecycle.stop('the command has ended');
  }
}
