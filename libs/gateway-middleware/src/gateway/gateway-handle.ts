import { type HealthRegistry, type Logger, type ProbeServer } from '@caas/runtime';
import { type FastifyInstance } from 'fastify';
import { type DrainState } from '../pipeline/drain-gate.js';
import { type Deadlines } from './deadlines.js';
import { type Gateway, type GatewayConfig } from './gateway-options.js';
import { inMemoryRequest } from './in-memory-request.js';

interface GatewayParts {
  readonly app: FastifyInstance;
  readonly probes: ProbeServer;
  readonly config: GatewayConfig;
  readonly state: DrainState;
  readonly deadlines: Deadlines;
  readonly document: () => Readonly<Record<string, unknown>>;
  readonly health: HealthRegistry;
  readonly logger: Logger;
}

/** The gateway as its owner holds it: listens, closes gracefully, takes requests in process. */
export function gatewayHandle(parts: GatewayParts): Gateway {
  let closed: Promise<{ aborted: number }> | undefined;
  return {
    listen: () => listen(parts),
    close: () => (closed ??= close(parts)),
    inject: (request) => inMemoryRequest(parts.app.server, request),
    injectMetrics: (request) => inMemoryRequest(parts.probes.server, request),
    get openapi() {
      return parts.document();
    },
  };
}

async function listen({ app, probes, config }: GatewayParts): Promise<{ url: string; metricsUrl: string }> {
  const metricsUrl = await probes.listen();
  try {
    return { url: await app.listen({ host: config.host, port: config.port }), metricsUrl };
  } catch (error) {
    await probes.close();
    throw error;
  }
}

async function close({ app, probes, config, state, deadlines, health, logger }: GatewayParts): Promise<{ aborted: number }> {
  health.startDraining();
  state.draining = true;
  if (config.shutdownDrainDelayMs > 0) await new Promise((resolve) => setTimeout(resolve, config.shutdownDrainDelayMs));
  state.closing = true;
  deadlines.endConnections();
  let aborted = 0;
  const forced = setTimeout(() => {
    aborted = deadlines.cutOff();
    logger.warn({ aborted }, 'open requests were cut off');
    setImmediate(() => app.server.closeAllConnections());
  }, config.shutdownTimeoutMs);
  await app.close();
  clearTimeout(forced);
  deadlines.stop();
  await probes.close();
  return { aborted };
}
