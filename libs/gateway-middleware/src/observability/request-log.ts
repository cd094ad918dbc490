import { type Logger } from '@caas/runtime';
import { type Exchange } from '../pipeline/exchange.js';

export interface RequestLogOptions {
  /** One of so many successes is written; 0 none. */
  readonly sampleEvery: number;
  readonly slowMs: number;
}

/** How a request ended. */
export interface Ending {
  /** Template of the route. */
  readonly route: string;
  readonly status: number;
  readonly durationMs: number;
  readonly responseBytes: number;
  /** The caller closed the connection before the answer was out. */
  readonly aborted: boolean;
}

/** Writes at most one line per request: every failure, every slow one, a sample of the rest. */
export class RequestLog {
  readonly #logger: Logger;
  readonly #options: RequestLogOptions;
  #successes = 0;

  constructor(logger: Logger, options: RequestLogOptions) {
    this.#logger = logger;
    this.#options = options;
  }

  write(exchange: Exchange, ending: Ending): void {
    if (ending.status >= 500) this.#logger.error(fields(exchange, ending), 'request failed');
    else if (ending.durationMs > this.#options.slowMs) this.#logger.warn(fields(exchange, ending), 'request was slow');
    else if (ending.status >= 400 || ending.aborted) this.#logger.info(fields(exchange, ending), 'request refused');
    else if (this.#sampled()) this.#logger.info(fields(exchange, ending), 'request');
  }

  #sampled(): boolean {
    const { sampleEvery } = this.#options;
    if (sampleEvery === 0 || ++this.#successes < sampleEvery) return false;
    this.#successes = 0;
    return true;
  }
}

function fields(exchange: Exchange, ending: Ending): Record<string, unknown> {
  const { principal, error, request } = exchange;
  return {
    request_id: exchange.requestId,
    trace_id: exchange.traceId,
    method: request.raw.method,
    route: ending.route,
    path: pathOf(request.raw.url ?? ''),
    query_keys: queryKeys(request.query),
    status: ending.status,
    duration_ms: Math.round(ending.durationMs * 10) / 10,
    response_size: ending.responseBytes,
    aborted: ending.aborted || undefined,
    tenant_id: principal?.tenantId ?? exchange.tenant?.tenantId,
    app_id: principal?.appId ?? undefined,
    key_id: principal?.keyId,
    user_id: exchange.actingUser?.userId,
    actor: principal?.actor,
    session_id: principal?.sessionId,
    auth_type: principal?.authType,
    code: error?.code,
    policy: exchange.rate?.allowed === false ? exchange.rate.policy.name : undefined,
    ip: request.ip,
    user_agent: exchange.headers['user-agent'],
    content_length: exchange.headers['content-length'],
    err: ending.status >= 500 ? (error?.cause ?? error) : undefined,
  };
}

function pathOf(url: string): string {
  const query = url.indexOf('?');
  const path = query === -1 ? url : url.slice(0, query);
  if (!path.includes('%')) return path;
  try {
    return decodeURIComponent(path); // secrets are recognised by their form, which encoding would hide
  } catch {
    return path.slice(0, path.indexOf('%'));
  }
}

function queryKeys(query: unknown): string[] | undefined {
  const keys = typeof query === 'object' && query !== null ? Object.keys(query) : [];
  return keys.length === 0 ? undefined : keys;
}
