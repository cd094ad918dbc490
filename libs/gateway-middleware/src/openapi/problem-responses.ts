import { ERROR_CATALOGUE, type ErrorCode, groupBy } from '@caas/runtime';
import { type JsonSchema } from '@caas/schema';
import { type CredentialKind, isPublic } from '../access/route-access.js';
import { isPageShape } from '../conventions/list-envelope.js';
import { problemType } from '../errors/problem.js';
import { type RouteDefinition } from '../routes/define-route.js';

/** Codes that any route can answer. */
const EVERYWHERE: readonly ErrorCode[] = [
  'VAL_FAILED',
  'VAL_HEADER_INVALID',
  'VAL_URI_TOO_LONG',
  'VAL_HEADERS_TOO_LARGE',
  'VER_UNSUPPORTED',
  'VER_CONFLICT',
  'VER_NOT_ACCEPTABLE',
  'AUTH_INSECURE_TRANSPORT',
  'AUTH_IP_BLOCKED',
  'RATE_LIMITED',
  'SYS_INTERNAL',
  'SYS_UNAVAILABLE',
  'SYS_SHUTTING_DOWN',
  'SYS_TIMEOUT',
];
/** The credential is checked before its kind: a route that takes keys alone answers a bad token like any other. */
const WITH_CREDENTIAL: readonly ErrorCode[] = [
  'AUTH_REQUIRED',
  'AUTH_MALFORMED',
  'AUTH_SCHEME_UNSUPPORTED',
  'AUTH_KEY_INVALID',
  'AUTH_KEY_REVOKED',
  'AUTH_KEY_EXPIRED',
  'AUTH_TOKEN_MALFORMED',
  'AUTH_TOKEN_SIGNATURE',
  'AUTH_TOKEN_CLAIMS',
  'AUTH_TOKEN_EXPIRED',
  'AUTH_TOKEN_REVOKED',
  'AUTH_SESSION_TERMINATED',
  'AUTH_USER_TOKEN_INVALID',
  'AUTH_USER_BANNED',
  'AUTH_USER_DELETED',
  'AUTH_MULTIPLE_CREDENTIALS',
  'AUTH_CREDENTIAL_IN_URL',
  'AUTHZ_KEY_TYPE',
  'AUTHZ_CREDENTIAL_TYPE',
  'AUTHZ_SCOPE_MISSING',
  'AUTH_ORIGIN_NOT_ALLOWED',
  'AUTHZ_CROSS_TENANT',
  'TENANT_PENDING',
  'TENANT_SUSPENDED',
  'TENANT_CANCELLED',
  'TENANT_UNAVAILABLE',
  'TENANT_APP_DISABLED',
  // staff of the platform
  'TENANT_REQUIRED',
  'TENANT_NOT_FOUND',
  'AUTHZ_REASON_REQUIRED',
  // bounds of credentials and addresses
  'AUTH_TOO_MANY_FAILURES',
  'AUTH_IP_NOT_ALLOWED',
  'AUTH_KEY_EXHAUSTED',
  'AUTHZ_ENDPOINT_NOT_ALLOWED',
  'AUTHZ_UNAVAILABLE',
  'RATE_QUOTA_EXCEEDED',
];
/** The acting user is required, or where it is optional, a path can name it as `me`. */
const WITH_ACTING_USER: readonly ErrorCode[] = ['VAL_REFERENCE', 'VAL_ACTING_USER_REQUIRED', 'AUTHZ_DENIED'];
const WITH_BODY: readonly ErrorCode[] = ['VAL_JSON_INVALID', 'VAL_BODY_TOO_LARGE', 'VAL_MEDIA_TYPE'];

/** Every code that a route can answer, its own ones included. */
export function codesOf(route: RouteDefinition): ErrorCode[] {
  const { access, shapes } = route;
  const codes = new Set<ErrorCode>([
    ...EVERYWHERE,
    ...(shapes.params === undefined ? [] : (['VAL_ID_FORMAT'] as const)),
    ...(shapes.body === undefined ? [] : WITH_BODY),
    ...(isPageShape(shapes.responses[200]) ? (['VAL_CURSOR_INVALID'] as const) : []),
    ...(route.method === 'POST' ? (['IDEM_IN_PROGRESS', 'IDEM_KEY_REUSED'] as const) : []),
    ...(route.versioned && route.method !== 'GET' && route.method !== 'POST' ? (['VAL_PRECONDITION_FAILED'] as const) : []),
    ...(route.rateClass === 'auth' ? (['AUTH_TOO_MANY_FAILURES'] as const) : []),
    ...(route.deprecated?.sunset === undefined ? [] : (['VER_RETIRED'] as const)),
    ...route.errors,
  ]);
  if (!isPublic(access)) {
    for (const code of credentialCodes(access.credentials ?? ['key'])) codes.add(code);
    if (shapes.params !== undefined) codes.add('RES_NOT_FOUND');
    if (route.method !== 'GET') codes.add('TENANT_MIGRATING');
    if (access.actingUser !== undefined) for (const code of WITH_ACTING_USER) codes.add(code);
  }
  return [...codes];
}

