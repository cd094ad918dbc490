import { announcing, type Announcement } from '@caas/composition';
import { type AuditEntry } from '@caas/runtime';
import { parseTenantId } from '@caas/schema';
import { auditRecorded } from './audit.events.js';
import { auditPayload } from './audit-payload.js';

/** An entry of the security trail as an event that is committed together with the change it is about: both are kept, or neither. */
export function auditing(entry: AuditEntry, at: number): Announcement {
  const { tenantId } = entry;
  // A topic of the platform has one place, whatever the tenant's plan.
  const tenant = tenantId === null ? {} : { tenant: { tenantId: parseTenantId(tenantId), plan: 'free' as const } };
  return announcing({ ...tenant, event: auditRecorded, payload: auditPayload(entry, at), timestamp: at });
}
