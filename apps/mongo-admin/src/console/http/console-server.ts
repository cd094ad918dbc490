import { type StaffSignIn } from '@caas/identity';
import { AppError, type AuditTrail, AuthenticationError, type Clock, type Logger } from '@caas/runtime';
import { fastify, type FastifyInstance, type FastifyReply, type FastifyRequest } from 'fastify';
import { auditActorOf, type Operator } from '../../operations/operator.js';
import { mayAct } from '../roles.js';
import { errorPage, refusalPage } from '../pages/refusals.js';
import { signInPage } from '../pages/sign-in.js';
import { FORM_TOKEN } from '../views/forms.js';
import { type Html } from '../views/html.js';
import { layout } from '../views/layout.js';
import { ASSETS } from './assets.js';
import { type ConsoleRoute, type Reply, type Visit } from './console-route.js';
import { isFromOwnPage, isOwnHost, ownPath } from './request-origin.js';
import { responseHeaders } from './response-headers.js';
import { isFormOf, Sessions } from './sessions.js';
import { type SignedIn, staffOf } from './signed-in.js';

export interface ConsoleServerOptions {
  readonly routes: readonly ConsoleRoute[];
  readonly signIn: Pick<StaffSignIn, 'verify' | 'principalOf'>;
  readonly audit: AuditTrail;
  readonly clock: Clock;
  readonly logger: Logger;
  /** Where browsers reach it when not on this machine; behind TLS. */
  readonly publicUrl?: URL | undefined;
}

const COOKIE = 'caas_console';
/** Sent by pages that look again by themselves. */
const LOOKS_AGAIN = 'x-looks-again';
const FORM_TYPE = 'application/x-www-form-urlencoded';
const CUT_AFTER_MS = 2_000;
const BODY_BYTES_MAX = 1_048_576;

/**
 * The console as an HTTP server. Whatever is not an asset or the door asks who comes, every time; every form has to come from a page of the session; and a route is
 * refused to roles below the one that it needs.
 */
export class ConsoleServer {
  readonly app: FastifyInstance;
  readonly #options: ConsoleServerOptions;
  readonly #sessions: Sessions;

