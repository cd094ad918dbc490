import { defineRoute, type RouteDefinition } from '@caas/gateway-middleware';
import { auditActorOf, type AuditTrail, type Clock } from '@caas/runtime';
import { type JobsService, queuedJob, toQueuedReply } from '@caas/tenancy';
import { AUDIT_EXPORT, auditExportInput } from './audit-export.js';
import { SPAN_DAYS_MAX, spanOf } from './audit-span.js';

export interface AuditExportRoutesParts {
  readonly jobs: Pick<JobsService, 'queue'>;
  readonly auditTrail: () => Promise<Pick<AuditTrail, 'record'>>;
  readonly clock: Clock;
}

/** Exporting the security trail, which is in it afterwards. */
export function auditExportRoutes({ jobs, auditTrail, clock }: AuditExportRoutesParts): RouteDefinition[] {
  return [
    defineRoute({
      method: 'POST',
      path: '/v1/tenant/audit-logs/export',
      operationId: 'exportAuditLogs',
      summary: 'Export the security trail of the tenant',
      description: `A job, whose result is a line of JSON for each entry, or a table (\`csv\`). From and to are at most ${SPAN_DAYS_MAX} days apart; without them, the last ${SPAN_DAYS_MAX} days.`,
      tags: ['Tenant'],
      access: { permission: 'admin.audit.export', credentials: ['admin'] },
      rateClass: 'export',
      body: auditExportInput,
      responses: { 202: queuedJob },
      handler: async ({ tenant, principal, body }) => {
        const { from, to } = spanOf(body, clock.now());
        const trail = await auditTrail();
        await trail.record({
          tenantId: tenant.tenantId,
          actor: auditActorOf(principal),
          action: { category: 'data', type: 'export', name: 'audit.exported' },
          target: { type: 'audit_logs' },
          severity: 'medium',
        });
        const given = Object.fromEntries(Object.entries(body).filter(([, value]) => value !== undefined));
        const input = { ...given, from: from.toISOString(), to: to.toISOString() };
        return toQueuedReply(await jobs.queue(tenant.tenantId, { kind: AUDIT_EXPORT, input, by: principal.subjectId }));
      },
    }),
  ];
}
