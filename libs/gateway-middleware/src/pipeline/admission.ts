import { type GuardedAccess, isPublic } from '../access/route-access.js';
import { type GatewayOptions } from '../gateway/gateway-options.js';
import { type OriginPolicy } from '../http/origin-policy.js';
import { type AccessAudit } from '../observability/access-audit.js';
import { type HttpMetrics } from '../observability/http-metrics.js';
import { type RouteDefinition } from '../routes/define-route.js';
import { actAsUser } from './act-as-user.js';
import { authenticate } from './authenticate.js';
import { authorize } from './authorize.js';
import { checkOrigin, shareWithOrigin } from './check-origin.js';
import { countCall } from './count-call.js';
import { guardCall } from './guard-call.js';
import { guardFailures } from './guard-failures.js';
import { countingRefusals } from './count-refusals.js';
import { limitAddress, limitRate, limitRefusals, type RateOptions } from './limit-rate.js';
import { resolveTenant } from './resolve-tenant.js';
import { type Exchange } from './exchange.js';
import { type Step } from './run-steps.js';

/** What admission takes from the options of a gateway. */
export type AdmissionPorts = Pick<
  GatewayOptions,
  'authenticator' | 'actingUsers' | 'tenants' | 'rateLimiter' | 'quotas' | 'applications' | 'addressRule' | 'authFailures' | 'callRules'
>;

export interface AdmissionOptions extends AdmissionPorts {
  readonly rateLimitEnabled: boolean;
  /** Addresses that are never counted. */
  readonly bypasses: ((ip: string) => boolean) | undefined;
  readonly origins: OriginPolicy;
  readonly audit?: AccessAudit | undefined;
  readonly metrics: HttpMetrics;
}

/**
 * The steps between the router and the body of one route, in their fixed order: blocked addresses, authentication, tenant, bounds of the credential,
 * authorization, acting user, limits and quota. Limits come last, because the user is one of their levels and all levels are taken at once; who is refused
 * for a missing permission or an unknown user counts against the limits of the caller. Validation and the handler follow. A public route has blocked
 * addresses and a limit by address.
 */
export function admissionSteps(route: RouteDefinition, options: AdmissionOptions): readonly Step[] {
  const { metrics, rateLimitEnabled, addressRule, callRules = [], audit } = options;
  const guards = addressRule === undefined ? [] : [guardCall(addressRule)];
  const failures = options.authFailures === undefined ? [] : [guardFailures(options.authFailures)];
  const share = shareWithOrigin(options.origins);
  const rate: RateOptions = {
    limiter: options.rateLimiter,
    applications: options.applications,
    bypasses: options.bypasses,
    metrics: metrics.rate,
  };
  if (isPublic(route.access)) {
    const own = route.rateClass === 'auth' ? failures : [];
    return [...guards, share, ...own, ...(rateLimitEnabled ? [limitAddress(route.rateClass, rate)] : [])];
  }
  const access: GuardedAccess = route.access;
  const counted = options.quotas === undefined ? [] : [countCall(options.quotas)];
  const refused = [...(rateLimitEnabled ? [limitRefusals(route.rateClass, rate)] : []), ...counted];
  return [
    ...guards,
    share,
    ...failures,
    authenticate(options.authenticator, metrics.auth),
    ...(audit === undefined ? [] : [(exchange: Exchange) => audit.authenticated(exchange)]),
    resolveTenant(options.tenants, access),
    checkOrigin(options.origins),
    ...callRules.map(guardCall),
    countingRefusals(authorize(access, metrics.authz, audit), refused),
    countingRefusals(actAsUser(access, options.actingUsers), refused),
    ...(rateLimitEnabled ? [limitRate(route.rateClass, rate)] : []),
    ...counted,
  ];
}