  constructor(options: ConsoleServerOptions) {
    this.#options = options;
    this.#sessions = new Sessions(options);
    this.app = fastify({ bodyLimit: BODY_BYTES_MAX, logger: false, forceCloseConnections: 'idle' });
    this.app.removeAllContentTypeParsers();
    this.app.addContentTypeParser(FORM_TYPE, { parseAs: 'string' }, (_request, body, done) =>
      done(null, new URLSearchParams(String(body))),
    );
    this.#guard();
    this.#serveAssets();
    this.#serveDoor();
    for (const route of options.routes) this.#serve(route);
    this.app.setNotFoundHandler((request, reply) => this.#notFound(request, reply));
    this.app.setErrorHandler((error, request, reply) => this.#failed(error, request, reply));
  }

  /** Takes no more requests and lets those under way end. Browsers keep connections at hand that never carry one: they are cut after a moment. */
  async close(): Promise<void> {
    const cut = setTimeout(() => this.app.server.closeAllConnections(), CUT_AFTER_MS);
    await this.app.close();
    clearTimeout(cut);
  }

  #guard(): void {
    const headers = responseHeaders({ https: this.#options.publicUrl !== undefined });
    this.app.addHook('onRequest', async (request, reply) => {
      reply.headers(headers);
      if (!isOwnHost(request.headers.host, this.#options.publicUrl)) {
        return send(reply, 421, refusalPage('This is not the address of the console.'));
      }
    });
    this.app.addHook('preHandler', async (request, reply) => {
      if (request.method === 'POST' && !fromOwnPage(request)) return send(reply, 403, refusalPage('The form came from another site.'));
    });
  }

  #serveAssets(): void {
    for (const { path, type, content } of ASSETS) {
      this.app.get(path, (_request, reply) =>
        reply.type(type).header('cache-control', 'public, max-age=31536000, immutable').send(content),
      );
    }
  }

  #serveDoor(): void {
    this.app.get('/sign-in', (request, reply) => send(reply, 200, signInPage({ next: ownPath(queryOf(request).get('next')) })));
    this.app.post('/sign-in', (request, reply) => this.#signIn(request, reply));
    this.app.post('/sign-out', async (request, reply) => {
      const signedIn = await this.#signedIn(request);
      if (signedIn !== undefined && isFormOf(signedIn.session, formOf(request).get(FORM_TOKEN))) this.#sessions.close(signedIn.id);
      return reply.header('set-cookie', this.#cookie('', 0)).redirect('/sign-in', 303);
    });
  }

  async #signIn(request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> {
    const form = formOf(request);
    const next = ownPath(form.get('next'));
    try {
      const token = await this.#options.signIn.verify((form.get('token') ?? '').trim());
      const staff = staffOf(await this.#options.signIn.principalOf(token), request);
      await this.#options.audit.record(signInEntry(staff.operator));
      const seconds = Math.max(1, Math.floor((token.expiresAt - this.#options.clock.now()) / 1_000));
      return await reply.header('set-cookie', this.#cookie(this.#sessions.open(token), seconds)).redirect(next, 303);
    } catch (error) {
      if (!(error instanceof AuthenticationError)) throw error;
      this.#options.audit.note({ ...signInEntry({ id: 'unknown', ip: request.ip }), result: { status: 'denied', errorCode: error.code } });
      return send(reply, 401, signInPage({ next, problem: error.message }));
    }
  }

  #serve({ method, path, needs, handle }: ConsoleRoute): void {
    this.app.route({
      method,
      url: path,
      handler: async (request, reply) => {
        const signedIn = await this.#signedIn(request);
        if (signedIn === undefined) return this.#toTheDoor(request, reply);
        const { session, staff } = signedIn;
        if (!mayAct(staff.role, needs)) {
          this.#options.audit.note(refusalEntry(staff.operator, `${method} ${path}`));
          return this.#page(reply, { signedIn, request, answer: { ...refused(needs), status: 403 } });
        }
        if (method === 'POST' && !isFormOf(session, formOf(request).get(FORM_TOKEN))) {
          return this.#page(reply, { signedIn, request, answer: { ...STALE_FORM, status: 403 } });
        }
        const answer = await handle(visitOf(request, signedIn));
        return this.#answer(reply, { signedIn, request, answer });
      },
    });
  }

  #answer(reply: FastifyReply, { signedIn, request, answer }: Answering<Reply>): FastifyReply {
    if (!('goTo' in answer)) return this.#page(reply, { signedIn, request, answer });
    signedIn.session.notice = answer.notice;
    return reply.redirect(answer.goTo, 303);
  }

  #page(reply: FastifyReply, { signedIn, request, answer }: Answering<Exclude<Reply, { goTo: string }>>): FastifyReply {
    const { session, staff } = signedIn;
    const { notice, formToken } = session;
    session.notice = undefined;
    const frame = { path: pathOf(request), operatorId: staff.operator.id, role: staff.role, formToken, notice };
    return send(reply, answer.status ?? 200, layout(answer, frame));
  }

  #toTheDoor(request: FastifyRequest, reply: FastifyReply): FastifyReply {
    if (request.method !== 'GET')
      return send(reply, 401, signInPage({ next: '/', problem: 'Your session has ended. Sign in and do it again.' }));
    return reply.redirect(`/sign-in?${new URLSearchParams({ next: request.url }).toString()}`, 303);
  }

  /** Who comes, by the cookie; `undefined` for nobody, or for somebody whose token does not hold any more. */
  async #signedIn(request: FastifyRequest): Promise<SignedIn | undefined> {
    const id = cookieOf(request);
    const session = id === undefined ? undefined : this.#sessions.find(id, { isUse: request.headers[LOOKS_AGAIN] === undefined });
    if (id === undefined || session === undefined) return undefined;
    try {
      return { id, session, staff: staffOf(await this.#options.signIn.principalOf(session.token), request) };
    } catch (error) {
      if (!(error instanceof AuthenticationError)) throw error;
      this.#sessions.close(id);
      return undefined;
    }
  }

  async #notFound(request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> {
    const signedIn = await this.#signedIn(request);
    if (signedIn === undefined) return this.#toTheDoor(request, reply);
    return this.#page(reply, { signedIn, request, answer: { ...errorPage('There is no such page.'), status: 404 } });
  }

  async #failed(error: unknown, request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> {
    const known = error instanceof AppError && error.status < 500 ? error : undefined;
    const status = known?.status ?? clientErrorOf(error) ?? (error instanceof AppError ? error.status : 500);
    if (status >= 500) this.#options.logger.error({ err: error, path: pathOf(request) }, 'a page of the console failed');
    const text = known?.message ?? (status < 500 ? 'The request cannot be read.' : WENT_WRONG);
    const signedIn = await this.#signedIn(request).catch(() => undefined);
    if (signedIn === undefined) return send(reply, status, refusalPage(text));
    return this.#page(reply, { signedIn, request, answer: { ...errorPage(text), status } });
  }

  #cookie(value: string, seconds: number): string {
    const secure = this.#options.publicUrl === undefined ? '' : '; Secure';
    return `${COOKIE}=${value}; Path=/; HttpOnly; SameSite=Strict; Max-Age=${seconds}${secure}`;
  }
}

interface Answering<Answer> {
  readonly signedIn: SignedIn;
  readonly request: FastifyRequest;
  readonly answer: Answer;
}

const WENT_WRONG = 'Something that the console needs did not answer. What it was stands in its log.';
const STALE_FORM = errorPage('This form is not of your present session. Go back, load the page again and repeat it.');
const refused = (needs: string) => errorPage(`This needs the role ${needs.replace('platform_', '')}.`);

function send(reply: FastifyReply, status: number, page: Html): FastifyReply {
  return reply.code(status).type('text/html; charset=utf-8').send(page.text);
}

function visitOf(request: FastifyRequest, { session, staff }: SignedIn): Visit {
  return {
    ...staff,
    formToken: session.formToken,
    params: request.params as Record<string, string>,
    query: queryOf(request),
    form: formOf(request),
  };
}

const formOf = ({ body }: FastifyRequest): URLSearchParams => (body instanceof URLSearchParams ? body : new URLSearchParams());
const queryOf = ({ url }: FastifyRequest): URLSearchParams => new URLSearchParams(url.split('?')[1]);
const pathOf = ({ url }: FastifyRequest): string => url.split('?')[0] ?? '/';

function cookieOf({ headers: { cookie = '' } }: FastifyRequest): string | undefined {
  return new RegExp(`(?:^|;\\s*)${COOKIE}=([\\w-]{43})(?:;|$)`).exec(cookie)?.[1];
}

function fromOwnPage({ headers }: FastifyRequest): boolean {
  const site = headers['sec-fetch-site'];
  return isFromOwnPage({ origin: headers.origin, site: typeof site === 'string' ? site : undefined, host: headers.host ?? '' });
}

/** Fastify's own refusals: a body that is too large or of another type. */
function clientErrorOf(error: unknown): number | undefined {
  const status = (error as { statusCode?: unknown } | undefined)?.statusCode;
  return typeof status === 'number' && status >= 400 && status < 500 ? status : undefined;
}

function signInEntry(operator: Operator) {
  const action = { category: 'auth', type: 'login', name: 'auth.console_entered' } as const;
  return { tenantId: null, actor: auditActorOf(operator), action, target: { type: 'console' }, severity: 'medium' } as const;
}

function refusalEntry(operator: Operator, what: string) {
  const action = { category: 'security', type: 'deny', name: 'console.refused' } as const;
  const result = { status: 'denied', errorCode: 'AUTHZ_DENIED' } as const;
  const target = { type: 'console', identifier: what } as const;
  return { tenantId: null, actor: auditActorOf(operator), action, target, result, severity: 'medium' } as const;
}
