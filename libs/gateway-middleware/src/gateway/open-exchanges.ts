import { ValidationError } from '@caas/runtime';
import { type FastifyInstance, type FastifyReply, type FastifyRequest } from 'fastify';
import { type HttpMetrics, type RouteLabels } from '../observability/http-metrics.js';
import { type AccessAudit } from '../observability/access-audit.js';
import { type RequestLog } from '../observability/request-log.js';
import { Exchange } from '../pipeline/exchange.js';
import { type Step } from '../pipeline/run-steps.js';
import { type Deprecation } from '../versions/deprecation.js';
import { type RouteGate, type VersionGate } from '../versions/version-gate.js';
import { type Deadlines } from './deadlines.js';

declare module 'fastify' {
  interface FastifyContextConfig {
    /** Metrics of the route; probes and documentation have none and are not logged either. */
    labels?: RouteLabels;
    deprecated?: Deprecation;
    /** Queue of a route with a deadline of its own. */
    deadlines?: Set<Exchange>;
  }
}

/** Bytes of path and query. */
const URL_LENGTH_MAX = 8_192;

/** Status under which a request is counted whose caller left before there was an answer. */
const CALLER_LEFT = 499;

export interface ExchangeOptions {
  readonly metrics: HttpMetrics;
  readonly deadlines: Deadlines;
  /** Deadline of routes that do not have their own, milliseconds. */
  readonly timeoutMs: number;
  readonly fixedHeaders: Readonly<Record<string, string>>;
  readonly gate: Step;
  readonly versions: VersionGate;
  /** Refuses what must not come in plain text; absent outside of production. */
  readonly transport: Step | undefined;
  readonly log: RequestLog;
  /** Absent where there is no security trail. */
  readonly audit?: AccessAudit | undefined;
}

/**
 * Puts the first hook in front of every route, known or not: accounting, request id and fixed headers, the drain gate. Call it before
 * routes are added. Each route gets a hook with its labels and queue settled, because asking a request for its route's options costs more
 * than the hook.
 */
export function openExchanges(app: FastifyInstance, options: ExchangeOptions): void {
  app.decorateRequest('exchange', null);
  app.addHook('onRoute', (route) => {
    const { labels, deadlines: queue, deprecated } = route.config ?? {};
    const versionGate = options.versions.of(route.url, deprecated);
    route.onRequest = [opener({ labels, queue, versionGate }, options), ...[route.onRequest ?? []].flat()];
  });
  app.addHook('onRequest', (request, reply, done) => {
    if (request.is404) opener({ labels: options.metrics.labelsOf(request.method, 'unmatched') }, options)(request, reply, done);
    else done();
  });
}

type Hook = (request: FastifyRequest, reply: FastifyReply, done: (error?: Error) => void) => void;

/** What is settled for a route before its first request. */
interface Opening {
  readonly labels?: RouteLabels | undefined;
  readonly queue?: Set<Exchange> | undefined;
  readonly versionGate?: RouteGate | undefined;
}

function opener({ labels, queue: own, versionGate }: Opening, options: ExchangeOptions): Hook {
  const { deadlines, gate, log, audit } = options;
  const queue = own ?? deadlines.queueOf(options.timeoutMs);
  const headers = versionGate === undefined ? options.fixedHeaders : { ...options.fixedHeaders, ...versionGate.headers };
  const transport = versionGate === undefined ? undefined : options.transport;
  return (request, reply, done) => {
    const exchange = new Exchange(request, reply, labels);
    request.exchange = exchange;
    reply.headers(headers);
    reply.header('x-request-id', request.id);
    deadlines.enter(queue, exchange);
    reply.raw.on('close', () => {
      deadlines.leave(queue, exchange);
      settle(exchange, log);
      audit?.ended(exchange);
      versionGate?.note?.(exchange);
    });
    try {
      if ((request.raw.url ?? '').length > URL_LENGTH_MAX) throw uriTooLong();
      void gate(exchange);
      void transport?.(exchange);
      versionGate?.check(exchange);
    } catch (error) {
      done(error as Error);
      return;
    }
    done();
  };
}

function uriTooLong(): ValidationError {
  return new ValidationError([], { code: 'VAL_URI_TOO_LONG', message: `The URL exceeds ${URL_LENGTH_MAX} bytes.` });
}

/** Counts and logs a request once its answer is out or its caller is gone. */
function settle(exchange: Exchange, log: RequestLog): void {
  const { reply, request, labels } = exchange;
  const aborted = !reply.raw.writableFinished;
  if (aborted) exchange.abandon();
  if (labels === undefined) return;
  const durationMs = performance.now() - exchange.startedAt;
  const status = aborted && !reply.sent ? CALLER_LEFT : reply.statusCode;
  const responseBytes = Number(reply.getHeader('content-length') ?? 0);
  const counts = labels.ofStatus(status);
  counts.total.inc();
  counts.seconds.observe(durationMs / 1000);
  const requestBytes = request.raw.headers['content-length'];
  if (requestBytes !== undefined) labels.requestBytes.observe(Number(requestBytes));
  labels.responseBytes.observe(responseBytes);
  log.write(exchange, { route: labels.route, status, durationMs, responseBytes, aborted });
}
