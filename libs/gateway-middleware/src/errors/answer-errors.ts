import { type AppError, type AuthFailureGuard, isPromise, NotFoundError, systemClock } from '@caas/runtime';
import { type FastifyInstance, type FastifyReply, type FastifyRequest } from 'fastify';
import { type Socket } from 'node:net';
import { STATUS_CODES } from 'node:http';
import { countFailure } from '../pipeline/guard-failures.js';
import { type OriginPolicy, preflightHeaders } from '../http/origin-policy.js';
import { quotaRefusalHeaders } from '../http/quota-headers.js';
import { newRequestId } from '../http/request-id.js';
import { type ApiVersions, versionOfPath } from '../versions/api-versions.js';
import { type KnownPaths } from './known-paths.js';
import { PROBLEM_CONTENT_TYPE, renderProblem } from './problem.js';
import { suggestRoutes } from './suggest-routes.js';
import { translateClientError, translateError } from './translate-error.js';

export interface ErrorAnswers {
  readonly baseUrl: string;
  readonly paths: KnownPaths;
  readonly versions: ApiVersions;
  readonly origins: OriginPolicy;
  readonly fixedHeaders: Readonly<Record<string, string>>;
  readonly countError: (code: string) => void;
  /** Told of each wrong credential. */
  readonly authFailures?: AuthFailureGuard;
}

/** Answers every error of an application in one form: thrown, from the framework, unknown route, wrong method. */
export function answerErrors(app: FastifyInstance, options: ErrorAnswers): void {
  app.setErrorHandler((error, request, reply) => sendProblem(translateError(error), { request, reply, options }));
  app.setNotFoundHandler((request, reply) => answerUnknown(request, reply, options));
}

/** Sends one problem document; the exchange remembers it for the log line. */
export function sendProblem(error: AppError, to: { request: FastifyRequest; reply: FastifyReply; options: ErrorAnswers }): void {
  const { request, reply, options } = to;
  const { exchange } = request;
  if (exchange !== null && exchange !== undefined) {
    exchange.error = error;
    if (options.authFailures !== undefined) countFailure(options.authFailures, exchange, error);
  }
  options.countError(error.code);
  const { status } = error;
  if (status === 401) reply.header('www-authenticate', challenge(request.raw.headers.authorization !== undefined));
  const { retryAfterSeconds } = error.details;
  if (status === 429 || status === 503 || retryAfterSeconds !== undefined)
    reply.header('retry-after', Math.max(1, Math.ceil(retryAfterSeconds ?? 1)));
  if (error.code === 'RATE_QUOTA_EXCEEDED') reply.headers(quotaRefusalHeaders(error.details));
  const problem = renderProblem(error, {
    requestId: request.id,
    url: request.originalUrl,
    baseUrl: options.baseUrl,
    now: systemClock.now(),
  });
  reply.code(status).header('content-type', PROBLEM_CONTENT_TYPE).serializer(JSON.stringify).send(problem);
}

/** RFC 9110, 11.6.1: names the scheme that would be accepted. */
function challenge(bearer: boolean): string {
  return bearer ? 'Bearer realm="caas", error="invalid_token"' : 'ApiKey realm="caas"';
}

/** 404 with likely routes, 405 with the methods that exist, or the answer to OPTIONS. */
function answerUnknown(request: FastifyRequest, reply: FastifyReply, options: ErrorAnswers): void {
  const path = (request.raw.url ?? '/').split('?', 1)[0] ?? '/';
  const methods = options.paths.methodsOf(path);
  if (methods.length === 0) {
    const version = versionOfPath(path);
    if (version !== undefined && !options.versions.names.includes(version)) {
      return sendProblem(options.versions.unsupported(), { request, reply, options });
    }
    const suggestions = suggestRoutes(path, options.paths.templates);
    const error = new NotFoundError('There is no such route.', {
      code: 'ROUTE_NOT_FOUND',
      details: suggestions.length === 0 ? {} : { suggestions },
    });
    return sendProblem(error, { request, reply, options });
  }
  reply.header('allow', [...methods, 'OPTIONS'].join(', '));
  if (request.method === 'OPTIONS') return answerOptions(request, reply, options.origins);
  sendProblem(new NotFoundError(`This route does not take ${request.method}.`, { code: 'ROUTE_METHOD_NOT_ALLOWED' }), {
    request,
    reply,
    options,
  });
}

/** Tells the methods; a preflight of a page that may call the API is told so. Nothing is counted. */
function answerOptions(request: FastifyRequest, reply: FastifyReply, origins: OriginPolicy): void {
  const { origin } = request.headers;
  const settle = (known: boolean): void => {
    if (known && origin !== undefined) reply.headers(preflightHeaders(origin));
    reply.code(204).send();
  };
  const isPreflight = origin !== undefined && request.headers['access-control-request-method'] !== undefined;
  const known = isPreflight && origins.isKnown(origin);
  if (isPromise(known)) void known.then(settle);
  else settle(known);
}

/** Answers bytes that never became a request (unreadable, too long, too slow) on the bare socket, and closes it. */
export function answerClientError(error: Error & { code?: string }, socket: Socket, options: ErrorAnswers): void {
  if (error.code === 'ECONNRESET' || !socket.writable) {
    socket.destroy();
    return;
  }
  const translated = translateClientError(error);
  options.countError(translated.code);
  const requestId = newRequestId();
  const body = JSON.stringify(renderProblem(translated, { requestId, url: '/', baseUrl: options.baseUrl, now: systemClock.now() }));
  const headers = {
    ...options.fixedHeaders,
    'x-request-id': requestId,
    'content-type': PROBLEM_CONTENT_TYPE,
    'content-length': String(Buffer.byteLength(body)),
    connection: 'close',
  };
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`);
  socket.end(`HTTP/1.1 ${translated.status} ${STATUS_CODES[translated.status] ?? ''}\r\n${lines.join('')}\r\n${body}`);
}
