import { Agent } from 'undici';

/** An answer of a gateway. */
export interface Answer<Body = Record<string, unknown>> {
  readonly status: number;
  readonly body: Body;
}

export interface CallOptions {
  readonly body?: unknown;
  /** The user on whose behalf the call is made. */
  readonly userId?: string;
  readonly headers?: Readonly<Record<string, string>>;
}

/** Longer than anything a gateway may take. */
const ANSWER_WITHIN_MS = 45_000;

/** One tenant's way to the gateways: connections are kept open and shared by its senders. */
export class GatewayClient {
  readonly #agent = new Agent({ connections: 600, pipelining: 1, headersTimeout: ANSWER_WITHIN_MS, bodyTimeout: ANSWER_WITHIN_MS });
  readonly #apiKey: string;

  constructor(apiKey: string) {
    this.#apiKey = apiKey;
  }

  /** One try. Rejects when no answer came: what was asked for may or may not have happened. */
  async call<Body = Record<string, unknown>>(
    method: 'GET' | 'POST',
    url: string,
    { body, userId, headers = {} }: CallOptions = {},
  ): Promise<Answer<Body>> {
    const { origin, pathname, search } = new URL(url);
    const response = await this.#agent.request({
      origin,
      path: pathname + search,
      method,
      headers: {
        'x-api-key': this.#apiKey,
        ...(userId === undefined ? {} : { 'x-act-as-user': userId }),
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        ...headers,
      },
      body: body === undefined ? null : typeof body === 'string' ? body : JSON.stringify(body),
    });
    const text = await response.body.text();
    return { status: response.statusCode, body: (text === '' ? {} : JSON.parse(text)) as Body };
  }

  close(): Promise<void> {
    return this.#agent.destroy();
  }
}
