import { randomBytes } from 'node:crypto';
import { Agent, request as httpRequest } from 'node:http';
import { text } from 'node:stream/consumers';
import { type Services } from '@caas/composition';
import { type RouteDefinition } from '@caas/gateway-middleware';
import { modules } from '@caas/modules';
import { loadConfig } from '@caas/runtime';
import { serverVariables, stack, type StackFile } from '@caas/testing/stack';
import { connectGateway, type ConnectedGateway } from '../app.js';
import { GATEWAY_CONFIG, gatewayRules } from '../gateway-config.js';

export interface LiveRequest {
  readonly method: string;
  /** As it goes over the wire: nothing is normalized. */
  readonly path: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** Text as it is, anything else as JSON. */
  readonly body?: unknown;
}

export interface LiveAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly text: string;
  /** Parsed; `undefined` without a body. */
  readonly body: Record<string, unknown> | undefined;
}

/** Peers that the gateway takes for a proxy, and that no limit counts. */
const LOOPBACK = '127.0.0.1';

/** The gateway as it ships, in this process, on the servers of the stack, where its topics are put in place. It listens; requests go over sockets. */
export class LiveGateway {
  readonly #connected: ConnectedGateway;
  readonly #agent = new Agent({ keepAlive: true, maxSockets: 32 });
  readonly #url: URL;

  private constructor(connected: ConnectedGateway, url: string) {
    this.#connected = connected;
    this.#url = new URL(url);
  }

  /** `env` takes the place of variables. Addresses in `x-forwarded-for` are believed; without it a request is not counted. */
  static async open(env: Readonly<Record<string, string>> = {}): Promise<LiveGateway> {
    const connected = await connectGateway(loadConfig(GATEWAY_CONFIG, { ...environmentOf(stack()), ...env }, gatewayRules));
    try {
      const { kafka, mongo } = connected.services;
      await mongo.ensure();
      await kafka.topics.apply(modules.topics);
      await kafka.schemas.registerAll(modules.topics);
      await connected.lifecycle.start();
      return new LiveGateway(connected, (await connected.gateway.listen()).url);
    } catch (error) {
      await connected.lifecycle.stop('start failed');
      throw error;
    }
  }

  get routes(): readonly RouteDefinition[] {
    return this.#connected.routes;
  }
  get services(): Services {
    return this.#connected.services;
  }
  get document(): Readonly<Record<string, unknown>> {
    return this.#connected.gateway.openapi;
  }

  async call({ method, path, headers = {}, body }: LiveRequest): Promise<LiveAnswer> {
    const payload = typeof body === 'string' || body === undefined ? body : JSON.stringify(body);
    const { hostname, port } = this.#url;
    const outgoing = httpRequest({
      ...{ method, path, hostname, port, agent: this.#agent },
      headers: {
        ...(payload !== undefined && { 'content-type': 'application/json', 'content-length': String(Buffer.byteLength(payload)) }),
        ...headers,
      },
    });
    const answered = new Promise<LiveAnswer>((resolve, reject) => {
      outgoing.once('error', reject).once('response', (incoming) => {
        text(incoming).then((content) => {
          const isJson = (incoming.headers['content-type'] ?? '').includes('json') && content !== '';
          const parsed = isJson ? (JSON.parse(content) as Record<string, unknown>) : undefined;
          resolve({ status: incoming.statusCode ?? 0, headers: incoming.headers, text: content, body: parsed });
        }, reject);
      });
    });
    outgoing.end(payload);
    return answered;
  }

  async close(): Promise<void> {
    this.#agent.destroy();
    await this.#connected.gateway.close();
    await this.#connected.lifecycle.stop('the spec has ended');
  }
}

/** How a gateway finds the stack, with secrets that nobody else has. */
function environmentOf(servers: StackFile): Record<string, string> {
  const secret = (): string => randomBytes(32).toString('base64');
  return {
    NODE_ENV: 'test',
    LOG_LEVEL: 'fatal',
    ...serverVariables(servers),
    MONGODB_DATABASE: 'spec_gateway', // what is left behind must be in nobody's way
    API_KEY_PEPPER: `k1:${secret()}`,
    SECRET_ENCRYPTION_KEY: secret(),
    HOST: LOOPBACK,
    PORT: '0',
    METRICS_HOST: LOOPBACK,
    METRICS_PORT: '0',
    TRUST_PROXY: LOOPBACK,
    RATE_LIMIT_BYPASS_IPS: LOOPBACK,
  };
}
