import { randomBytes } from 'node:crypto';
import createClient, { type Client } from 'openapi-fetch';
import { type paths } from './api-types.fixture.js';

export interface ApiResponse<Body = Record<string, unknown>> {
  readonly status: number;
  readonly headers: Headers;
  readonly body: Body;
}

export interface SpecUser {
  readonly user_id: string;
  readonly external_id: string;
}

export interface SpecMessage {
  readonly message_id: string;
  readonly conversation_id: string;
  readonly sequence: number | null;
  readonly status: string;
  readonly client_message_id: string | null;
  readonly content: { readonly text: string };
  readonly sender: { readonly user_id: string };
}

export interface ListPage<Item> {
  readonly data: readonly Item[];
  readonly page: {
    readonly limit: number;
    readonly has_more: boolean;
    readonly next_cursor: string | null;
    readonly prev_cursor: string | null;
  };
}

/** What the typed client answers. */
interface TypedAnswer<Body> {
  readonly data?: Body;
  readonly error?: unknown;
  readonly response: Response;
}

/** The API over HTTP, as a tenant's server uses it: typed by its own OpenAPI document, or by {@link call} with requests that no type allows. */
export class ApiClient {
  /** Paths, parameters, bodies and answers are those of the document; the compiler refuses others. */
  readonly typed: Client<paths>;

  constructor(
    readonly url: string,
    readonly headers: Readonly<Record<string, string>>,
  ) {
    this.typed = createClient<paths>({ baseUrl: url, headers });
  }

  /** The same client on behalf of a user. */
  as(user: SpecUser): ApiClient {
    return new ApiClient(this.url, { ...this.headers, 'x-act-as-user': user.user_id });
  }

  /** The same client at another gateway. */
  at(url: string): ApiClient {
    return new ApiClient(url, this.headers);
  }

  async call<Body = Record<string, unknown>>(
    method: string,
    path: string,
    { body, headers = {}, raw }: { body?: unknown; headers?: Record<string, string>; raw?: string } = {},
  ): Promise<ApiResponse<Body>> {
    const text = raw ?? (body === undefined ? undefined : JSON.stringify(body));
    const response = await fetch(this.url + path, {
      method,
      headers: { ...this.headers, ...(text === undefined ? {} : { 'content-type': 'application/json' }), ...headers },
      ...(text === undefined ? {} : { body: text }),
    });
    const answer = await response.text();
    return { status: response.status, headers: response.headers, body: (answer === '' ? undefined : JSON.parse(answer)) as Body };
  }

  async user(displayName = 'Somebody'): Promise<SpecUser> {
    const external_id = `x-${randomBytes(6).toString('hex')}`;
    return expectData(await this.typed.POST('/v1/users', { body: { external_id, display_name: displayName } }));
  }

  async conversation(...members: readonly SpecUser[]): Promise<string> {
    const body = { type: 'group', name: 'Spec', member_ids: members.map(({ user_id }) => user_id) } as const;
    return expectData(await this.typed.POST('/v1/conversations', { body })).conversation_id;
  }

  async send(
    conversationId: string,
    text: string,
    { clientMessageId, wait }: { clientMessageId?: string; wait?: number } = {},
  ): Promise<ApiResponse<SpecMessage>> {
    const { data, error, response } = await this.typed.POST('/v1/conversations/{conversation_id}/messages', {
      params: { path: { conversation_id: conversationId } },
      body: { type: 'text', content: { text }, ...(clientMessageId === undefined ? {} : { client_message_id: clientMessageId }) },
      headers: wait === undefined ? {} : { prefer: `wait=${wait}` },
    });
    return { status: response.status, headers: response.headers, body: (data ?? error) as unknown as SpecMessage };
  }

  /** Every stored message of a conversation in order, read page by page. */
  async history(conversationId: string): Promise<SpecMessage[]> {
    const all: SpecMessage[] = [];
    let cursor: string | null = null;
    do {
      const query: { order: 'asc'; limit: number; cursor?: string } = { order: 'asc', limit: 100, ...(cursor !== null && { cursor }) };
      const params = { path: { conversation_id: conversationId }, query };
      const { data, page } = expectData(await this.typed.GET('/v1/conversations/{conversation_id}/messages', { params }));
      all.push(...(data as unknown as SpecMessage[]));
      cursor = page.next_cursor;
    } while (cursor !== null);
    return all;
  }
}

/** The body of a success. Fails with the problem document of anything else. */
export function expectData<Body>({ data, error, response }: TypedAnswer<Body>): Body {
  if (data === undefined) throw new Error(`answered ${response.status}: ${JSON.stringify(error)}`);
  return data;
}

/** Fails with the problem document when the status is another one. */
export function expectStatus<Body>(response: ApiResponse<Body>, status: number): ApiResponse<Body> {
  if (response.status !== status) throw new Error(`expected ${status}, got ${response.status}: ${JSON.stringify(response.body)}`);
  return response;
}
