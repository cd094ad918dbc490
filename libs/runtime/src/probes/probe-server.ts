import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { type AddressInfo } from 'node:net';
import { type HealthRegistry } from '../health/health-registry.js';
import { type Metrics } from '../metrics/metrics.js';
import { detailedHealth, liveness, type ProbeAnswer, type ProbeDetails, readiness } from './probes.js';

export interface ProbeServerOptions {
  readonly host: string;
  /** 0 lets the system choose. */
  readonly port: number;
  readonly health: HealthRegistry;
  readonly metrics: Metrics;
  readonly details: ProbeDetails;
}

/**
 * The listener for operators, on its own port: `/metrics`, `/health`, `/ready`, `/health/detailed`. Plain HTTP without a framework, because
 * every process has one and most have no other. Must never be published.
 */
export class ProbeServer {
  readonly #options: ProbeServerOptions;
  readonly #server: Server;

  constructor(options: ProbeServerOptions) {
    this.#options = options;
    this.#server = createServer((request, response) => void this.#respond(request, response));
  }

  /** The server itself, for requests made in process. */
  get server(): Server {
    return this.#server;
  }

  /** Resolves with the address. Rejects when the port is taken. */
  async listen(): Promise<string> {
    const { host, port } = this.#options;
    await new Promise<void>((resolve, reject) => {
      this.#server.once('error', reject);
      this.#server.listen(port, host, () => {
        this.#server.off('error', reject);
        resolve();
      });
    });
    const address = this.#server.address() as AddressInfo;
    return `http://${address.family === 'IPv6' ? `[${address.address}]` : address.address}:${address.port}`;
  }

  /** Repeatable, and safe when it never listened. */
  async close(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise<void>((resolve) => this.#server.close(() => resolve()));
  }

  async #respond(request: IncomingMessage, response: ServerResponse): Promise<void> {
    response.setHeader('cache-control', 'no-store');
    try {
      if (request.method !== 'GET' && request.method !== 'HEAD') return send(response, 405, { status: 'method not allowed' });
      const path = new URL(request.url ?? '/', 'http://localhost').pathname;
      if (path === '/metrics') return await this.#metrics(response);
      const answer = await this.#probe(path);
      if (answer === undefined) send(response, 404, { status: 'not found' });
      else send(response, answer.status, answer.body);
    } catch {
      send(response, 500, { status: 'error' });
    }
  }

  #probe(path: string): ProbeAnswer | Promise<ProbeAnswer> | undefined {
    const { health, details } = this.#options;
    if (path === '/health') return liveness(health);
    if (path === '/ready') return readiness(health);
    if (path === '/health/detailed') return detailedHealth(health, details);
    return undefined;
  }

  async #metrics(response: ServerResponse): Promise<void> {
    const { contentType, body } = await this.#options.metrics.render();
    response.setHeader('content-type', contentType).end(body);
  }
}

function send(response: ServerResponse, status: number, body: object): void {
  if (response.headersSent) return void response.end();
  response.statusCode = status;
  response.setHeader('content-type', 'application/json; charset=utf-8').end(JSON.stringify(body));
}
