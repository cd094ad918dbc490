import { type Services } from '@caas/composition';
import { AuditRecorder, AuditStore, platformAudit } from '@caas/insight';
import { type AuditTrail } from '@caas/runtime';

/** The security trail, for what operators do. Without the schema of the topic, entries go straight into the store. */
export async function auditOf({ mongo, kafka, clock, logger }: Services): Promise<AuditTrail> {
  await kafka.schemas.lookupAll([platformAudit]).catch((error: unknown) => {
    logger.warn({ err: error }, 'the schema of the audit trail is not known');
  });
  return new AuditRecorder({ kafka, clock, logger, store: new AuditStore({ mongo }) });
}
