import { InternalError, isPromise, type RateDecision, RateLimitedError, type RateLimiter } from '@caas/runtime';
import { RATE_CLASSES, type RateClass, type RateClassRule } from '../access/rate-classes.js';
import { setRateLimitHeaders } from '../http/rate-limit-headers.js';
import { type RateMetrics } from '../observability/http-metrics.js';
import { type Exchange } from './exchange.js';
import { type Step } from './run-steps.js';

/** Counts the request against the tenant's limits before its body is read; the answer tells what is left, refused or not. */
export function limitRate(limiter: RateLimiter, rateClass: RateClass, metrics: RateMetrics): Step {
  const rule: RateClassRule = RATE_CLASSES[rateClass];
  const options = { cost: rule.cost, strict: rule.strict ?? false };
  const settle = (exchange: Exchange, decision: RateDecision): void => {
    setRateLimitHeaders(decision, Date.now(), (name, value) => exchange.reply.header(name, value));
    exchange.rate = decision;
    metrics.count(decision);
    if (decision.allowed) return;
    throw new RateLimitedError(`The limit "${decision.policy.name}" of the tenant is used up.`, {
      details: { violatedPolicies: [decision.policy.name], limit: decision.policy.limit, retryAfterSeconds: decision.resetSeconds },
    });
  };
  return (exchange) => {
    const { tenant } = exchange;
    if (tenant === undefined) throw new InternalError('A request is counted before its tenant is known.');
    const decision = limiter.take(
      {
        tenantId: tenant.tenantId,
        requestsPerMinute: tenant.limits.requestsPerMinute,
        burstPerSecond: tenant.limits.burstPerSecond,
      },
      options,
    );
    if (!isPromise(decision)) return settle(exchange, decision);
    return decision.then((settled) => settle(exchange, settled));
  };
}
