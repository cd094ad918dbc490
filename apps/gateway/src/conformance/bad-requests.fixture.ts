import { type RouteDefinition } from '@caas/gateway-middleware';
import { type ErrorCode } from '@caas/runtime';
import { type LiveRequest } from './live-gateway.fixture.js';
import { pathNames, queryNames, toRequest, type Values, validRequest } from './route-requests.fixture.js';

/** Who sends a bad request: somebody who may call the route, unless the request says otherwise. */
export interface Sender {
  readonly headers: Readonly<Record<string, string>>;
  /** The same credential where it must not be. */
  readonly credential: string;
  /** Things of the tenant that path and query can name. */
  readonly names: Values;
}

/** A way to call a route wrongly, and what it promises to answer. */
export interface BadRequest {
  readonly name: string;
  /** The request to this route; `undefined` for a route that cannot be called wrongly in this way. */
  readonly of: (route: RouteDefinition, sender: Sender) => LiveRequest | undefined;
  readonly codes: readonly ErrorCode[];
  /** The field that the problem names. */
  readonly field?: (route: RouteDefinition) => string;
}

const BODY_BYTES_MAX = 1_048_576;
const DEPTH_MAX = 20;
/** A field that no shape has. */
const UNKNOWN = 'zz_unknown';

const valid = (route: RouteDefinition, sender: Sender): LiveRequest => {
  const request = toRequest(route, validRequest(route));
  return { ...request, headers: sender.headers };
};
const isGuarded = ({ access }: RouteDefinition): boolean => access.public !== true;
const guarded = (change: (request: LiveRequest, sender: Sender) => LiveRequest) => (route: RouteDefinition, sender: Sender) =>
  isGuarded(route) ? change(valid(route, sender), sender) : undefined;
const withBody =
  (body: (valid: unknown) => unknown, headers: Readonly<Record<string, string>> = {}) =>
  (route: RouteDefinition, sender: Sender) => {
    if (route.shapes.body === undefined) return undefined;
    const request = valid(route, sender);
    return { ...request, body: body(request.body), headers: { ...request.headers, ...headers } };
  };
/** In place of the credential. */
const instead = (headers: Readonly<Record<string, string>>) => guarded((request) => ({ ...request, headers }));
const also = (headers: Readonly<Record<string, string>>) => (route: RouteDefinition, sender: Sender) => {
  const request = valid(route, sender);
  return { ...request, headers: { ...request.headers, ...headers } };
};
const query = (path: string, pair: string): string => `${path}${path.includes('?') ? '&' : '?'}${pair}`;
const nested = (levels: number): unknown => (levels === 0 ? 1 : { a: nested(levels - 1) });
/** Parts of the path that have a form. */
const formed = (route: RouteDefinition) => pathNames(route).filter(({ prefix }) => prefix !== undefined);

/** Without a good credential. */
const WITHOUT_CREDENTIAL: readonly BadRequest[] = [
  { name: 'no credential', of: instead({}), codes: ['AUTH_REQUIRED'] },
  { name: 'something that is no key', of: instead({ 'x-api-key': 'hello' }), codes: ['AUTH_KEY_INVALID'] },
  { name: 'a key that nobody has', of: instead({ 'x-api-key': `caas_sk_live_${'0'.repeat(43)}` }), codes: ['AUTH_KEY_INVALID'] },
  { name: 'something that is no token', of: instead({ authorization: 'Bearer a.b.c' }), codes: ['AUTH_TOKEN_MALFORMED'] },
  { name: 'an unknown scheme', of: instead({ authorization: 'Basic dXNlcjpwYXNz' }), codes: ['AUTH_SCHEME_UNSUPPORTED'] },
  { name: 'a scheme without a credential', of: instead({ authorization: 'Bearer' }), codes: ['AUTH_MALFORMED'] },
  {
    name: 'two credentials',
    of: guarded((request) => ({ ...request, headers: { 'x-api-key': `caas_sk_live_${'0'.repeat(43)}`, authorization: 'Bearer a.b.c' } })),
    codes: ['AUTH_MULTIPLE_CREDENTIALS'],
  },
  {
    name: 'a credential in the URL',
    of: guarded((request, { credential }) => ({ ...request, path: query(request.path, `access_token=${encodeURIComponent(credential)}`) })),
    codes: ['AUTH_CREDENTIAL_IN_URL'],
  },
];

/** With a body that is none, or none of the route's. */
const BODIES: readonly BadRequest[] = [
  { name: 'a body that is not JSON', of: withBody(() => '{"a":'), codes: ['VAL_JSON_INVALID'] },
  { name: 'an empty body', of: withBody(() => ''), codes: ['VAL_JSON_INVALID'] },
  { name: 'a body nested too deep', of: withBody(() => nested(DEPTH_MAX + 1)), codes: ['VAL_JSON_INVALID'] },
  { name: '__proto__ in the body', of: withBody(() => '{"__proto__":{"admin":true}}'), codes: ['VAL_JSON_INVALID'] },
  { name: 'constructor.prototype in the body', of: withBody(() => '{"constructor":{"prototype":{}}}'), codes: ['VAL_JSON_INVALID'] },
  {
    name: 'a body of another media type',
    of: withBody(() => 'a=1', { 'content-type': 'application/x-www-form-urlencoded' }),
    codes: ['VAL_MEDIA_TYPE'],
  },
  { name: 'a body that is too large', of: withBody(() => `"${'x'.repeat(BODY_BYTES_MAX)}"`), codes: ['VAL_BODY_TOO_LARGE'] },
  ...['[]', '"x"', '1', 'null', 'true'].map((body): BadRequest => ({
    name: `${body} as the body`,
    of: withBody(() => body),
    codes: ['VAL_FAILED'],
  })),
  {
    name: 'an unknown field in the body',
    of: withBody((body) => ({ ...(body as object), [UNKNOWN]: 1 })),
    codes: ['VAL_FAILED'],
    field: () => `/body/${UNKNOWN}`,
  },
];

