import { ERROR_CATALOGUE, type AppError, type ErrorCode } from '@caas/runtime';

/** Media type of every error body. */
export const PROBLEM_CONTENT_TYPE = 'application/problem+json; charset=utf-8';

/** A limit or quota is used up, as registered with IANA for problem types. */
const QUOTA_EXCEEDED_TYPE = 'https://iana.org/assignments/http-problem-types#quota-exceeded';

/** At most so many entries in `errors[]`. */
export const ISSUES_MAX = 50;

/** RFC 9457 problem details. Extra members stand where the catalogue's page says so. */
export interface Problem {
  readonly type: string;
  readonly title: string;
  readonly status: number;
  readonly detail: string;
  /** Path of the request, without its query. */
  readonly instance: string;
  readonly code: ErrorCode;
  readonly request_id: string;
  /** RFC 3339, UTC. */
  readonly timestamp: string;
  readonly errors?: readonly { field: string; code: string; message: string; params?: Readonly<Record<string, unknown>> }[];
  readonly [extra: string]: unknown;
}

export interface ProblemContext {
  readonly requestId: string;
  /** Path and query as received. */
  readonly url: string;
  readonly baseUrl: string;
  /** Milliseconds since the epoch. */
  readonly now: number;
}

/** Members that an occurrence may add, by their names in `AppError.details`. Anything else in there stays inside. */
const EXTRAS: Readonly<Record<string, string>> = {
  reason: 'reason',
  conflictWith: 'conflict_with',
  requiredPermission: 'required_permission',
  violatedPolicies: 'violated-policies',
  metric: 'metric',
  limit: 'limit',
  current: 'current',
  resetAt: 'reset_at',
  suggestions: 'suggestions',
  supported: 'supported',
};

/** A code as it stands in a URL: `VAL_FAILED` is `val-failed`. */
export function problemSlug(code: ErrorCode): string {
  return code.toLowerCase().replaceAll('_', '-');
}

/** The `type` URI of a code: a page of the documentation, or IANA's for limits. */
export function problemType(code: ErrorCode, baseUrl: string): string {
  if (ERROR_CATALOGUE[code].status === 429) return QUOTA_EXCEEDED_TYPE;
  return `${baseUrl}/problems/${problemSlug(code)}`;
}

/** Renders an error for its receiver. Of a 5xx only the catalogue's own words leave: its message and details are for the log. */
export function renderProblem(error: AppError, context: ProblemContext): Problem {
  const { status, title, when } = ERROR_CATALOGUE[error.code];
  const query = context.url.indexOf('?');
  const own = status >= 500 ? {} : ownMembers(error);
  return {
    type: problemType(error.code, context.baseUrl),
    title,
    status,
    detail: status >= 500 ? when : error.message,
    instance: query === -1 ? context.url : context.url.slice(0, query),
    code: error.code,
    request_id: context.requestId,
    timestamp: new Date(context.now).toISOString(),
    ...own,
  };
}

function ownMembers({ details }: AppError): Record<string, unknown> {
  const members: Record<string, unknown> = {};
  for (const [name, value] of Object.entries(details)) {
    const member = EXTRAS[name];
    if (member !== undefined && value !== undefined) members[member] = value;
  }
  if (details.issues !== undefined && details.issues.length > 0) {
    members['errors'] = details.issues.slice(0, ISSUES_MAX).map(({ field, code, message, params }) => ({
      field,
      code,
      message,
      ...(params === undefined ? {} : { params }),
    }));
  }
  return members;
}
