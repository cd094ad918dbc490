import { type GuardedAccess, isPublic } from '../access/route-access.js';
import { type GatewayOptions } from '../gateway/gateway-options.js';
import { type AccessAudit } from '../observability/access-audit.js';
import { type HttpMetrics } from '../observability/http-metrics.js';
import { type RouteDefinition } from '../routes/define-route.js';
import { actAsUser } from './act-as-user.js';
import { authenticate } from './authenticate.js';
import { authorize } from './authorize.js';
import { countCall } from './count-call.js';
import { guardCall } from './guard-call.js';
import { guardFailures } from './guard-failures.js';
import { limitRate } from './limit-rate.js';
import { resolveTenant } from './resolve-tenant.js';
import { type Step } from './run-steps.js';

/** What admission takes from the options of a gateway. */
export type AdmissionPorts = Pick<
  GatewayOptions,
  'authenticator' | 'actingUsers' | 'tenants' | 'rateLimiter' | 'quotas' | 'addressRule' | 'authFailures' | 'callRules'
>;

/**
 * The steps between the router and the body of one route, in their fixed order: blocked addresses, authentication, tenant, bounds of the credential, limits and
 * quota, authorization, acting user. Validation and the handler follow. A public route has the first one only.
 */
export function admissionSteps(
  route: RouteDefinition,
  options: AdmissionPorts & { rateLimitEnabled: boolean; metrics: HttpMetrics; audit?: AccessAudit | undefined },
): readonly Step[] {
  const { addressRule, callRules = [] } = options;
  const guards = addressRule === undefined ? [] : [guardCall(addressRule)];
  const failures = options.authFailures === undefined ? [] : [guardFailures(options.authFailures)];
  if (isPublic(route.access)) return route.rateClass === 'auth' ? [...guards, ...failures] : guards;
  const access: GuardedAccess = route.access;
  const { metrics } = options;
  return [
    ...guards,
    ...failures,
    authenticate(options.authenticator, metrics.auth),
    resolveTenant(options.tenants),
    ...callRules.map(guardCall),
    ...(options.rateLimitEnabled ? [limitRate(options.rateLimiter, route.rateClass, metrics.rate)] : []),
    ...(options.quotas === undefined ? [] : [countCall(options.quotas)]),
    authorize(access, metrics.authz, options.audit),
    actAsUser(access, options.actingUsers),
  ];
}
