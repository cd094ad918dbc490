import { AppError, InternalError, isPromise, runWithRequest } from '@caas/runtime';
import { type RouteHandlerMethod } from 'fastify';
import { translateError } from '../errors/translate-error.js';
import { parsePrefer, type Preferences } from '../http/prefer.js';
import { type Exchange } from '../pipeline/exchange.js';
import { type AnyRouteContext, type AnyRouteReply, type RouteDefinition } from '../routes/define-route.js';
import { type RequestFacts } from '../routes/route-types.js';

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
  get url(): string {
    return this.#exchange.request.raw.url ?? '';
  }
  get prefer(): Preferences {
    return parsePrefer(this.#exchange.header('prefer'));
  }
}

/** Runs a handler inside its request and tenant and sends what it answers. */
export function handleRoute(route: RouteDefinition): RouteHandlerMethod {
  const statuses = new Set(Object.keys(route.shapes.responses).map(Number));
  return (request, reply) => {
    const { exchange } = request;
    if (exchange === null) throw new InternalError('A handler runs without its exchange.');
    const answer = (result: AnyRouteReply): void => {
      if (reply.sent) return;
      if (!statuses.has(result.status))
        fail(new InternalError(`${route.operationId} answered ${result.status}, which it does not document.`));
      else {
        reply.code(result.status);
        if (result.headers !== undefined) reply.headers(result.headers);
        reply.send(result.body);
      }
    };
    const fail = (error: unknown): void => {
      if (!reply.sent) reply.send(error instanceof AppError ? error : translateError(error));
    };
    try {
      const result = callHandler(route, exchange);
      if (isPromise(result)) result.then(answer, fail);
      else answer(result);
    } catch (error) {
      fail(error);
    }
  };
}

function callHandler(route: RouteDefinition, exchange: Exchange): AnyRouteReply | Promise<AnyRouteReply> {
  return runWithRequest(exchange, () => route.handler(new HandlerContext(exchange)), exchange.tenant);
}