/** With what callers do not decide, and with what a database would take for a command. */
const INJECTIONS: readonly BadRequest[] = [
  {
    name: 'fields of the record that no caller owns',
    of: withBody((body) => ({ ...(body as object), _id: 'x', __v: 1, tenant_id: 'clnt_someoneelse' })),
    codes: ['VAL_FAILED'],
    field: () => '/body/_id',
  },
  {
    name: 'an operator for every field of the body',
    of: withBody((body) => Object.fromEntries(Object.keys(body as object).map((name) => [name, { $ne: null }]))),
    codes: ['VAL_FAILED'],
  },
  { name: 'an operator for the body', of: withBody(() => ({ $where: 'sleep(1000)' })), codes: ['VAL_FAILED'] },
];

/** With this in place of the first id in the path, where there is one. */
function withFirstId(value: string): BadRequest['of'] {
  return (route, sender) => {
    const [first] = formed(route);
    if (first === undefined) return undefined;
    const { params, ...rest } = validRequest(route);
    return { ...toRequest(route, { ...rest, params: { ...params, [first.name]: value } }), headers: sender.headers };
  };
}

/** With a path, a query or headers that do not fit. */
const ADDRESSES: readonly BadRequest[] = [
  {
    name: 'a malformed id in the path',
    of: withFirstId('nonsense'),
    codes: ['VAL_ID_FORMAT'],
    field: (route) => `/params/${formed(route)[0]?.name ?? ''}`,
  },
  {
    name: 'an operator for an id in the path',
    of: withFirstId('{"$ne":null}'),
    codes: ['VAL_ID_FORMAT'],
  },
  {
    name: 'an unknown parameter in the query',
    of: (route, sender) => {
      if (route.shapes.query === undefined) return undefined;
      const request = valid(route, sender);
      return { ...request, path: query(request.path, `${UNKNOWN}=1`) };
    },
    codes: ['VAL_FAILED'],
    field: () => `/query/${UNKNOWN}`,
  },
  {
    name: 'a cursor that is forged',
    of: (route, { headers, names }) => {
      if (!('cursor' in ((route.schemas.query?.['properties'] ?? {}) as Values))) return undefined;
      const { query: required, ...rest } = validRequest(route, names);
      const named = queryNames(route).flatMap(({ name }) => (names[name] === undefined ? [] : [[name, names[name]] as const]));
      return { ...toRequest(route, { ...rest, query: { ...required, ...Object.fromEntries(named), cursor: 'bm9wZQ' } }), headers };
    },
    codes: ['VAL_CURSOR_INVALID'],
  },
  {
    name: 'a URL that is too long',
    of: (route, sender) => ({ ...valid(route, sender), path: query(valid(route, sender).path, `a=${'x'.repeat(8_192)}`) }),
    codes: ['VAL_URI_TOO_LONG'],
  },
  { name: 'a version that there is not', of: also({ 'x-api-version': 'v9' }), codes: ['VER_UNSUPPORTED'] },
  {
    name: 'a media type of a version that there is not',
    of: also({ accept: 'application/vnd.caas.v9+json' }),
    codes: ['VER_NOT_ACCEPTABLE'],
  },
  {
    name: 'an Idempotency-Key of another form',
    of: (route, sender) => (route.method === 'POST' ? also({ 'idempotency-key': 'a b' })(route, sender) : undefined),
    codes: ['VAL_HEADER_INVALID'],
    field: () => '/headers/idempotency-key',
  },
];

/** In the name of others. */
const OTHERS: readonly BadRequest[] = [
  {
    name: 'another tenant in X-Tenant-ID',
    of: guarded((request) => ({ ...request, headers: { ...request.headers, 'x-tenant-id': 'clnt_someoneelse' } })),
    codes: ['AUTHZ_CROSS_TENANT', 'TENANT_NOT_FOUND'],
  },
];

export const BAD_REQUESTS: readonly BadRequest[] = [...WITHOUT_CREDENTIAL, ...BODIES, ...INJECTIONS, ...ADDRESSES, ...OTHERS];

/**
 * A request that is refused right behind authorization, or changes nothing: whether its sender is let in shows without anything happening. `undefined` for a
 * route that cannot be called like this.
 */
export function harmless(route: RouteDefinition, sender: Sender): LiveRequest | undefined {
  const named = (name: string) => BAD_REQUESTS.find((one) => one.name === name)?.of(route, sender);
  const ways = [
    'a body of another media type',
    'an Idempotency-Key of another form',
    'a malformed id in the path',
    'an unknown parameter in the query',
  ];
  const refused = ways.map(named).find((request) => request !== undefined);
  return refused ?? (route.method === 'GET' ? valid(route, sender) : undefined);
}

/** Paths that resemble the one of a route and are none. */
export function disguises({ path, ...request }: LiveRequest): readonly LiveRequest[] {
  const [plain = '', search] = path.split('?', 2);
  const paths = [
    `${plain}/`,
    plain.toUpperCase(),
    `/${plain}`,
    plain.replace('/v1/', '/v1%2F'),
    plain.replace('/v1/', '/v1//'),
    plain.replace('/v1/', '/v1/./'),
  ];
  return paths.map((disguised) => ({ ...request, path: search === undefined ? disguised : `${disguised}?${search}` }));
}
