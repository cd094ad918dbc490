import { type Services } from '@caas/composition';
import { type RouteDefinition } from '@caas/gateway-middleware';
import { auditVerifyRoutes } from './audit/audit-verify.routes.js';
import { auditLogsRoutes } from './audit/audit-logs.routes.js';
import { ipWhitelistRoutes } from './security/ip-whitelist.routes.js';
import { IpWhitelistService } from './security/ip-whitelist.service.js';
import { NetworkRules } from './security/network-rules.js';

/** What the gateway takes from the insight module. */
export default function insightRoutes({ mongo, redis, outbox, clock }: Services): RouteDefinition[] {
  const rules = new NetworkRules({ mongo, redis, clock });
  return [
    ...auditLogsRoutes({ mongo, clock }),
    ...auditVerifyRoutes({ mongo, clock }),
    ...ipWhitelistRoutes({ whitelist: new IpWhitelistService({ mongo, outbox, clock, rules }) }),
  ];
}
