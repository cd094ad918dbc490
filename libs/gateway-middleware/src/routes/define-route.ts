import { type ErrorCode } from '@caas/runtime';
import { type RateClass } from '../access/rate-classes.js';
import { type RouteAccess } from '../access/route-access.js';
import { type Deprecation } from '../versions/deprecation.js';
import { checkRoute } from './check-route.js';
import { renderShapes, type RenderedShapes } from './render-shapes.js';
import { type HttpMethod, type RequestFacts, type ResponseShapes, type RouteSpec, type Shape } from './route-types.js';

/** The input of a handler without the types that its route gives it. */
export interface AnyRouteContext {
  readonly params: unknown;
  readonly query: unknown;
  readonly headers: unknown;
  readonly body: unknown;
  readonly principal: unknown;
  readonly tenant: unknown;
  readonly actingUser: unknown;
  readonly request: RequestFacts;
  readonly expectedVersion: number | undefined;
  readonly signal: AbortSignal;
}

/** The answer of a handler without the types that its route gives it. */
export interface AnyRouteReply {
  readonly status: number;
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
  readonly version?: number;
}

/** A checked route: what the gateway registers and the OpenAPI document shows. Made by {@link defineRoute} only. */
export interface RouteDefinition {
  readonly method: HttpMethod;
  readonly path: string;
  readonly operationId: string;
  readonly summary: string;
  readonly description?: string;
  readonly tags: readonly string[];
  readonly access: RouteAccess;
  readonly rateClass: RateClass;
  readonly idempotent: boolean;
  readonly versioned: boolean;
  readonly shownOnce: readonly string[];
  readonly deprecated?: Deprecation;
  readonly errors: readonly ErrorCode[];
  readonly timeoutMs?: number;
  readonly shapes: {
    readonly params?: Shape;
    readonly query?: Shape;
    readonly headers?: Shape;
    readonly body?: Shape;
    readonly responses: ResponseShapes;
  };
  /** The shapes as JSON Schema; rendering them here refuses what JSON cannot say as soon as a route is defined. */
  readonly schemas: RenderedShapes;
  handler(context: AnyRouteContext): AnyRouteReply | Promise<AnyRouteReply>;
}

/**
 * Declares one endpoint. Checked at once: path form, declared access, permission of the catalogue, parameters that match the path,
 * documented answers; shapes that JSON Schema cannot say are refused. Throws a {@link RouteDefinitionError} that lists every fault.
 */
export function defineRoute<
  const Access extends RouteAccess,
  const Responses extends ResponseShapes,
  Params extends Shape | undefined = undefined,
  Query extends Shape | undefined = undefined,
  Headers extends Shape | undefined = undefined,
  Body extends Shape | undefined = undefined,
>(spec: RouteSpec<Access, Params, Query, Headers, Body, Responses>): RouteDefinition {
  const { params, query, headers, body, responses, handler, ...described } = spec;
  const shapes = {
    ...(params && { params }),
    ...(query && { query }),
    ...(headers && { headers }),
    ...(body && { body }),
    responses,
  };
  const route: RouteDefinition = {
    ...described,
    rateClass: spec.rateClass ?? 'default',
    idempotent: spec.idempotent ?? false,
    versioned: spec.versioned ?? false,
    shownOnce: spec.shownOnce ?? [],
    errors: spec.errors ?? [],
    shapes,
    schemas: renderShapes(shapes),
    handler: handler,
  };
  checkRoute(route);
  return route;
}
