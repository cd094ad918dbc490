import { type Services } from '@caas/composition';
import { type AuditTrail } from '@caas/runtime';
import { AuditRecorder } from './audit/audit-recorder.js';
import { AuditStore } from './audit/audit-store.js';

/** Where processes write what concerns the security trail. */
export default function insightAudit({ mongo, kafka, clock, logger }: Services): AuditTrail[] {
  return [new AuditRecorder({ kafka, clock, logger, store: new AuditStore({ mongo }) })];
}