function credentialCodes(kinds: readonly CredentialKind[]): ErrorCode[] {
  const hasRoles = kinds.some((kind) => kind !== 'key' && kind !== 'client_key');
  return [...WITH_CREDENTIAL, ...(hasRoles ? (['AUTHZ_DENIED'] as const) : [])];
}

/**
 * The problem answers of a document. Routes that answer the same codes under a status share one, named `Problem400`, `Problem400_2`… in the order in which
 * they occur.
 */
export class ProblemResponses {
  /** For `components.responses`. */
  readonly responses: Record<string, unknown> = {};
  readonly #names = new Map<string, string>();
  readonly #problem: JsonSchema;

  /** `problem`: a reference to the schema of problem documents. */
  constructor(problem: JsonSchema) {
    this.#problem = problem;
  }

  /** References by status, of all codes that a route can answer. */
  of(route: RouteDefinition): Record<string, unknown> {
    const byStatus = groupBy(codesOf(route), (code) => ERROR_CATALOGUE[code].status);
    return Object.fromEntries(
      [...byStatus].map(([status, codes]) => [String(status), { $ref: `#/components/responses/${this.#nameOf(status, codes)}` }]),
    );
  }

  #nameOf(status: number, codes: readonly ErrorCode[]): string {
    const description = [...codes]
      .sort()
      .map((code) => `\`${code}\`: ${ERROR_CATALOGUE[code].when}`)
      .join('\n\n');
    const known = this.#names.get(description);
    if (known !== undefined) return known;
    const others = Object.keys(this.responses).filter((name) => name.split('_', 1)[0] === `Problem${status}`).length;
    const name = others === 0 ? `Problem${status}` : `Problem${status}_${others + 1}`;
    this.#names.set(description, name);
    this.responses[name] = { description, content: { 'application/problem+json': { schema: this.#problem, example: exampleOf(codes) } } };
    return name;
  }
}

/** A problem document of the first of these codes. */
function exampleOf([code = 'SYS_INTERNAL']: readonly ErrorCode[]): unknown {
  const { status, title, when } = ERROR_CATALOGUE[code];
  return {
    type: problemType(code, 'https://api.example.com'),
    ...{ title, status, detail: when, instance: '/v1/example', code },
    request_id: '019ab3f2-7c1e-7a51-9d3c-2f6c8e4b1a90',
    timestamp: '2026-01-02T03:04:05.678Z',
  };
}

/** The body of every error. */
export const PROBLEM_SCHEMA: JsonSchema = {
  type: 'object',
  description: 'Problem details (RFC 9457). Programs switch on `code`.',
  required: ['type', 'title', 'status', 'detail', 'instance', 'code', 'request_id', 'timestamp'],
  properties: {
    type: { type: 'string', format: 'uri-reference' },
    title: { type: 'string' },
    status: { type: 'integer' },
    detail: { type: 'string' },
    instance: { type: 'string' },
    code: { type: 'string', enum: Object.keys(ERROR_CATALOGUE) },
    request_id: { type: 'string' },
    timestamp: { type: 'string', format: 'date-time' },
    errors: {
      type: 'array',
      maxItems: 50,
      items: {
        type: 'object',
        required: ['field', 'code', 'message'],
        properties: {
          field: { type: 'string', description: 'JSON pointer with its source in front: `/body/name`.' },
          code: { type: 'string' },
          message: { type: 'string' },
          params: { type: 'object' },
        },
      },
    },
    reason: { type: 'string' },
    required_permission: { type: 'string' },
    conflict_with: { type: 'string' },
    'violated-policies': { type: 'array', items: { type: 'string' } },
    suggestions: { type: 'array', items: { type: 'string' } },
    supported: { type: 'array', items: { type: 'string' } },
  },
};
