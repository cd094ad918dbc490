import { type RouteDefinition } from '@caas/gateway-middleware';
import { type IdPrefix, newId, newRowId } from '@caas/schema';
import { documentArbitrary } from '@caas/testing/schema';
import fc from 'fast-check';
import { type LiveRequest } from './live-gateway.fixture.js';

export type Values = Readonly<Record<string, unknown>>;
const ID = /^([a-z]{2,5})_[0-7][0-9a-hjkmnp-tv-z]{25}$/;

interface Schema {
  readonly pattern?: string;
  readonly required?: readonly string[];
  readonly properties?: Readonly<Record<string, Schema>>;
}

type AnyShape = NonNullable<RouteDefinition['shapes']['body']>;
const samples = new WeakMap<AnyShape, unknown>();

/** A value of the shape; the same each time. */
function sampled(shape: AnyShape): unknown {
  if (!samples.has(shape)) samples.set(shape, fc.sample(documentArbitrary(shape), { numRuns: 1, seed: 7 })[0]);
  return samples.get(shape);
}

/** A part of a path or query that may name something. */
export interface NamePart {
  readonly name: string;
  /** The kind of id, where it has one. */
  readonly prefix: IdPrefix | 'row' | undefined;
}

/** The parts of the path. */
export const pathNames = ({ schemas }: RouteDefinition): readonly NamePart[] => namesIn(schemas.params);

/** The parameters of the query that take ids. */
export const queryNames = ({ schemas }: RouteDefinition): readonly NamePart[] =>
  namesIn(schemas.query).filter(({ prefix }) => prefix !== undefined);

function namesIn(schema: Schema = {}): NamePart[] {
  return Object.entries(schema.properties ?? {}).map(([name, { pattern }]) => ({ name, prefix: prefixIn(pattern) }));
}

/** The kind of id that a pattern asks for, alone or among other forms. */
function prefixIn(pattern = ''): IdPrefix | 'row' | undefined {
  const [, prefix] = /(?:^\^|[(|])([a-z]{2,5})_\[0-7\]/.exec(pattern) ?? [];
  return prefix === undefined && pattern.startsWith('^[0-7]') ? 'row' : (prefix as IdPrefix | undefined);
}

/** Values for the path of a route that name nothing that exists. */
export function absentNames(route: RouteDefinition): Values {
  if (route.shapes.params === undefined) return {};
  const others = sampled(route.shapes.params) as Values;
  const ids = pathNames(route).flatMap(({ name, prefix }) =>
    prefix === undefined ? [] : [[name, prefix === 'row' ? newRowId() : newId(prefix)]],
  );
  return { ...others, ...Object.fromEntries(ids) } as Values;
}

/** A request that the route takes, with what it requires; about things that do not exist, unless others are named. */
export function validRequest(route: RouteDefinition, names: Values = {}): { params: Values; query: Values; body: unknown } {
  const { query, body } = route.shapes;
  const { required = [] } = (route.schemas.query ?? {}) as Schema;
  const all = query === undefined ? {} : (sampled(query) as Values);
  return {
    params: { ...absentNames(route), ...names },
    query: Object.fromEntries(Object.entries(all).filter(([name]) => required.includes(name))),
    body: body === undefined ? undefined : sampled(body),
  };
}

/** A lone surrogate has no encoding. */
const encoded = (value: unknown): string => encodeURIComponent(String(value).replace(/\p{Surrogate}/gu, '?'));

/** The request as it goes over the wire. */
export function toRequest(route: RouteDefinition, { params, query, body }: { params: Values; query: Values; body?: unknown }): LiveRequest {
  const path = route.path.replace(/:([a-z][a-z0-9_]*)/g, (_, name: string) => encoded(params[name]));
  const pairs = Object.entries(query).flatMap(([name, value]) =>
    [value].flat().flatMap((one) => (one === undefined ? [] : [`${encoded(name)}=${encoded(one)}`])),
  );
  return { method: route.method, path: pairs.length === 0 ? path : `${path}?${pairs.join('&')}`, ...(body !== undefined && { body }) };
}

/** The value with other ids of the same kinds. */
export function withIds<Value>(value: Value, pick: (prefix: IdPrefix, id: string) => string): Value {
  const change = (inner: unknown): unknown => {
    if (typeof inner === 'string') {
      const prefix = ID.exec(inner)?.[1];
      return prefix === undefined ? inner : pick(prefix as IdPrefix, inner);
    }
    if (Array.isArray(inner)) return inner.map(change);
    if (typeof inner !== 'object' || inner === null) return inner;
    return Object.fromEntries(Object.entries(inner).map(([name, one]) => [name, change(one)]));
  };
  return change(value) as Value;
}
