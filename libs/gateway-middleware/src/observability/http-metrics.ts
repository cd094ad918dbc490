import {
  AUTH_TYPES,
  type AuthType,
  type Distribution,
  distributions,
  DURATION_BUCKETS_SECONDS,
  type Metrics,
  type RateDecision,
  tallies,
  type Tally,
} from '@caas/runtime';

/** Bytes, 100 B to 100 MB by tens. */
const SIZE_BUCKETS_BYTES = [1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8];

/** Remembers what a function made for a key; for bounded sets of keys. */
function remember<Key, Value>(make: (key: Key) => Value): (key: Key) => Value {
  const made = new Map<Key, Value>();
  return (key) => {
    let value = made.get(key);
    if (value === undefined) {
      value = make(key);
      made.set(key, value);
    }
    return value;
  };
}

/** Series of one route, made when the route is registered; those of a status when it first occurs. */
export interface RouteLabels {
  /** The template, never a concrete path; `unmatched` for unknown ones. */
  readonly route: string;
  readonly requestBytes: Distribution;
  readonly responseBytes: Distribution;
  readonly ofStatus: (status: number) => { readonly total: Tally; readonly seconds: Distribution };
}

/** Authentication attempts by outcome. */
export interface AuthMetrics {
  accepted(authType: AuthType): void;
  refused(authType: AuthType, code: string): void;
}
/** Decisions of the rate limiter by policy and outcome. */
export interface RateMetrics {
  count(decision: RateDecision): void;
  /** A request of an address that is never counted. */
  bypassed(): void;
}
/** Authorization decisions; `of` settles the permission once per route. */
export interface AuthzMetrics {
  of(permission: string): (reason: string, allowed: boolean) => void;
}

/** Counts a request with an `Idempotency-Key` by what became of it. */
export type IdempotencyMetrics = (outcome: string) => void;

/** Every metric of the HTTP edge. Nothing in here throws into a request or waits. */
export class HttpMetrics {
  readonly auth: AuthMetrics;
  readonly rate: RateMetrics;
  readonly authz: AuthzMetrics;
  readonly idempotency: IdempotencyMetrics;
  /** Counts the use of something deprecated. */
  readonly deprecated: (version: string, route: string) => void;
  readonly labelsOf: (method: string, route: string) => RouteLabels;
  readonly #errors: (code: string) => Tally;

  constructor(metrics: Metrics, gauges: { inFlight: () => number; connections: () => Promise<number> }) {
    this.labelsOf = routeSeries(metrics);
    metrics.gauge({
      name: 'gateway_in_flight_requests',
      help: 'Requests being worked on',
      collect: (gauge) => gauge.set(gauges.inFlight()),
    });
    metrics.gauge({
      name: 'gateway_active_connections',
      help: 'Open sockets of the public port',
      collect: async (gauge) => gauge.set(await gauges.connections()),
    });
    const errors = tallies(metrics, { name: 'gateway_errors_total', help: 'Problems answered' });
    this.#errors = remember((code: string) => errors({ type: code.slice(0, code.indexOf('_')), code }));
    this.auth = authMetrics(metrics);
    this.rate = rateMetrics(metrics);
    this.authz = authzMetrics(metrics);
    const deprecated = tallies(metrics, { name: 'caas_http_deprecated_requests_total', help: 'Requests to what goes away' });
    const ofPlace = remember((place: string) => {
      const [version = '', route = ''] = place.split(' ');
      return deprecated({ version, route });
    });
    this.deprecated = (version, route) => ofPlace(`${version} ${route}`).inc();
    const repeats = tallies(metrics, { name: 'caas_idempotency_requests_total', help: 'Requests with an Idempotency-Key' });
    const ofOutcome = remember((outcome: string) => repeats({ outcome }));
    this.idempotency = (outcome) => ofOutcome(outcome).inc();
  }

  countError(code: string): void {
    this.#errors(code).inc();
  }
}

function routeSeries(metrics: Metrics): (method: string, route: string) => RouteLabels {
  const total = tallies(metrics, { name: 'http_requests_total', help: 'Requests answered' });
  const seconds = distributions(metrics, {
    name: 'http_request_duration_seconds',
    help: 'From the request line to the last byte of the answer',
    bounds: DURATION_BUCKETS_SECONDS,
  });
  const requestBytes = distributions(metrics, {
    name: 'http_request_size_bytes',
    help: 'Bodies of requests, as Content-Length says',
    bounds: SIZE_BUCKETS_BYTES,
  });
  const responseBytes = distributions(metrics, { name: 'http_response_size_bytes', help: 'Bodies of answers', bounds: SIZE_BUCKETS_BYTES });
  const routes = remember((key: string): RouteLabels => {
    const [method = '', route = ''] = key.split(' ');
    const labels = { method, route };
    return {
      route,
      requestBytes: requestBytes(labels),
      responseBytes: responseBytes(labels),
      ofStatus: remember((status: number) => {
        const ofStatus = { ...labels, status: String(status) };
        return { total: total(ofStatus), seconds: seconds(ofStatus) };
      }),
    };
  });
  return (method, route) => routes(`${method} ${route}`);
}

function authMetrics(metrics: Metrics): AuthMetrics {
  const attempts = tallies(metrics, { name: 'caas_auth_attempts_total', help: 'Credentials checked' });
  const of = remember((method: AuthType) => ({
    accepted: attempts({ method, result: 'accepted', reason: 'ok' }),
    refused: remember((reason: string) => attempts({ method, result: 'refused', reason })),
  }));
  AUTH_TYPES.forEach(of);
  return { accepted: (method) => of(method).accepted.inc(), refused: (method, code) => of(method).refused(code).inc() };
}

function rateMetrics(metrics: Metrics): RateMetrics {
  const checks = tallies(metrics, { name: 'caas_ratelimit_checks_total', help: 'Requests counted against limits' });
  const of = remember((policy: string) => ({
    allowed: checks({ policy, outcome: 'allowed' }),
    limited: checks({ policy, outcome: 'limited' }),
    fallback: checks({ policy, outcome: 'fallback' }),
  }));
  const bypassed = checks({ policy: 'none', outcome: 'bypassed' });
  return {
    bypassed: () => bypassed.inc(),
    count: ({ policy, allowed, source }) => {
      const counts = of(policy.name);
      (source === 'local' ? counts.fallback : allowed ? counts.allowed : counts.limited).inc();
    },
  };
}

function authzMetrics(metrics: Metrics): AuthzMetrics {
  const decisions = tallies(metrics, { name: 'caas_authz_decisions_total', help: 'Authorization decisions' });
  return {
    of: remember((permission: string) => {
      const allowed = decisions({ permission, decision: 'allow', reason: 'granted' });
      const denied = remember((reason: string) => decisions({ permission, decision: 'deny', reason }));
      return (reason: string, isAllowed: boolean) => (isAllowed ? allowed : denied(reason)).inc();
    }),
  };
}
