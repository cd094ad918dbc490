import {
  type ApplicationPolicies,
  type ApplicationPolicy,
  isPromise,
  type RateDecision,
  RateLimitedError,
  type RateLimiter,
  type RateSubject,
} from '@caas/runtime';
import { RATE_CLASSES, type RateClass, type RateClassRule } from '../access/rate-classes.js';
import { setRateLimitHeaders } from '../http/rate-limit-headers.js';
import { type RateMetrics } from '../observability/http-metrics.js';
import { type Exchange } from './exchange.js';
import { callerSubject, publicSubject, subjectOf } from './rate-levels.js';
import { type Step } from './run-steps.js';

export interface RateOptions {
  readonly limiter: RateLimiter;
  /** Without it the limits of applications are not known, and those of their tenant hold alone. */
  readonly applications?: ApplicationPolicies | undefined;
  /** Addresses that are never counted. */
  readonly bypasses?: ((ip: string) => boolean) | undefined;
  readonly metrics: RateMetrics;
}

type Take = (exchange: Exchange, subject: RateSubject | undefined) => void | Promise<void>;

/** Counts the request against every level that bounds it, in one step; the answer tells what is left, refused or not. */
export function limitRate(rateClass: RateClass, options: RateOptions): Step {
  const take = taker(rateClass, options);
  const levels = subjectOf(rateClass);
  const { applications } = options;
  return (exchange) => {
    const appId = exchange.principal?.appId;
    if (applications === undefined || appId === null || appId === undefined) return take(exchange, levels(exchange, undefined));
    const application = lookUp(applications, appId);
    if (!isPromise(application)) return take(exchange, levels(exchange, application));
    return application.then((found) => take(exchange, levels(exchange, found)));
  };
}

/** Counts a request that is refused before it is known on whose behalf it is made, so that refusals are bounded as well. */
export function limitRefusals(rateClass: RateClass, options: RateOptions): Step {
  const take = taker(rateClass, options);
  return (exchange) => take(exchange, callerSubject(exchange));
}

/** Counts a request to a public route by its address. */
export function limitAddress(rateClass: RateClass, options: RateOptions): Step {
  const take = taker(rateClass, options);
  return (exchange) => take(exchange, publicSubject(exchange.ip));
}

function taker(rateClass: RateClass, { limiter, bypasses, metrics }: RateOptions): Take {
  const rule: RateClassRule = RATE_CLASSES[rateClass];
  const options = { cost: rule.cost, strict: rule.strict ?? false };
  const settle = (exchange: Exchange, decision: RateDecision): void => {
    setRateLimitHeaders(decision, Date.now(), (name, value) => exchange.reply.header(name, value));
    exchange.rate = decision;
    metrics.count(decision);
    if (!decision.allowed) throw limited(decision);
  };
  return (exchange, subject) => {
    if (subject === undefined) return;
    if (bypasses?.(exchange.ip) === true) {
      showUntouched(exchange, subject);
      return metrics.bypassed();
    }
    const decision = limiter.take(subject, options);
    if (!isPromise(decision)) return settle(exchange, decision);
    return decision.then((settled) => settle(exchange, settled));
  };
}

/** Who is not counted is shown the limits of the first level all the same, with nothing taken. */
function showUntouched({ reply }: Exchange, { levels: [level] }: RateSubject): void {
  const policies = level?.policies ?? [];
  const [policy] = policies;
  if (policy === undefined) return;
  const decision = { allowed: true, policies, policy, remaining: policy.limit, resetSeconds: policy.windowSeconds } as const;
  setRateLimitHeaders({ ...decision, violated: [], source: 'local' }, Date.now(), (name, value) => reply.header(name, value));
}

function limited({ policy, violated, resetSeconds }: RateDecision): RateLimitedError {
  return new RateLimitedError(`The limit "${policy.name}" is used up: ${policy.limit} in ${policy.windowSeconds} s.`, {
    details: { violatedPolicies: violated, limit: policy.limit, retryAfterSeconds: resetSeconds },
  });
}

/** An application that cannot be looked up bounds nothing; its tenant's limits do. */
function lookUp(applications: ApplicationPolicies, appId: string): ApplicationPolicy | undefined | Promise<ApplicationPolicy | undefined> {
  try {
    const found = applications.get(appId);
    return isPromise(found) ? found.catch(() => undefined) : found;
  } catch {
    return undefined;
  }
}
