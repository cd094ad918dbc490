import { type ApplicationPolicies, isPromise } from '@caas/runtime';

const METHODS = 'GET, HEAD, POST, PUT, PATCH, DELETE';
const REQUEST_HEADERS = [
  'authorization',
  'x-api-key',
  'content-type',
  'accept',
  'idempotency-key',
  'if-match',
  'if-none-match',
  'prefer',
  'x-act-as-user',
  'x-api-version',
  'x-request-id',
  'x-tenant-id',
  'traceparent',
  'range',
].join(', ');
const EXPOSED_HEADERS = [
  'etag',
  'link',
  'location',
  'retry-after',
  'ratelimit',
  'ratelimit-policy',
  'x-ratelimit-limit',
  'x-ratelimit-remaining',
  'x-ratelimit-reset',
  'x-quota-limit-messages',
  'x-quota-remaining-messages',
  'x-quota-reset',
  'x-quota-overage',
  'x-quota-warning',
  'x-request-id',
  'x-api-version',
  'deprecation',
  'sunset',
  'idempotent-replayed',
  'preference-applied',
  'content-disposition',
].join(', ');
const MAX_AGE_SECONDS = 600;

/** One label in front of a domain: `https://*.example.com`. */
const WILDCARD = '://*.';

/** Whether an origin is one that a list allows: exactly, or with one label in the place of `*`. */
export function isAllowedOrigin(allowed: readonly string[], origin: string): boolean {
  return allowed.some((pattern) => pattern === origin || matchesWildcard(pattern, origin));
}

function matchesWildcard(pattern: string, origin: string): boolean {
  const star = pattern.indexOf(WILDCARD);
  if (star === -1) return false;
  const scheme = pattern.slice(0, star + '://'.length);
  const domain = pattern.slice(star + WILDCARD.length - 1);
  if (!origin.startsWith(scheme) || !origin.endsWith(domain) || origin.length <= scheme.length + domain.length) return false;
  return /^[a-z0-9-]+$/i.test(origin.slice(scheme.length, origin.length - domain.length));
}

export interface OriginPolicyOptions {
  /** Origins of the platform's own pages besides the API's: console, docs. */
  readonly allowed: readonly string[];
  /** Where the API itself lives; pages from there are no other site. */
  readonly publicBaseUrl: string;
  readonly applications: ApplicationPolicies | undefined;
}

/** Which pages in browsers may call the API (Fetch standard, CORS). No cookies are used, so credentials are never allowed. */
export class OriginPolicy {
  readonly #allowed: readonly string[];
  readonly #own: string;
  readonly applications: ApplicationPolicies | undefined;

  constructor({ allowed, publicBaseUrl, applications }: OriginPolicyOptions) {
    this.#allowed = allowed;
    this.#own = new URL(publicBaseUrl).origin;
    this.applications = applications;
  }

  /** Pages that the API itself serves. */
  isOwn(origin: string): boolean {
    return origin === this.#own;
  }

  /** Pages of the platform itself. */
  isPlatform(origin: string): boolean {
    return this.isOwn(origin) || isAllowedOrigin(this.#allowed, origin);
  }

  /** Whether anybody at all may call from there: the platform, or some application. A store that does not answer allows nobody. */
  isKnown(origin: string): boolean | Promise<boolean> {
    if (this.isPlatform(origin)) return true;
    const known = this.applications?.allowsOrigin(origin) ?? false;
    return isPromise(known) ? known.catch(() => false) : known;
  }
}

/** The answer to a preflight of a known origin. */
export function preflightHeaders(origin: string): Readonly<Record<string, string>> {
  return {
    'access-control-allow-origin': origin,
    'access-control-allow-methods': METHODS,
    'access-control-allow-headers': REQUEST_HEADERS,
    'access-control-max-age': String(MAX_AGE_SECONDS),
  };
}

/** What lets a page of a known origin read an answer. */
export function sharedHeaders(origin: string): Readonly<Record<string, string>> {
  return { 'access-control-allow-origin': origin, 'access-control-expose-headers': EXPOSED_HEADERS };
}
