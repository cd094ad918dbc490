import { type ConsumerDefinition, defineConsumer, PLATFORM_TENANT } from '@caas/messaging-kafka';
import { platformAudit } from '@caas/tenancy';
import { type AuditStore } from './audit-store.js';

/** Stores the security trail. Repeated entries change nothing. */
export function auditProcessor({ store }: { store: AuditStore }): ConsumerDefinition {
  return defineConsumer({
    group: 'audit-processor',
    topics: [platformAudit],
    chunkRecordsMax: 100,
    handle: async (records, context) => {
      if (!context.isOwned()) return;
      await store.append(
        records.map(({ tenantId, payload, envelope }) => ({
          tenantId: tenantId === PLATFORM_TENANT ? null : tenantId,
          at: envelope.timestamp,
          payload,
        })),
      );
    },
  });
}
