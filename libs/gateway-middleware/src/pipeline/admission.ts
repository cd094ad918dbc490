import { type GuardedAccess, isPublic } from '../access/route-access.js';
import { type GatewayOptions } from '../gateway/gateway-options.js';
import { type HttpMetrics } from '../observability/http-metrics.js';
import { type RouteDefinition } from '../routes/define-route.js';
import { actAsUser } from './act-as-user.js';
import { authenticate } from './authenticate.js';
import { authorize } from './authorize.js';
import { countCall } from './count-call.js';
import { limitRate } from './limit-rate.js';
import { resolveTenant } from './resolve-tenant.js';
import { type Step } from './run-steps.js';

/**
 * The steps between the router and the body of one route, in their fixed order: authentication, tenant, limits and quota, authorization, acting
 * user. Validation and the handler follow. A public route has none of them.
 */
export function admissionSteps(
  route: RouteDefinition,
  options: Pick<GatewayOptions, 'authenticator' | 'actingUsers' | 'tenants' | 'rateLimiter' | 'quotas'> & {
    rateLimitEnabled: boolean;
    metrics: HttpMetrics;
  },
): readonly Step[] {
  if (isPublic(route.access)) return [];
  const access: GuardedAccess = route.access;
  const { metrics } = options;
  return [
    authenticate(options.authenticator, metrics.auth),
    resolveTenant(options.tenants),
    ...(options.rateLimitEnabled ? [limitRate(options.rateLimiter, route.rateClass, metrics.rate)] : []),
    ...(options.quotas === undefined ? [] : [countCall(options.quotas)]),
    authorize(access, metrics.authz),
    actAsUser(access, options.actingUsers),
  ];
}
