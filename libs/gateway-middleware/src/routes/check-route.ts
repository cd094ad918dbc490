import { ERROR_CATALOGUE } from '@caas/runtime';
import { PERMISSIONS } from '../access/permissions.js';
import { RATE_CLASSES } from '../access/rate-classes.js';
import { CREDENTIAL_KINDS, isPublic } from '../access/route-access.js';
import { deprecationFaults } from '../versions/deprecation.js';
import { type RouteDefinition } from './define-route.js';
import { HTTP_METHODS } from './route-types.js';

/** A route that cannot be served as it is written. */
export class RouteDefinitionError extends Error {
  constructor(
    readonly route: string,
    readonly faults: readonly string[],
  ) {
    super(`${route}: ${faults.join('; ')}`);
    this.name = 'RouteDefinitionError';
  }
}

const PATH = /^\/v[1-9]\d*(\/([a-z0-9][a-z0-9._-]*|:[a-z][a-z0-9_]*))+$/;
const OPERATION_ID = /^[a-z][A-Za-z0-9]*$/;
/** Members of answers whose names say that they are a secret. */
const SECRET_MEMBER = /(^|_)(secret|password|private_key|token|totp_seed)$/;
const BODYLESS: ReadonlySet<string> = new Set(['GET', 'DELETE']);

/** Names of the parameters in a path, in order. */
export function pathParameters(path: string): string[] {
  return [...path.matchAll(/:([a-z][a-z0-9_]*)/g)].map((match) => match[1] ?? '');
}

/** Throws a {@link RouteDefinitionError} listing everything that is wrong with a route. */
export function checkRoute(route: RouteDefinition): void {
  const faults = [...checkForm(route), ...checkAccess(route), ...checkParameters(route), ...checkResponses(route)];
  if (faults.length > 0) throw new RouteDefinitionError(`${route.method} ${route.path}`, faults);
}

function* checkForm(route: RouteDefinition): Generator<string> {
  if (!HTTP_METHODS.includes(route.method)) yield `the method must be one of ${HTTP_METHODS.join(', ')}`;
  if (!PATH.test(route.path)) {
    yield 'the path must start with a version (/v1), have lower-case segments or :parameters, and no slash at its end';
  }
  if (!OPERATION_ID.test(route.operationId)) yield `operationId "${route.operationId}" must be camelCase`;
  if (route.summary.trim() === '') yield 'a summary is required';
  if (route.tags.length === 0) yield 'at least one tag is required';
  if (BODYLESS.has(route.method) && route.shapes.body !== undefined) yield `${route.method} takes no body`;
  if (!(route.rateClass in RATE_CLASSES)) yield `there is no rate class "${route.rateClass}"`;
  if (route.deprecated !== undefined) yield* deprecationFaults(route.deprecated);
  for (const code of route.errors) {
    if (!(code in ERROR_CATALOGUE)) yield `there is no error code "${code}"`;
  }
}

function* checkAccess({ access }: RouteDefinition): Generator<string> {
  if (typeof access !== 'object' || access === null) {
    yield 'access must be declared: { public: true } or { permission }';
    return;
  }
  if (isPublic(access)) return;
  if (!PERMISSIONS.has(access.permission)) yield `there is no permission "${String(access.permission)}" in the catalogue`;
  if (access.credentials?.length === 0) yield 'credentials must name at least one kind, or be left out';
  for (const kind of access.credentials ?? []) {
    if (!CREDENTIAL_KINDS.includes(kind)) yield `there is no kind of credential "${kind}"`;
  }
  if (access.credentials?.includes('user') === true && access.actingUser === undefined)
    yield 'a route that accepts users must say actingUser';
}

function* checkParameters({ path, schemas }: RouteDefinition): Generator<string> {
  const inPath = pathParameters(path);
  const inShape = Object.keys(schemas.params?.['properties'] ?? {});
  for (const name of inPath) if (!inShape.includes(name)) yield `params does not describe :${name}`;
  for (const name of inShape) if (!inPath.includes(name)) yield `params describes ${name}, which is not in the path`;
  if (new Set(inPath).size < inPath.length) yield 'a parameter occurs twice in the path';
  for (const part of ['params', 'query', 'headers', 'body'] as const) {
    const schema = schemas[part];
    if (schema !== undefined && part !== 'body' && schema['type'] !== 'object') yield `${part} must be an object shape`;
  }
  for (const name of Object.keys(schemas.headers?.['properties'] ?? {})) {
    if (name !== name.toLowerCase()) yield `header ${name} must be written in lower case`;
  }
}

function* checkResponses({ method, shapes, schemas, shownOnce }: RouteDefinition): Generator<string> {
  const statuses = Object.keys(shapes.responses).map(Number);
  if (!statuses.some((status) => status >= 200 && status < 300)) yield 'responses must document a success';
  for (const status of statuses) {
    if (status < 200 || status > 399) yield `status ${status} is not an answer of a handler: errors are thrown and come from the catalogue`;
    if ((status === 204 || status === 304) && shapes.responses[status] !== null) yield `status ${status} has no body: say null`;
  }
  const members = new Set(Object.values(schemas.responses).flatMap((schema) => Object.keys(schema['properties'] ?? {})));
  for (const name of shownOnce) if (!members.has(name)) yield `shownOnce names ${name}, which no answer has`;
  if (method !== 'POST') return;
  for (const name of members) {
    if (SECRET_MEMBER.test(name) && !shownOnce.includes(name))
      yield `the answer has ${name}: name it in shownOnce, or it would be kept for repeats`;
  }
}
