import {
  type ActingUser,
  type AppError,
  type Principal,
  type RateDecision,
  type RequestContext,
  type TenantContext,
  TimeoutError,
  UnavailableError,
} from '@caas/runtime';
import { type FastifyReply, type FastifyRequest } from 'fastify';
import { type IncomingHttpHeaders } from 'node:http';
import { traceIdOf } from '../http/request-id.js';
import { type RouteLabels } from '../observability/http-metrics.js';

declare module 'fastify' {
  interface FastifyRequest {
    /** Set by the first hook; absent only for requests that the router could not read. */
    exchange: Exchange | null;
  }
}

/** One request on its way: what the steps have found out so far, and how it ends. It is the request context of its handler. */
export class Exchange implements RequestContext {
  readonly startedAt = performance.now();
  readonly request: FastifyRequest;
  readonly reply: FastifyReply;
  /** Absent for requests that are neither measured nor logged. */
  readonly labels: RouteLabels | undefined;
  principal: Principal | undefined;
  tenant: TenantContext | undefined;
  actingUser: ActingUser | undefined;
  rate: RateDecision | undefined;
  /** What the request ended with, for the log line and the metrics. */
  error: AppError | undefined;
  /** The media type by version that the caller asked for; absent: plain JSON. */
  mediaType: string | undefined;
  /** The body as it came; kept for requests with an `Idempotency-Key` only. */
  bodyText: string | undefined;
  #abort: AbortController | undefined;
  #aborted: AppError | undefined;
  #traceId: string | undefined;

  constructor(request: FastifyRequest, reply: FastifyReply, labels: RouteLabels | undefined) {
    this.request = request;
    this.reply = reply;
    this.labels = labels;
  }

  get requestId(): string {
    return this.request.id;
  }

  /** Empty when the connection is gone already. */
  get ip(): string {
    return this.request.ip ?? '';
  }

  get userAgent(): string | undefined {
    return this.headers['user-agent'];
  }

  get route(): string | undefined {
    return this.labels?.route;
  }

  /** As received, without the query. */
  get path(): string {
    const url = this.request.raw.url ?? '';
    const query = url.indexOf('?');
    return query === -1 ? url : url.slice(0, query);
  }

  get headers(): IncomingHttpHeaders {
    return this.request.raw.headers;
  }

  get traceId(): string {
    return (this.#traceId ??= traceIdOf(this.headers['traceparent']));
  }

  /** A request header that may be sent once only; several are joined by Node and fail the reader's form check. */
  header(name: string): string | undefined {
    const value = this.headers[name];
    return Array.isArray(value) ? value.join(', ') : value;
  }

  /** Created when a handler asks for it: most never do. */
  get signal(): AbortSignal {
    this.#abort ??= new AbortController();
    if (this.#aborted !== undefined) this.#abort.abort(this.#aborted);
    return this.#abort.signal;
  }

  /** The deadline passed: stops the work and answers 504 unless the answer is under way. */
  expire(): void {
    this.#end(new TimeoutError('The request passed its deadline.'));
  }

  /** The process cannot wait any longer for this request. */
  cutOff(): void {
    this.#end(new UnavailableError('The process stopped before the request ended.', { code: 'SYS_SHUTTING_DOWN' }));
  }

  /** The caller went away: stops the work, there is nobody to answer. */
  abandon(): void {
    this.#stop(new TimeoutError('The caller closed the connection.'));
  }

  #end(error: AppError): void {
    this.#stop(error);
    if (!this.reply.sent) this.reply.send(error);
  }

  #stop(error: AppError): void {
    this.#aborted = error;
    this.#abort?.abort(error);
  }
}
