import { type ActingUser, type ErrorCode, type Principal, type TenantContext } from '@caas/runtime';
import { type z } from '@caas/schema';
import { type RateClass } from '../access/rate-classes.js';
import { type PublicAccess, type RouteAccess } from '../access/route-access.js';
import { type Deprecation } from '../versions/deprecation.js';
import { type Preferences } from '../http/prefer.js';

export const HTTP_METHODS = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE'] as const;
export type HttpMethod = (typeof HTTP_METHODS)[number];

/** A zod schema out of which validators, serializers and OpenAPI are rendered. It never runs itself. */
export type Shape = z.ZodType;

/** Shapes of the answers by status; `null` is an answer without a body. Errors come from the catalogue and are not listed here. */
export type ResponseShapes = Readonly<Record<number, Shape | null>>;

type Validated<Given> = Given extends Shape ? z.output<Given> : undefined;

/** What a handler answers: one of the declared statuses with the body that goes with it. */
export type RouteReply<Responses extends ResponseShapes = ResponseShapes> = {
  [Status in keyof Responses & number]: {
    readonly status: Status;
    /** Lower-case names. */
    readonly headers?: Readonly<Record<string, string>>;
    /** Version of the document that is answered; needed where the route is `versioned`. */
    readonly version?: number;
  } & (Responses[Status] extends Shape ? { readonly body: z.output<Responses[Status]> } : { readonly body?: undefined });
}[keyof Responses & number];

/** Facts about the request that are not part of its validated input. */
export interface RequestFacts {
  readonly id: string;
  readonly traceId: string;
  /** The address behind trusted proxies. */
  readonly ip: string | undefined;
  /** Path and query as received. */
  readonly url: string;
  /** What the caller asks for in `Prefer` (RFC 7240). */
  readonly prefer: Preferences;
}

type ActingUserOf<Access extends RouteAccess> = Access extends { readonly actingUser: 'required' }
  ? ActingUser
  : Access extends { readonly actingUser: 'optional' }
    ? ActingUser | undefined
    : undefined;

/** What a handler gets. Input is validated, the caller is authorized, and `currentTenant()` answers inside. */
export interface RouteContext<
  Access extends RouteAccess = RouteAccess,
  Params extends Shape | undefined = undefined,
  Query extends Shape | undefined = undefined,
  Headers extends Shape | undefined = undefined,
  Body extends Shape | undefined = undefined,
> {
  readonly params: Validated<Params>;
  readonly query: Validated<Query>;
  readonly headers: Validated<Headers>;
  readonly body: Validated<Body>;
  readonly principal: Access extends PublicAccess ? undefined : Principal;
  readonly tenant: Access extends PublicAccess ? undefined : TenantContext;
  readonly actingUser: ActingUserOf<Access>;
  readonly request: RequestFacts;
  /**
   * The version that `If-Match` asks for, on routes that are `versioned`: pass it to the change, whose `VersionConflictError` then answers 412. Absent: the
   * last write wins.
   */
  readonly expectedVersion: number | undefined;
  /** Aborts when the caller goes away, the deadline passes or the process stops. */
  readonly signal: AbortSignal;
}

/** A route as its author writes it. */
export interface RouteSpec<
  Access extends RouteAccess,
  Params extends Shape | undefined,
  Query extends Shape | undefined,
  Headers extends Shape | undefined,
  Body extends Shape | undefined,
  Responses extends ResponseShapes,
> {
  readonly method: HttpMethod;
  /** `/v1/users/:user_id`: version first, lower case, parameters named after the resource. */
  readonly path: string;
  /** camelCase, unique in the whole API; becomes a method name in generated clients. */
  readonly operationId: string;
  readonly summary: string;
  readonly description?: string;
  readonly tags: readonly string[];
  readonly access: Access;
  readonly rateClass?: RateClass;
  /** Whether a repeat of the same request changes nothing more (client-chosen ids); shown as `x-idempotent`. */
  readonly idempotent?: boolean;
  /**
   * One mutable resource: answers carry a strong `ETag` from the `version` that the handler gives, `If-None-Match` is answered with 304 and `If-Match` is
   * handed to the handler as `expectedVersion`.
   */
  readonly versioned?: boolean;
  /** The route goes away; answers say so, and after the sunset it is over (410). */
  readonly deprecated?: Deprecation;
  /** Members of the answer that are shown once: a repeat with the same `Idempotency-Key` is answered without them. */
  readonly shownOnce?: readonly string[];
  readonly params?: Params;
  readonly query?: Query;
  /** Headers beyond the common ones; others are let through unread. Lower-case names. */
  readonly headers?: Headers;
  readonly body?: Body;
  readonly responses: Responses;
  /** Codes of this route besides those that every route can answer. */
  readonly errors?: readonly ErrorCode[];
  /** Milliseconds until the request is answered with 504; the gateway's own deadline unless given. */
  readonly timeoutMs?: number;
  readonly handler: (
    context: RouteContext<Access, Params, Query, Headers, Body>,
  ) => RouteReply<NoInfer<Responses>> | Promise<RouteReply<NoInfer<Responses>>>;
}
