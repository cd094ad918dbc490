import { setTimeout as delay } from 'node:timers/promises';
import { Client } from 'undici';
import { DemoError } from './errors.js';

/** An answer of the gateway. */
export interface Answer<Body> {
  readonly status: number;
  readonly body: Body;
  /** Milliseconds the gateway asks to wait before the next try; 0 when it does not. */
  readonly retryAfterMs: number;
}

export interface CallOptions {
  readonly body?: object;
  /** The user on whose behalf the call is made. */
  readonly userId?: string;
}

/** Refusals that a later try may not meet: too many requests, and "not now". */
export const isRefusedForNow = ({ status }: { readonly status: number }): boolean => status === 429 || status === 503;

const TRIES_MAX = 30;
const RETRY_AFTER_MS = 1_000;
const SLOWEST_ANSWER_MS = 60_000;

/**
 * The API on one connection. Calls made without waiting for each other are pipelined, at most `pipelining` at a time: they reach the gateway
 * in the order in which they were made. Every call of the demo may be repeated, so all of them may share the connection.
 */
export class GatewayClient {
  readonly #client: Client;
  readonly #apiKey: string;

  constructor(options: { url: string; apiKey: string; pipelining: number }) {
    this.#client = new Client(options.url, { pipelining: options.pipelining, headersTimeout: SLOWEST_ANSWER_MS });
    this.#apiKey = options.apiKey;
  }

  /** One try. Throws {@link DemoError} when the gateway cannot be reached. */
  async once<Body>(method: 'GET' | 'POST', path: string, { body, userId }: CallOptions = {}): Promise<Answer<Body>> {
    const headers = {
      'x-api-key': this.#apiKey,
      ...(userId === undefined ? {} : { 'x-act-as-user': userId }),
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
    };
    const text = body === undefined ? null : JSON.stringify(body);
    try {
      const response = await this.#client.request({ method, path, headers, body: text, idempotent: true, blocking: false });
      const retryAfterMs = Number(response.headers['retry-after'] ?? 0) * 1_000;
      return { status: response.statusCode, body: (await response.body.json()) as Body, retryAfterMs };
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      throw new DemoError(`The gateway did not answer (${reason}). Does "npm start" still run?`, { cause: error });
    }
  }

  /** Tries until the gateway takes it, as it asks to. Throws {@link DemoError} for a status that is not among `expected`. */
  async call<Body>(method: 'GET' | 'POST', path: string, options: CallOptions & { expected: readonly number[] }): Promise<Answer<Body>> {
    for (let attempt = 1; ; attempt += 1) {
      const answer = await this.once<Body>(method, path, options);
      if (options.expected.includes(answer.status)) return answer;
      if (!isRefusedForNow(answer) || attempt === TRIES_MAX) throw unexpected(method, path, answer);
      await delay(answer.retryAfterMs || RETRY_AFTER_MS);
    }
  }

  close(): Promise<void> {
    return this.#client.destroy();
  }
}

/** What the gateway said about a call that should have worked. */
export function unexpected(method: string, path: string, { status, body }: Answer<unknown>): DemoError {
  return new DemoError(`${method} ${path} was answered ${status}: ${JSON.stringify(body)}`);
}
