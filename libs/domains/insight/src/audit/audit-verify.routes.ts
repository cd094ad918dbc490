import { defineRoute, type RouteDefinition } from '@caas/gateway-middleware';
import { type Clock } from '@caas/runtime';
import { type Mongo } from '@caas/data-access-mongo';
import { dateTime, idOf, int64, text, z } from '@caas/schema';
import { SPAN_DAYS_MAX, spanOf } from './audit-span.js';
import { AuditVerification, CHAIN_FAULTS, type ChainVerdict, FAULTS_MAX } from './audit-verification.js';

const place = { day: text({ max: 10 }), sequence: int64({ min: 1 }) };

/** What came out of checking the chains, as the API shows it. */
export const chainVerdictResource = z.strictObject({
  intact: z.boolean(),
  entries: int64({ min: 0 }),
  days: int64({ min: 0 }),
  faults: z.array(z.strictObject({ ...place, audit_id: idOf('aud'), fault: z.enum(CHAIN_FAULTS) })),
  /** The last entry of each day: keep them elsewhere, and compare. */
  ends: z.array(z.strictObject({ ...place, hash: text({ max: 64 }) })),
});

export function toChainVerdictResource({ isIntact, entries, days, faults, ends }: ChainVerdict): z.output<typeof chainVerdictResource> {
  const shown = faults.map(({ auditId, ...fault }) => ({ ...fault, audit_id: auditId }));
  return { intact: isIntact, entries, days, faults: shown, ends: [...ends] };
}

/** Checking that the security trail of a tenant is whole. */
export function auditVerifyRoutes({ mongo, clock }: { mongo: Mongo; clock: Clock }): RouteDefinition[] {
  const verification = new AuditVerification({ mongo, clock });
  return [
    defineRoute({
      method: 'GET',
      path: '/v1/tenant/audit-logs/verify',
      operationId: 'verifyAuditLogs',
      summary: 'Check that no entry of the security trail is missing or was changed',
      description:
        `Recomputes the hash of each entry and follows the chain of every day (UTC). From and to are at most ${SPAN_DAYS_MAX} days apart; without them, the last ${SPAN_DAYS_MAX} days. ` +
        `The first ${FAULTS_MAX} faults are named. What was cut off at the end of a day shows by comparing \`ends\` with those of an earlier check.`,
      tags: ['Tenant'],
      access: { permission: 'admin.audit.view', credentials: ['key', 'admin', 'platform'], whileTenantIs: ['suspended'] },
      rateClass: 'admin',
      query: z.strictObject({ from: dateTime().optional(), to: dateTime().optional() }),
      responses: { 200: chainVerdictResource },
      handler: async ({ tenant, query, signal }) => ({
        status: 200,
        body: toChainVerdictResource(await verification.verify(tenant.tenantId, spanOf(query, clock.now()), signal)),
      }),
    }),
  ];
}
