import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { type AddressInfo } from 'node:net';

/** A message as it reached the gateway. */
export interface Arrival {
  readonly hash: string;
  readonly userId: string;
  /** Requests under way when this one arrived, itself among them. */
  readonly underWay: number;
}

/** Takes messages and answers what it is told to: the status of each arrival, 202 unless said otherwise. */
export class FakeGateway {
  readonly arrivals: Arrival[] = [];
  readonly accepted: string[] = [];
  readonly #server: Server;
  readonly #statusOf: (arrival: Arrival, position: number) => number;
  #underWay = 0;

  private constructor(statusOf: (arrival: Arrival, position: number) => number) {
    this.#statusOf = statusOf;
    this.#server = createServer((request, response) => void this.#take(request, response));
  }

  static async start(statusOf: (arrival: Arrival, position: number) => number = () => 202): Promise<FakeGateway> {
    const gateway = new FakeGateway(statusOf);
    gateway.#server.listen(0, '127.0.0.1');
    await once(gateway.#server, 'listening');
    return gateway;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  async stop(): Promise<void> {
    this.#server.closeAllConnections();
    this.#server.close();
    await once(this.#server, 'close');
  }

  async #take(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const underWay = ++this.#underWay;
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const { client_message_id: hash } = JSON.parse(Buffer.concat(chunks).toString('utf8')) as { client_message_id: string };
    const arrival = { hash, userId: String(request.headers['x-act-as-user']), underWay };
    const status = this.#statusOf(arrival, this.arrivals.push(arrival) - 1);
    if (status === 202) this.accepted.push(hash);
    setImmediate(() => {
      this.#underWay -= 1;
      response.writeHead(status, { 'content-type': 'application/json', 'retry-after': '0.001' }).end('{}');
    });
  }
}
