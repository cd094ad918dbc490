import { connect, type Socket } from 'node:net';

/** What came back from a load. */
export interface LoadResult {
  readonly answers: number;
  readonly seconds: number;
  /** Milliseconds from the moment a request was due until its answer. */
  readonly latenciesMs: readonly number[];
  /** Requests that were refused for load; they are no answers. */
  readonly refused: number;
}

export interface Target {
  readonly host: string;
  readonly port: number;
}

/** The bytes of one HTTP/1.1 request; made once, sent often: the load generator shares the machine with what it measures. */
export function requestBytes(
  method: string,
  path: string,
  { headers = {}, body }: { headers?: Record<string, string>; body?: object } = {},
): Buffer {
  const text = body === undefined ? '' : JSON.stringify(body);
  const all = {
    host: 'bench',
    ...headers,
    ...(body === undefined ? {} : { 'content-type': 'application/json', 'content-length': String(Buffer.byteLength(text)) }),
  };
  const lines = Object.entries(all).map(([name, value]) => `${name}: ${value}\r\n`);
  return Buffer.from(`${method} ${path} HTTP/1.1\r\n${lines.join('')}\r\n${text}`);
}

/** One keep-alive connection with one request under way. */
export class HttpConnection {
  readonly #socket: Socket;
  #received = '';
  #settle: { resolve: (answer: HttpAnswer) => void; reject: (error: Error) => void } | undefined;

  private constructor(socket: Socket) {
    this.#socket = socket.setNoDelay(true).setEncoding('latin1');
    socket.on('data', (text: string) => this.#take(text));
    socket.on('error', (error) => this.#settle?.reject(error));
    socket.on('close', () => this.#settle?.reject(new Error('the server closed the connection')));
  }

  static open({ host, port }: Target): Promise<HttpConnection> {
    return new Promise((resolve, reject) => {
      const socket = connect(port, host, () => resolve(new HttpConnection(socket)));
      socket.once('error', reject);
    });
  }

  send(request: Buffer): Promise<HttpAnswer> {
    return new Promise((resolve, reject) => {
      this.#settle = { resolve, reject };
      this.#socket.write(request);
    });
  }

  close(): void {
    this.#settle = undefined;
    this.#socket.destroy();
  }

  #take(text: string): void {
    this.#received = this.#received === '' ? text : this.#received + text;
    const end = this.#received.indexOf('\r\n\r\n');
    if (end < 0) return;
    const length = Number(/content-length: (\d+)/i.exec(this.#received)?.[1] ?? 0);
    if (this.#received.length < end + 4 + length) return;
    const answer = { status: Number(this.#received.slice(9, 12)), body: this.#received.slice(end + 4, end + 4 + length) };
    this.#received = '';
    const settle = this.#settle;
    this.#settle = undefined;
    settle?.resolve(answer);
  }
}

/** A server that protects itself. */
const REFUSALS: ReadonlySet<number> = new Set([429, 503]);

export interface HttpAnswer {
  readonly status: number;
  readonly body: string;
}

/** Throws for anything but 2xx: a load that is refused measures nothing. */
export function requireOk({ status, body }: HttpAnswer): void {
  if (status < 200 || status > 299) throw new Error(`answered ${status}: ${body.slice(0, 500)}`);
}

/** As fast as the server answers: `connections` of them, each with one request under way, for so many seconds or until `total` answers. */
export async function closedLoop(
  target: Target,
  requests: readonly Buffer[],
  { connections, seconds = Infinity, total = Infinity }: { connections: number; seconds?: number; total?: number },
): Promise<LoadResult> {
  const latenciesMs: number[] = [];
  const open = await Promise.all(Array.from({ length: connections }, () => HttpConnection.open(target)));
  let next = 0;
  const started = performance.now();
  const end = started + seconds * 1_000;
  try {
    await Promise.all(
      open.map(async (connection) => {
        let sent = started;
        for (let index = next++; index < total && sent < end; index = next++) {
          requireOk(await connection.send(pick(requests, index)));
          const answered = performance.now();
          latenciesMs.push(answered - sent);
          sent = answered;
        }
      }),
    );
    return { answers: latenciesMs.length, seconds: (performance.now() - started) / 1_000, latenciesMs, refused: 0 };
  } finally {
    for (const connection of open) connection.close();
  }
}

/** Answers after which a server of some size runs compiled code only, and the longest wait for them. */
const WARM = { total: 50_000, seconds: 30 };

/** Loads a server until it is warm. Rounds of some seconds alone do not do it on a busy machine. */
export async function warmUp(target: Target, requests: readonly Buffer[], connections: number): Promise<void> {
  await closedLoop(target, requests, { connections, ...WARM });
}

/**
 * At a fixed rate, whatever the server does: a request that finds no free connection waits, and its latency counts from when it was due.
 * `onAnswer` sees every answer. With `mayRefuse` a server may answer 429 and 503, which are counted apart; else such an answer ends the load.
 */
export async function openLoop(
  target: Target,
  requests: readonly Buffer[],
  options: {
    perSecond: number;
    seconds: number;
    connections: number;
    mayRefuse?: boolean;
    onAnswer?: (answer: HttpAnswer, index: number) => void;
  },
): Promise<LoadResult> {
  const { perSecond, seconds, connections } = options;
  const latenciesMs: number[] = [];
  const total = Math.round(perSecond * seconds);
  const open = await Promise.all(Array.from({ length: connections }, () => HttpConnection.open(target)));
  const started = performance.now();
  let [next, refused] = [0, 0];
  try {
    await Promise.all(
      open.map(async (connection) => {
        for (let index = next++; index < total; index = next++) {
          const due = started + (index * 1_000) / perSecond;
          const early = due - performance.now();
          if (early > 0) await new Promise((resolve) => setTimeout(resolve, early));
          const answer = await connection.send(pick(requests, index));
          if (options.mayRefuse === true && REFUSALS.has(answer.status)) {
            refused += 1;
            continue;
          }
          latenciesMs.push(performance.now() - due);
          requireOk(answer);
          options.onAnswer?.(answer, index);
        }
      }),
    );
    return { answers: latenciesMs.length, seconds: (performance.now() - started) / 1_000, latenciesMs, refused };
  } finally {
    for (const connection of open) connection.close();
  }
}

function pick(requests: readonly Buffer[], index: number): Buffer {
  const request = requests[index % requests.length];
  if (request === undefined) throw new RangeError('there is no request to send');
  return request;
}
