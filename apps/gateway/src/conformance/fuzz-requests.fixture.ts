import { type RouteDefinition } from '@caas/gateway-middleware';
import { type IdPrefix, newId } from '@caas/schema';
import { documentArbitrary, doubtfulDocumentArbitrary } from '@caas/testing/schema';
import fc from 'fast-check';
import { type Caller, type Callers } from './callers.fixture.js';
import { type LiveRequest } from './live-gateway.fixture.js';
import { type LiveTenant } from './live-tenant.fixture.js';
import { pathNames, toRequest, type Values, withIds } from './route-requests.fixture.js';

export interface FuzzRequest {
  readonly route: RouteDefinition;
  readonly request: LiveRequest;
}

/** Kinds of things that are left alone: without its keys and applications nobody of the tenant could call any more. */
const SPARED: ReadonlySet<string> = new Set(['key', 'app']);

/** Longer ones never reach a route. */
const URL_LENGTH_MAX = 8_000;

/** Headers that a route may read, good and bad ones. None makes a request wait. */
const HEADERS: Readonly<Record<string, readonly string[]>> = {
  'if-match': ['"1"', '*', '1', 'W/"1"', '""'],
  'if-none-match': ['"1"', '*', 'x'],
  'idempotency-key': ['"a"', 'b', ' ', 'x'.repeat(256)],
  prefer: ['return=minimal', 'respond-async', 'wait=x', ';'],
  accept: ['application/json', 'application/vnd.caas.v1+json', 'text/html', '*/*;q=0'],
  'x-request-id': ['12345678', 'x'],
};

/** Requests of all routes: mostly of somebody who may call, about things that exist, with bodies of which about half are good. */
export function fuzzRequests(
  routes: readonly RouteDefinition[],
  { callers, tenant }: { callers: Callers; tenant: LiveTenant },
): fc.Arbitrary<FuzzRequest> {
  return fc.constantFrom(...routes.map((route) => requestsOf(route, { callers, tenant }))).chain((arbitrary) => arbitrary);
}

function requestsOf(route: RouteDefinition, { callers, tenant }: { callers: Callers; tenant: LiveTenant }): fc.Arbitrary<FuzzRequest> {
  const { query, body } = route.shapes;
  const parts = {
    caller: callerArbitrary(route, callers),
    params: namesArbitrary(route, tenant),
    query: query === undefined ? fc.constant({}) : mixed(query),
    body: body === undefined ? fc.constant(undefined) : mixed(body),
    headers: fc.record(Object.fromEntries(Object.entries(HEADERS).map(([name, values]) => [name, fc.constantFrom(...values)])), {
      requiredKeys: [],
    }),
    hasHeaders: fc.integer({ min: 0, max: 9 }).map((roll) => roll === 0),
    luck: fc.integer({ min: 0, max: 1_000 }),
  };
  return fc.record(parts).map(({ caller, params, query: pairs, body: sent, headers, hasHeaders, luck }) => {
    const known = (value: unknown) => withIds(value, (prefix) => idOf(tenant, prefix, luck));
    const request = toRequest(route, { params, query: isObject(pairs) ? (known(pairs) as Values) : {}, body: known(sent) });
    const more = hasHeaders ? (headers as Record<string, string>) : {};
    const path = request.path.length > URL_LENGTH_MAX ? (request.path.split('?', 1)[0] ?? '') : request.path;
    return { route, request: { ...request, path, headers: { ...callers.headersOf(caller, route), ...more } } };
  });
}

const mixed = (shape: NonNullable<RouteDefinition['shapes']['body']>): fc.Arbitrary<unknown> =>
  fc.oneof(documentArbitrary(shape), doubtfulDocumentArbitrary(shape));
const isObject = (value: unknown): value is Values => typeof value === 'object' && value !== null && !Array.isArray(value);

function callerArbitrary(route: RouteDefinition, callers: Callers): fc.Arbitrary<Caller> {
  const able = callers.all.filter((caller) => callers.may(caller, route));
  return fc.oneof({ weight: 19, arbitrary: fc.constantFrom(...able) }, { weight: 1, arbitrary: fc.constantFrom(...callers.all) });
}

function namesArbitrary(route: RouteDefinition, tenant: LiveTenant): fc.Arbitrary<Values> {
  const { params } = route.shapes;
  if (params === undefined) return fc.constant({});
  const parts = pathNames(route);
  return fc.tuple(documentArbitrary(params), fc.integer({ min: 0, max: 1_000 })).map(([some, luck]) => {
    const known = parts.flatMap(({ name, prefix }) =>
      prefix === undefined || prefix === 'row' ? [] : [[name, idOf(tenant, prefix, luck)] as const],
    );
    const named: Values = { ...(some as Values), ...Object.fromEntries(known) };
    return luck % 20 === 0 ? (some as Values) : named;
  });
}

/** One of the tenant's, or now and then one that nobody has. */
function idOf(tenant: LiveTenant, prefix: IdPrefix, luck: number): string {
  const known = SPARED.has(prefix) || luck % 10 === 0 ? [] : tenant.ids(prefix);
  return known[luck % known.length] ?? newId(prefix);
}
