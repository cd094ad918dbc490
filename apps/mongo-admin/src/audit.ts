import { type Services } from '@caas/composition';
import { modules } from '@caas/modules';
import { type AuditTrail } from '@caas/runtime';
import { platformAudit } from '@caas/tenancy';

/** The security trail, for what operators do. Without the schema of the topic, entries go straight into the store. */
export async function auditOf(services: Services): Promise<AuditTrail> {
  const { kafka, logger } = services;
  await kafka.schemas.lookupAll([platformAudit]).catch((error: unknown) => {
    logger.warn({ err: error }, 'the schema of the audit trail is not known');
  });
  return modules.audit(services);
}
