import { once } from 'node:events';
import { type IncomingMessage, request } from 'node:http';
import { type AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { AppError, type AuditEntry, AuthenticationError, createLogger, ManualClock, type Principal } from '@caas/runtime';
import { type StaffRole, type VerifiedToken } from '@caas/identity';
import { newId } from '@caas/schema';
import { type ConsoleRoute } from './http/console-route.js';
import { ConsoleServer } from './http/console-server.js';

const HOST = 'localhost:3030';
const HOUR_MS = 3_600_000;

interface Answer {
  readonly status: number;
  readonly text: string;
  readonly headers: Readonly<Record<string, unknown>>;
}

/** A console in this process whose tokens are the names of roles, and browsers that come to it. */
export class ConsoleBench {
  readonly clock = new ManualClock();
  readonly recorded: AuditEntry[] = [];
  readonly noted: AuditEntry[] = [];
  readonly logged: string[] = [];
  readonly revoked = new Set<string>();
  readonly server: ConsoleServer;

  constructor(routes: readonly ConsoleRoute[], { publicUrl }: { publicUrl?: URL } = {}) {
    const audit = {
      record: (entry: AuditEntry) => Promise.resolve(void this.recorded.push(entry)),
      note: (entry: AuditEntry) => void this.noted.push(entry),
    };
    const signIn = { verify: (text: string) => this.#verify(text), principalOf: (token: VerifiedToken) => this.#principalOf(token) };
    const logger = createLogger({
      service: 'spec',
      level: 'error',
      destination: { write: (line: string) => this.logged.push(line) },
    });
    this.server = new ConsoleServer({ routes, signIn, audit, clock: this.clock, logger, publicUrl });
  }

  close(): Promise<void> {
    return this.server.close();
  }

  browser(): Browser {
    return new Browser(this.server);
  }

  async signedIn(role: StaffRole): Promise<Browser> {
    const browser = this.browser();
    await browser.post('/sign-in', { token: role });
    return browser;
  }

  async #verify(text: string): Promise<VerifiedToken> {
    if (!text.startsWith('platform_'))
      throw new AuthenticationError('AUTH_TOKEN_SIGNATURE', 'The token was not signed by a key that is in force.');
    const claims = { actor: 'platform', sub: newId('adm'), roles: [text], env: 'live' } as const;
    const now = this.clock.now();
    return { claims, issuer: 'caas.io', audience: ['caas-api'], jti: newId('sess'), issuedAt: now, expiresAt: now + HOUR_MS };
  }

  async #principalOf({ claims: { sub, roles }, jti, expiresAt, issuedAt }: VerifiedToken): Promise<Principal> {
    const [role = ''] = roles;
    if (this.revoked.has(role)) throw new AuthenticationError('AUTH_TOKEN_REVOKED', 'The token was revoked.');
    const who = { actor: 'platform', authType: 'jwt', tenantId: null, appId: null, subjectId: sub, environment: 'live' } as const;
    return { ...who, roles, permissions: new Set(), issuedAt, expiresAt, tokenId: jti };
  }
}

/** Somebody's browser: keeps the cookie, and knows the token of forms once it has seen a page. */
export class Browser {
  readonly #server: ConsoleServer;
  cookie: string | undefined;

  constructor(server: ConsoleServer) {
    this.#server = server;
  }

  get(url: string, headers: Readonly<Record<string, string>> = {}): Promise<Answer> {
    return this.#send({ method: 'GET', url, headers });
  }

  /** As a page of the console sends it, but for what is given. */
  post(url: string, form: Readonly<Record<string, string>> = {}, headers: Readonly<Record<string, string>> = {}): Promise<Answer> {
    const own = { 'content-type': 'application/x-www-form-urlencoded', origin: `http://${HOST}`, 'sec-fetch-site': 'same-origin' };
    return this.#send({ method: 'POST', url, headers: { ...own, ...headers }, payload: new URLSearchParams(form).toString() });
  }

  /** Fills in a form of a page of this session. */
  async submit(url: string, form: Readonly<Record<string, string>> = {}): Promise<Answer> {
    return this.post(url, { ...form, _form: await this.formToken() });
  }

  async formToken(): Promise<string> {
    const { text } = await this.get('/nowhere');
    const token = /name="_form" value="([^"]+)"/.exec(text)?.[1];
    if (token === undefined) throw new AppError('SYS_INTERNAL', 'The page has no form of this session.');
    return token;
  }

  async #send({
    headers,
    payload,
    ...asked
  }: {
    method: 'GET' | 'POST';
    url: string;
    headers: Readonly<Record<string, string>>;
    payload?: string;
  }) {
    const cookie = this.cookie === undefined ? {} : { cookie: this.cookie };
    const { method, url: path } = asked;
    const sent = request({ port: await this.#port(), method, path, headers: { host: HOST, ...cookie, ...headers } });
    sent.end(payload);
    const [response] = (await once(sent, 'response')) as [IncomingMessage];
    const [set] = response.headers['set-cookie'] ?? [];
    if (set !== undefined) this.cookie = set.split(';')[0];
    return { status: response.statusCode ?? 0, text: await text(response), headers: response.headers };
  }

  /** Opens the console when somebody first comes. */
  async #port(): Promise<number> {
    const { app } = this.#server;
    if (!app.server.listening) await app.listen({ host: '127.0.0.1', port: 0 });
    return (app.server.address() as AddressInfo).port;
  }
}
