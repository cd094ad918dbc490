import { type Services } from '@caas/composition';
import { type RouteDefinition } from '@caas/gateway-middleware';
import { JobsService } from '@caas/tenancy';
import { auditVerifyRoutes } from './audit/audit-verify.routes.js';
import { auditExportRoutes } from './audit/audit-export.routes.js';
import { auditLogsRoutes } from './audit/audit-logs.routes.js';
import { ipWhitelistRoutes } from './security/ip-whitelist.routes.js';
import { IpWhitelistService } from './security/ip-whitelist.service.js';
import { NetworkRules } from './security/network-rules.js';

/** What the gateway takes from the insight module. */
export default function insightRoutes({ mongo, redis, outbox, clock, auditTrail }: Services): RouteDefinition[] {
  const rules = new NetworkRules({ mongo, redis, clock });
  return [
    ...auditLogsRoutes({ mongo, clock }),
    ...auditVerifyRoutes({ mongo, clock }),
    ...auditExportRoutes({ jobs: new JobsService({ mongo, clock }), auditTrail, clock }),
    ...ipWhitelistRoutes({ whitelist: new IpWhitelistService({ mongo, outbox, clock, rules }) }),
  ];
}
