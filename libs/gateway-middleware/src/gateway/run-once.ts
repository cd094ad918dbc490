import { createHash } from 'node:crypto';
import {
  AppError,
  ConflictError,
  type IdempotencyClaim,
  type IdempotencyStore,
  InternalError,
  type Logger,
  type RecordedAnswer,
  ValidationError,
} from '@caas/runtime';
import { PROBLEM_CONTENT_TYPE, renderProblem } from '../errors/problem.js';
import { type IdempotencyMetrics } from '../observability/http-metrics.js';
import { type Exchange } from '../pipeline/exchange.js';
import { type AnyRouteReply, type RouteDefinition } from '../routes/define-route.js';
import { JSON_CONTENT_TYPE, type SendReply, serialized } from './send-reply.js';

/** 1 to 255 printable characters, bare or as a quoted string. */
const KEY_FORM = /^(?:"([\x21\x23-\x7e]{1,255})"|([\x21\x23-\x7e]{1,255}))$/;

/** Headers of an answer that a repeat gets as well. */
const KEPT_HEADERS = ['location', 'etag', 'link', 'preference-applied'] as const;

/** Milliseconds beyond the deadline of the request for which its key stays taken. */
const LOCK_MARGIN_MS = 30_000;

export interface RunOnceOptions {
  readonly store: IdempotencyStore;
  readonly metrics: IdempotencyMetrics;
  readonly logger: Logger;
  /** Deadline of a request, milliseconds. */
  readonly timeoutMs: number;
  readonly problemBaseUrl: string;
}

/** What runs a request that carries an `Idempotency-Key`. */
export interface Run {
  readonly call: () => AnyRouteReply | Promise<AnyRouteReply>;
  readonly send: SendReply;
}

/**
 * Runs a request at most once for its `Idempotency-Key`: a repeat gets the answer that was kept. The answer is kept before it is sent, so that a caller who
 * was answered always meets it; answers of 5xx and 429 are not kept. A handler that outlives its deadline, or its caller, keeps its answer for the repeat.
 */
export class RunOnce {
  readonly #route: RouteDefinition;
  readonly #options: RunOnceOptions;

  constructor(route: RouteDefinition, options: RunOnceOptions) {
    this.#route = route;
    this.#options = options;
  }

  /** Rejects with what answers the request when it failed, was used for another body, or is being worked on. */
  async run(exchange: Exchange, { call, send }: Run): Promise<void> {
    const key = keyOf(exchange.header('idempotency-key'));
    const claim = await this.#options.store.claim({
      scope: scopeOf(exchange, this.#route, key),
      tenantId: exchange.tenant?.tenantId ?? null,
      bodyHash: digest([queryOf(exchange), exchange.bodyText ?? '']),
      lockMs: this.#options.timeoutMs + LOCK_MARGIN_MS,
    });
    this.#options.metrics(claim.outcome);
    if (claim.outcome === 'claimed') return this.#runClaimed(claim, exchange, { call, send });
    if (claim.outcome === 'replay') return replay(exchange, claim.answer);
    throw claim.outcome === 'in_progress' ? inProgress() : reused();
  }

  async #runClaimed(claim: Extract<IdempotencyClaim, { outcome: 'claimed' }>, exchange: Exchange, { call, send }: Run): Promise<void> {
    let result: AnyRouteReply;
    try {
      result = await call();
    } catch (error) {
      await this.#settle(claim, exchange, () => this.#problemAnswer(error, exchange));
      throw error;
    }
    await this.#settle(claim, exchange, () => this.#answerOf(exchange, result));
    if (!exchange.reply.sent) send(exchange, result);
  }

  /** The request had its effect: a store that fails now costs the repeat, not the answer. */
  async #settle(
    claim: Extract<IdempotencyClaim, { outcome: 'claimed' }>,
    exchange: Exchange,
    record: () => RecordedAnswer | undefined,
  ): Promise<void> {
    try {
      const answer = record();
      await (answer === undefined ? claim.release() : claim.complete(answer));
    } catch (error) {
      this.#options.logger.warn({ err: error, request_id: exchange.requestId }, 'an answer could not be kept for repeats');
    }
  }

  #answerOf({ reply }: Exchange, { status, body, headers }: AnyRouteReply): RecordedAnswer {
    const kept = Object.entries(headers ?? {}).filter(([name]) => (KEPT_HEADERS as readonly string[]).includes(name));
    const text = body === undefined || body === null ? null : withoutMembers(serialized(reply, status, body), this.#route.shownOnce);
    return {
      status,
      headers: { ...Object.fromEntries(kept), ...(text === null ? {} : { 'content-type': JSON_CONTENT_TYPE }) },
      body: text,
    };
  }

  /** `undefined` for failures that a repeat may not meet. */
  #problemAnswer(error: unknown, { requestId, request }: Exchange): RecordedAnswer | undefined {
    if (!(error instanceof AppError) || error.status >= 500 || error.status === 429) return undefined;
    const problem = renderProblem(error, {
      requestId,
      url: request.raw.url ?? '/',
      baseUrl: this.#options.problemBaseUrl,
      now: Date.now(),
    });
    return { status: error.status, headers: { 'content-type': PROBLEM_CONTENT_TYPE }, body: JSON.stringify(problem) };
  }
}

function keyOf(header: string | undefined): string {
  const [, quoted, bare] = KEY_FORM.exec(header ?? '') ?? [];
  const key = quoted ?? bare;
  if (key !== undefined) return key;
  throw new ValidationError(
    [{ field: '/headers/idempotency-key', code: 'format', message: 'must be 1 to 255 printable characters without spaces' }],
    { code: 'VAL_HEADER_INVALID' },
  );
}

/** Equal for repeats by the same caller to the same place, and for nothing else; the key itself is not kept. */
function scopeOf(exchange: Exchange, route: RouteDefinition, key: string): string {
  const { tenant, principal, actingUser, request } = exchange;
  if (principal === undefined && route.access.public !== true) throw new InternalError('A request is run once before its caller is known.');
  const path = (request.raw.url ?? '/').split('?', 1)[0];
  return digest([tenant?.tenantId ?? null, principal?.subjectId ?? null, actingUser?.userId ?? null, route.method, path, key]);
}

function queryOf({ request }: Exchange): string {
  const url = request.raw.url ?? '';
  const start = url.indexOf('?');
  return start === -1 ? '' : url.slice(start);
}

function digest(parts: readonly unknown[]): string {
  return createHash('sha256').update(JSON.stringify(parts)).digest('hex');
}

function withoutMembers(text: string, members: readonly string[]): string {
  if (members.length === 0) return text;
  return JSON.stringify(JSON.parse(text), (name, value: unknown) => (members.includes(name) ? undefined : value));
}

function replay({ reply }: Exchange, { status, headers, body }: RecordedAnswer): void {
  reply.code(status).headers(headers).header('idempotent-replayed', 'true');
  reply.send(body ?? undefined);
}

function inProgress(): ConflictError {
  return new ConflictError('A request with this Idempotency-Key is still being worked on.', {
    code: 'IDEM_IN_PROGRESS',
    details: { retryAfterSeconds: 1 },
  });
}

function reused(): AppError {
  return new AppError('IDEM_KEY_REUSED', 'This Idempotency-Key was used with another body. Use a new one for a new request.', {
    details: { issues: [{ field: '/headers/idempotency-key', code: 'reused', message: 'was used with another body' }] },
  });
}
