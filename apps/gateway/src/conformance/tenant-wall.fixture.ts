import { type RouteDefinition } from '@caas/gateway-middleware';
import { type IdPrefix, newId } from '@caas/schema';
import { documentArbitrary } from '@caas/testing/schema';
import fc from 'fast-check';
import { type LiveAnswer, type LiveRequest } from './live-gateway.fixture.js';
import { type LiveTenant } from './live-tenant.fixture.js';
import { pathNames, toRequest, type Values, validRequest, withIds } from './route-requests.fixture.js';

/** Two requests that are to be answered alike: one names what another tenant has, one what nobody has. */
export interface WallCase {
  readonly what: string;
  readonly theirs: NamingRequest;
  readonly nothing: NamingRequest;
}

interface NamingRequest {
  readonly request: LiveRequest;
  /** What its path names. */
  readonly names: Values;
}

/** Bodies that are looked at for the one that names the most. */
const BODIES = 20;

/**
 * Every place in which a route can be told of something of another tenant. An id that a caller proposes for what is created is none: ids are unique over all
 * tenants, so a taken one shows, to whoever guesses 122 random bits.
 */
export function wallCases(
  route: RouteDefinition,
  { own, foreign, proposed }: { own: LiveTenant; foreign: LiveTenant; proposed: (field: string) => boolean },
): WallCase[] {
  const parts = pathNames(route);
  const [ours, theirs] = [own.names(parts), foreign.names(parts)];
  const cases: WallCase[] = [];
  if (Object.keys(theirs).length > 0) cases.push(caseOf(route, 'the path', { theirs: { params: theirs }, nothing: {} }));
  const last = parts.at(-1)?.name ?? '';
  if (parts.length > 1 && theirs[last] !== undefined) {
    const { [last]: _, ...before } = ours;
    cases.push(caseOf(route, last, { theirs: { params: { ...before, [last]: theirs[last] } }, nothing: { params: before } }));
  }
  for (const part of ['query', 'body'] as const) {
    const all = mostNamed(route, part);
    if (all === undefined) continue;
    const named = Object.fromEntries(Object.entries(all).filter(([field]) => !proposed(field)));
    const existing = withIds(named, (prefix) => foreign.ids(prefix)[0] ?? newId(prefix));
    const absent = withIds(existing, oneForOne());
    cases.push(caseOf(route, `the ${part}`, { theirs: { params: ours, [part]: existing }, nothing: { params: ours, [part]: absent } }));
  }
  return cases;
}

type Change = { params?: Values; query?: Values; body?: unknown };

function caseOf(route: RouteDefinition, what: string, { theirs, nothing }: { theirs: Change; nothing: Change }): WallCase {
  const naming = ({ params = {}, query, body }: Change): NamingRequest => {
    const base = validRequest(route, params);
    const request = toRequest(route, { params: base.params, query: { ...base.query, ...query }, body: body ?? base.body });
    return { request, names: base.params };
  };
  return { what, theirs: naming(theirs), nothing: naming(nothing) };
}

/** Ids that nobody has; the same one for the same id. */
function oneForOne(): (prefix: IdPrefix, id: string) => string {
  const made = new Map<string, string>();
  return (prefix, id) => {
    const known = made.get(id) ?? newId(prefix);
    made.set(id, known);
    return known;
  };
}

/** The value of a part of the request, of some, that holds the most ids; `undefined` when none holds any. */
function mostNamed(route: RouteDefinition, part: 'query' | 'body'): Values | undefined {
  const shape = route.shapes[part];
  if (shape === undefined) return undefined;
  const values = fc.sample(documentArbitrary(shape), { numRuns: BODIES, seed: 7 }) as Values[];
  const best = values.reduce((most, next) => (idsIn(next) > idsIn(most) ? next : most), {});
  return idsIn(best) === 0 ? undefined : best;
}

function idsIn(value: unknown): number {
  let count = 0;
  withIds(value, (prefix) => `${prefix}${count++}`);
  return count;
}

/** What an answer says, without what it was asked for, ids and times: equal for two requests that are told the same. */
export function comparable({ status, body, headers }: LiveAnswer, { names }: NamingRequest): string {
  const { instance: _instance, request_id: _id, ...said } = body ?? {};
  let text = JSON.stringify({ status, said, type: headers['content-type'] });
  for (const [name, value] of Object.entries(names)) text = text.replaceAll(`"${name}":${JSON.stringify(value)}`, `"${name}":"<asked>"`);
  return text.replace(/[a-z]{2,5}_[0-7][0-9a-hjkmnp-tv-z]{25}/g, '<id>').replace(/\d{4}-\d\d-\d\dT[\d:.]+Z/g, '<time>');
}
