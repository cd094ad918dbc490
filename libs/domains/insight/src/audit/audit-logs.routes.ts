import { type Mongo, type Page } from '@caas/data-access-mongo';
import { defineRoute, listQuery, pageOf, type RouteDefinition, toPage } from '@caas/gateway-middleware';
import { AUDIT_ACTORS, AUDIT_CATEGORIES, AUDIT_RESULTS, AUDIT_SEVERITIES, type Clock } from '@caas/runtime';
import { dateTime, freeForm, idOf, text, z } from '@caas/schema';
import { AUDIT_CONDITIONS } from './audit-conditions.js';
import { AuditLogReader } from './audit-log-reader.js';
import { type AuditLog } from './audit-logs.collection.js';
import { SPAN_DAYS_MAX, spanOf } from './audit-span.js';

const reference = text({ max: 255 }).nullable();
const snapshot = freeForm({ maxBytes: 16_384, maxKeys: 500 }).nullable();

/** An entry of the security trail as the API shows it. */
export const auditLogResource = z
  .strictObject({
    audit_id: idOf('aud'),
    actor: z.strictObject({
      type: z.enum(AUDIT_ACTORS),
      id: reference,
      role: text({ max: 50 }).nullable(),
      ip: text({ max: 45 }).nullable(),
      user_agent: text({ max: 500 }).nullable(),
      on_behalf_of: reference,
    }),
    action: z.strictObject({ category: z.enum(AUDIT_CATEGORIES), type: text({ max: 50 }), name: text({ max: 200 }) }),
    target: z.strictObject({ type: text({ max: 50 }), id: reference, identifier: reference }).nullable(),
    changes: z.strictObject({ before: snapshot, after: snapshot, fields_changed: z.array(text({ max: 200 })) }).nullable(),
    result: z.strictObject({
      status: z.enum(AUDIT_RESULTS),
      error_code: text({ max: 100 }).nullable(),
      error_message: text({ max: 500 }).nullable(),
    }),
    severity: z.enum(AUDIT_SEVERITIES),
    request_id: text({ max: 100 }).nullable(),
    reason: text({ max: 500 }).nullable(),
    timestamp: dateTime(),
    /** Of the entry before it in the tenant's day, and its own: what is missing or was changed shows. */
    prev_hash: text({ max: 64 }).nullable(),
    hash: text({ max: 64 }),
  })
  .meta({ id: 'AuditLog' });

export function toAuditLogResource(entry: AuditLog): z.output<typeof auditLogResource> {
  const { audit_id, actor, action, target, changes, result, severity, metadata, timestamp, prev_hash, hash } = entry;
  const { type, id, role, ip, user_agent, on_behalf_of } = actor;
  return {
    ...{ audit_id, action, target, changes, result, severity, prev_hash, hash },
    actor: { type, id, role, ip, user_agent, on_behalf_of },
    request_id: metadata.request_id,
    reason: metadata.reason,
    timestamp: timestamp.toISOString(),
  };
}

const query = listQuery().extend(AUDIT_CONDITIONS);

/** Reading the security trail of a tenant. */
export function auditLogsRoutes({ mongo, clock }: { mongo: Mongo; clock: Clock }): RouteDefinition[] {
  const reader = new AuditLogReader({ mongo });
  const page = (tenantId: string, { limit, cursor, from, to, ...wanted }: z.output<typeof query>): Promise<Page<AuditLog>> => {
    const { actor_id: actorId, target_id: targetId, ...others } = wanted;
    return reader.page({ tenantId, actorId, targetId, ...others, ...spanOf({ from, to }, clock.now()) }, { limit, cursor });
  };
  return [
    defineRoute({
      method: 'GET',
      path: '/v1/tenant/audit-logs',
      operationId: 'listAuditLogs',
      summary: 'List the security trail of the tenant, newest first',
      description: `From and to are at most ${SPAN_DAYS_MAX} days apart; without them, the last ${SPAN_DAYS_MAX} days. Entries appear within seconds.`,
      tags: ['Tenant'],
      access: { permission: 'admin.audit.view', credentials: ['key', 'admin'], whileTenantIs: ['suspended'] },
      query,
      responses: { 200: pageOf(auditLogResource) },
      errors: ['VAL_CURSOR_INVALID'],
      handler: async ({ tenant, query: wanted }) => ({
        status: 200,
        body: toPage(await page(tenant.tenantId, wanted), wanted.limit, toAuditLogResource),
      }),
    }),
  ];
}
