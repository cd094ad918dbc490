import { type ConfigOf, createLogger, HealthRegistry, Lifecycle, type Logger, Metrics, type SERVICE_CONFIG } from '@caas/runtime';

/** What a process has before it is connected to anything. */
export interface ProcessParts<Config extends ConfigOf<typeof SERVICE_CONFIG>> {
  /** `gateway`, `worker`…: names the process in logs, connections and events. */
  readonly service: string;
  readonly config: Config;
  readonly logger: Logger;
  readonly metrics: Metrics;
  readonly health: HealthRegistry;
  readonly lifecycle: Lifecycle;
}

/** Logger, metrics, health and life cycle of a service that runs until it is told to stop. */
export function processParts<Config extends ConfigOf<typeof SERVICE_CONFIG>>(service: string, config: Config): ProcessParts<Config> {
  const identity = { service, version: config.SERVICE_VERSION };
  const logger = createLogger({ ...identity, env: config.NODE_ENV, level: config.LOG_LEVEL });
  return {
    service,
    config,
    logger,
    metrics: new Metrics({ ...identity, commit: config.GIT_COMMIT }),
    health: new HealthRegistry(),
    lifecycle: new Lifecycle({ logger, shutdownTimeoutMs: config.SHUTDOWN_TIMEOUT_MS }),
  };
}
