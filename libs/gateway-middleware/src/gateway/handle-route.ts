import { AppError, InternalError, isPromise, runWithRequest, VersionConflictError } from '@caas/runtime';
import { type RouteHandlerMethod } from 'fastify';
import { expectedVersionOf, preconditionFailed } from '../conventions/entity-tag.js';
import { translateError } from '../errors/translate-error.js';
import { parsePrefer, type Preferences } from '../http/prefer.js';
import { type Exchange } from '../pipeline/exchange.js';
import { type AnyRouteContext, type AnyRouteReply, type RouteDefinition } from '../routes/define-route.js';
import { type RequestFacts } from '../routes/route-types.js';
import { type RunOnce } from './run-once.js';
import { replySender } from './send-reply.js';

/** What a handler sees of an exchange. What costs something is made when it is asked for. */
class HandlerContext implements AnyRouteContext, RequestFacts {
  readonly #exchange: Exchange;

  constructor(exchange: Exchange) {
    this.#exchange = exchange;
  }

  get params(): unknown {
    return this.#exchange.request.params;
  }
  get query(): unknown {
    return this.#exchange.request.query;
  }
  get headers(): unknown {
    return this.#exchange.request.headers;
  }
  get body(): unknown {
    return this.#exchange.request.body;
  }
  get principal(): unknown {
    return this.#exchange.principal;
  }
  get tenant(): unknown {
    return this.#exchange.tenant;
  }
  get actingUser(): unknown {
    return this.#exchange.actingUser;
  }
  get expectedVersion(): number | undefined {
    return expectedVersionOf(this.#exchange.header('if-match'));
  }
  get signal(): AbortSignal {
    return this.#exchange.signal;
  }
  get request(): RequestFacts {
    return this;
  }
  get id(): string {
    return this.#exchange.requestId;
  }
  get traceId(): string {
    return this.#exchange.traceId;
  }
  get ip(): string | undefined {
    return this.#exchange.ip;
  }
  get url(): string {
    return this.#exchange.request.raw.url ?? '';
  }
  get prefer(): Preferences {
    return parsePrefer(this.#exchange.header('prefer'));
  }
}

/**
 * Runs a handler inside its request and tenant and sends what it answers. Only a request that carries an `Idempotency-Key` pays for it.
 */
export function handleRoute(route: RouteDefinition, runOnce: RunOnce | undefined): RouteHandlerMethod {
  const send = replySender(route);
  const call = callerOf(route);
  return (request, reply) => {
    const { exchange } = request;
    if (exchange === null) throw new InternalError('A handler runs without its exchange.');
    const fail = (error: unknown): void => {
      if (!reply.sent) reply.send(error instanceof AppError ? error : translateError(error));
    };
    const answer = (result: AnyRouteReply): void => {
      if (reply.sent) return;
      try {
        send(exchange, result);
      } catch (error) {
        fail(error);
      }
    };
    if (runOnce !== undefined && request.raw.headers['idempotency-key'] !== undefined) {
      runOnce.run(exchange, { call: () => call(exchange), send }).catch(fail);
      return;
    }
    try {
      const result = call(exchange);
      if (isPromise(result)) result.then(answer, fail);
      else answer(result);
    } catch (error) {
      fail(error);
    }
  };
}

type Call = (exchange: Exchange) => AnyRouteReply | Promise<AnyRouteReply>;

function callerOf(route: RouteDefinition): Call {
  const call: Call = (exchange) => runWithRequest(exchange, () => route.handler(new HandlerContext(exchange)), exchange.tenant);
  return route.versioned && route.method !== 'GET' ? withPrecondition(call) : call;
}

/** A change that found another version than `If-Match` named is a failed precondition, not a conflict. */
function withPrecondition(call: Call): Call {
  return async (exchange) => {
    try {
      return await call(exchange);
    } catch (error) {
      const asked = exchange.headers['if-match'] !== undefined && error instanceof VersionConflictError;
      throw asked ? preconditionFailed(undefined, error) : error;
    }
  };
}
