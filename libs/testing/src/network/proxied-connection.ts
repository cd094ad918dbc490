import { type Socket } from 'node:net';

/** What happens to the bytes of all connections of one proxy. */
export interface LinkState {
  /** Milliseconds that bytes of either way are late. */
  latencyMs: number;
  held: boolean;
  /** Sees what a client sent before it is passed on; false ends the connection in its place, and bytes are what the client is answered in place of the server. */
  onRequest: (bytes: Buffer) => boolean | Buffer;
  /** Sees what the server answered before it is passed on; false ends the connection in its place. */
  onAnswer: (bytes: Buffer) => boolean;
}

/** One connection through a proxy: two sockets whose bytes go from one to the other, as far as the state of the link lets them. */
export class ProxiedConnection {
  readonly #client: Socket;
  readonly #server: Socket;
  readonly #link: LinkState;
  #swallowed = false;

  constructor(client: Socket, server: Socket, options: { link: LinkState; onEnd: () => void }) {
    this.#client = client;
    this.#server = server;
    this.#link = options.link;
    this.#pass(client, server, (bytes) => this.#link.onRequest(bytes));
    this.#pass(server, client, (bytes) => this.#link.onAnswer(bytes));
    for (const socket of [client, server]) {
      socket.on('error', () => undefined); // its close follows
      socket.on('close', () => {
        if (this.#swallowed) return;
        this.end();
        options.onEnd();
      });
    }
    if (this.#link.held) this.hold();
    else client.resume();
  }

  hold(): void {
    for (const socket of [this.#client, this.#server]) socket.pause();
  }

  release(): void {
    for (const socket of [this.#client, this.#server]) socket.resume();
  }

  /** From now on bytes vanish, and neither end hears of the other's close: a link that died without a word. */
  swallow(): void {
    this.#swallowed = true;
    this.release();
  }

  end(): void {
    this.#client.destroy();
    this.#server.destroy();
  }

  #pass(from: Socket, to: Socket, look: (bytes: Buffer) => boolean | Buffer): void {
    let lastDue = 0;
    from.on('data', (bytes) => {
      if (this.#swallowed) return;
      const seen = look(bytes);
      if (seen === false) return this.end();
      if (seen !== true) return void from.write(seen);
      // Never before bytes that came earlier, also when the latency was lowered meanwhile.
      lastDue = Math.max(lastDue, performance.now() + this.#link.latencyMs);
      const waitMs = lastDue - performance.now();
      if (waitMs > 0) setTimeout(() => to.write(bytes), waitMs);
      else to.write(bytes);
    });
  }
}
