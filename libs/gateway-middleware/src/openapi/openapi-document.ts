import { STATUS_CODES } from 'node:http';
import { type GuardedAccess, isPublic } from '../access/route-access.js';
import { isPageShape } from '../conventions/list-envelope.js';
import { type RouteDefinition } from '../routes/define-route.js';
import { type Shape } from '../routes/route-types.js';
import { ComponentSchemas } from './component-schemas.js';
import { PROBLEM_SCHEMA, ProblemResponses } from './problem-responses.js';

/** What the document says about the service as a whole. */
export interface DocumentFacts {
  readonly publicBaseUrl: string;
  readonly version: string;
}

/** Headers of every counted answer. */
const RATE_HEADERS = {
  RateLimit: { description: 'The tightest policy: what is left and seconds until it resets.', schema: { type: 'string' } },
  'RateLimit-Policy': { description: 'All policies that apply.', schema: { type: 'string' } },
  'X-Request-Id': { description: 'Name it when you report a problem.', schema: { type: 'string' } },
};

const ACT_AS_USER = {
  name: 'X-Act-As-User',
  in: 'header',
  description:
    'The user on whose behalf a key makes the call: `usr_…` or `ext:<external_id>`. Needs `user.impersonate`. Refused with the token of a user, who acts for themselves.',
  schema: { type: 'string' },
};

const IDEMPOTENCY_KEY = {
  name: 'Idempotency-Key',
  in: 'header',
  description:
    'Makes a repeat safe: with the same key and body it is answered as the first time (`Idempotent-Replayed: true`). Kept for a day.',
  schema: { type: 'string', minLength: 1, maxLength: 255 },
};
const IF_NONE_MATCH = {
  name: 'If-None-Match',
  in: 'header',
  description: 'The ETag that you have: 304 without a body while it is the present one.',
  schema: { type: 'string' },
};
const IF_MATCH = {
  name: 'If-Match',
  in: 'header',
  description: 'The ETag that the change is based on: 412 when the resource was changed since. Without it the last write wins.',
  schema: { type: 'string' },
};
const ETAG_HEADER = { ETag: { description: 'Strong tag of this state of the resource.', schema: { type: 'string' } } };
const LINK_HEADER = { Link: { description: 'The pages around this one, rel next and prev (RFC 8288).', schema: { type: 'string' } } };

/** The OpenAPI 3.1 document of a list of routes, generated from the shapes that validate. */
export function openApiDocument(routes: readonly RouteDefinition[], facts: DocumentFacts): Readonly<Record<string, unknown>> {
  const components = new ComponentSchemas();
  const problems = new ProblemResponses(components.add('Problem', PROBLEM_SCHEMA));
  const paths: Record<string, Record<string, unknown>> = {};
  for (const route of routes) {
    const template = route.path.replace(/:([a-z0-9_]+)/g, '{$1}');
    (paths[template] ??= {})[route.method.toLowerCase()] = operation(route, components, problems);
  }
  return {
    openapi: '3.1.0',
    info: {
      title: 'CAAS API',
      version: facts.version,
      description: 'Chat as a service.',
      license: { name: 'Apache-2.0', identifier: 'Apache-2.0' },
    },
    servers: [{ url: facts.publicBaseUrl }],
    tags: [...new Set(routes.flatMap(({ tags }) => tags))].map((name) => ({ name })),
    paths,
    components: {
      schemas: components.schemas,
      responses: problems.responses,
      securitySchemes: {
        apiKey: { type: 'apiKey', in: 'header', name: 'X-API-Key' },
        bearer: { type: 'http', scheme: 'bearer', description: 'The access token of a user, or the API key as a bearer token.' },
        userToken: {
          type: 'apiKey',
          in: 'header',
          name: 'Authorization',
          description: '`SDK-JWT` and a token that the tenant signed for one of its users.',
        },
      },
    },
  };
}

function operation(route: RouteDefinition, components: ComponentSchemas, problems: ProblemResponses): Record<string, unknown> {
  const { access, shapes } = route;
  return {
    operationId: route.operationId,
    summary: route.summary,
    ...(route.description === undefined ? {} : { description: route.description }),
    tags: route.tags,
    ...(route.deprecated === undefined ? {} : { deprecated: true }),
    parameters: parameters(route, components),
    ...(shapes.body && {
      requestBody: { required: true, content: { 'application/json': { schema: components.render(shapes.body, 'input') } } },
    }),
    responses: { ...successes(route, components), ...problems.of(route) },
    security: isPublic(access) ? [] : securityOf(access),
    ...(isPublic(access) ? {} : { 'x-permission': access.permission, 'x-credentials': access.credentials ?? ['key'] }),
    'x-rate-class': route.rateClass,
    'x-idempotent': route.idempotent,
  };
}

function securityOf({ credentials = ['key'] }: GuardedAccess): Record<string, []>[] {
  const takesKeys = credentials.includes('key') || credentials.includes('client_key');
  return [...(takesKeys ? [{ apiKey: [] }] : []), { bearer: [] }, ...(credentials.includes('user') ? [{ userToken: [] }] : [])] as Record<
    string,
    []
  >[];
}

function parameters({ access, shapes, method, versioned }: RouteDefinition, components: ComponentSchemas): unknown[] {
  const described = [
    ...parametersOf(shapes.params, 'path', components),
    ...parametersOf(shapes.query, 'query', components),
    ...parametersOf(shapes.headers, 'header', components),
    ...(method === 'POST' ? [IDEMPOTENCY_KEY] : []),
    ...(versioned && method !== 'POST' ? [method === 'GET' ? IF_NONE_MATCH : IF_MATCH] : []),
  ];
  if (isPublic(access) || access.actingUser === undefined) return described;
  const { credentials = ['key'], actingUser } = access;
  if (!credentials.includes('key')) return described;
  return [...described, { ...ACT_AS_USER, required: actingUser === 'required' && !credentials.includes('user') }];
}

function parametersOf(shape: Shape | undefined, place: 'path' | 'query' | 'header', components: ComponentSchemas): unknown[] {
  if (shape === undefined) return [];
  const { properties = {}, required = [] } = components.render(shape, 'input') as {
    properties?: Record<string, { description?: string }>;
    required?: string[];
  };
  return Object.entries(properties).map(([name, { description, ...schema }]) => ({
    name,
    in: place,
    required: place === 'path' || required.includes(name),
    ...(description === undefined ? {} : { description }),
    schema,
  }));
}

function successes(route: RouteDefinition, components: ComponentSchemas): Record<string, unknown> {
  const described = Object.entries(route.shapes.responses).map(([status, shape]) => [
    status,
    {
      description: STATUS_CODES[status] ?? status,
      ...answerHeaders(route, shape),
      ...(shape === null ? {} : { content: { 'application/json': { schema: components.render(shape, 'output') } } }),
    },
  ]);
  const notModified = route.versioned && route.method === 'GET' ? [['304', { description: STATUS_CODES[304], headers: ETAG_HEADER }]] : [];
  return Object.fromEntries([...described, ...notModified]) as Record<string, unknown>;
}

function answerHeaders({ access, versioned }: RouteDefinition, shape: Shape | null): { headers?: Record<string, unknown> } {
  const headers = {
    ...(isPublic(access) ? {} : RATE_HEADERS),
    ...(versioned && shape !== null ? ETAG_HEADER : {}),
    ...(isPageShape(shape) ? LINK_HEADER : {}),
  };
  return Object.keys(headers).length === 0 ? {} : { headers };
}
