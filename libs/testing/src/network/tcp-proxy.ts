import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { type LinkState, ProxiedConnection } from './proxied-connection.js';
import { type ServerAddress, serverAddress } from './server-address.js';

const HOST = '127.0.0.1';

/**
 * A link to servers that fails on command. It listens on this machine, in this process, and sees the bytes of both ways. Either it stands in front of
 * one server ({@link to}), or clients open their connections by {@link openSocket} ({@link start}).
 */
export class TcpProxy {
  readonly #target: (ServerAddress & { readonly scheme?: string }) | undefined;
  /** Where connections of {@link openSocket} go, by their local port. */
  readonly #targets = new Map<number, ServerAddress>();
  readonly #connections = new Set<ProxiedConnection>();
  readonly #link: LinkState = { latencyMs: 0, held: false, onRequest: () => true, onAnswer: () => true };
  #server: Server | undefined;
  #port = 0;

  private constructor(target?: ServerAddress) {
    this.#target = target;
  }

  /** A proxy in front of the first server of a connection string, or of an address. */
  static async to(target: string | ServerAddress): Promise<TcpProxy> {
    const proxy = new TcpProxy(typeof target === 'string' ? serverAddress(target) : target);
    await proxy.restore();
    return proxy;
  }

  /** A proxy for clients that name their server with each connection, see {@link openSocket}. */
  static async start(): Promise<TcpProxy> {
    const proxy = new TcpProxy();
    await proxy.restore();
    return proxy;
  }

  get port(): number {
    return this.#port;
  }

  /** A connection string for exactly the server behind, without credentials. */
  get url(): string {
    const scheme = this.#target?.scheme ?? 'tcp';
    return `${scheme}://${HOST}:${this.#port}${scheme === 'mongodb' ? '/?directConnection=true' : ''}`;
  }

  /** A connection to that server through this proxy: for clients that take a function in place of `net.connect`. */
  readonly openSocket = ({ host, port }: ServerAddress): Socket => {
    const socket = connect({ host: HOST, port: this.#port });
    // Known before the server sees the connection: its local port is chosen by then.
    socket.once('connect', () => this.#targets.set(socket.localPort ?? 0, { host, port }));
    return socket;
  };

  /** Takes connections again after {@link cut}, on the same port, and holds nothing. */
  async restore(): Promise<void> {
    this.#link.held = false;
    if (this.#server !== undefined) return;
    const server = createServer({ pauseOnConnect: true }, (client) => this.#join(client));
    server.listen(this.#port, HOST);
    await once(server, 'listening');
    this.#server = server;
    this.#port = (server.address() as AddressInfo).port;
  }

  /** Ends all connections and refuses new ones. */
  async cut(): Promise<void> {
    const server = this.#server;
    this.#server = undefined;
    const closed = server && once(server, 'close');
    server?.close();
    for (const connection of this.#connections) connection.end();
    await closed;
  }

  /** Ends all connections; new ones work. */
  disconnect(): void {
    for (const connection of this.#connections) connection.end();
  }

  /** Keeps connections open, new ones too, and passes nothing on, as a frozen server or a paused machine does. */
  hold(): void {
    this.#link.held = true;
    for (const connection of this.#connections) connection.hold();
  }

  /** Passes on what was held. */
  release(): void {
    this.#link.held = false;
    for (const connection of this.#connections) connection.release();
  }

  /** Bytes of either way come so much later. */
  delay(latencyMs: number): void {
    this.#link.latencyMs = latencyMs;
  }

  /** Breaks every connection that is open now: bytes vanish, and neither end hears of a close. New connections work. */
  swallow(): void {
    for (const connection of this.#connections) connection.swallow();
  }

  /** Swallows the next answer that the caller recognises and ends its connection: the request was carried out, and nobody hears of it. */
  dropAnswer(recognise: (answer: Buffer) => boolean): Promise<void> {
    return new Promise((resolve) => {
      this.#link.onAnswer = (answer) => {
        if (!recognise(answer)) return true;
        this.#link.onAnswer = () => true;
        resolve();
        return false;
      };
    });
  }

  /** Ends the connection whose client sends the byte after so many more, counted over all connections: a request that arrives in part. */
  dropAfter(bytes: number): Promise<void> {
    let left = bytes;
    return new Promise((resolve) => {
      this.#link.onRequest = (request) => {
        left -= request.length;
        if (left >= 0) return true;
        this.#link.onRequest = () => true;
        resolve();
        return false;
      };
    });
  }

  /**
   * Answers requests in place of the server: those that `answer` has bytes for never get there. A request is what arrives at once, as small ones do. Until the
   * returned function is called.
   */
  answerFor(answer: (request: Buffer) => Buffer | undefined): () => void {
    this.#link.onRequest = (request) => answer(request) ?? true;
    return () => {
      this.#link.onRequest = () => true;
    };
  }

  async close(): Promise<void> {
    await this.cut();
  }

  #join(client: Socket): void {
    client.on('error', () => undefined); // before a connection looks after it
    if (this.#target !== undefined) return this.#connect(client, this.#target);
    // The connecting side notes its target when its own event comes, at the latest with its first byte.
    setImmediate(() => {
      const target = this.#targets.get(client.remotePort ?? 0);
      if (target === undefined) client.destroy();
      else this.#connect(client, target);
    });
  }

  #connect(client: Socket, { host, port }: ServerAddress): void {
    const connection: ProxiedConnection = new ProxiedConnection(client, connect({ host, port }), {
      link: this.#link,
      onEnd: () => this.#connections.delete(connection),
    });
    this.#connections.add(connection);
  }
}
