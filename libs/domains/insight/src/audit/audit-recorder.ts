import { type Kafka, type Producer } from '@caas/messaging-kafka';
import { type AuditEntry, type AuditTrail, type Clock, type Logger } from '@caas/runtime';
import { deriveId } from '@caas/schema';
import { auditRecorded, platformAudit } from './audit.events.js';
import { auditPayload } from './audit-payload.js';
import { type AuditStore } from './audit-store.js';

export interface AuditRecorderParts {
  readonly kafka: Pick<Kafka, 'producer'>;
  readonly store: AuditStore;
  readonly clock: Clock;
  readonly logger: Logger;
}

/**
 * The security trail over Kafka; where Kafka does not take an entry, the same one goes straight into the collection. An entry that took both ways, because the
 * outcome of the first was unknown, is one entry: its id is.
 */
export class AuditRecorder implements AuditTrail {
  readonly #parts: AuditRecorderParts;
  readonly #producer: Producer<typeof platformAudit>;

  constructor(parts: AuditRecorderParts) {
    this.#parts = parts;
    this.#producer = parts.kafka.producer(platformAudit);
  }

  async record(entry: AuditEntry): Promise<void> {
    const { clock, store, logger } = this.#parts;
    const at = entry.at ?? clock.now();
    const payload = auditPayload(entry, at);
    const { tenantId } = entry;
    const id = deriveId('evt', payload.audit_id);
    try {
      // A topic of the platform has one place, whatever the tenant's plan.
      const tenant = tenantId === null ? {} : { tenant: { tenantId, plan: 'free' as const } };
      await this.#producer.send({ ...tenant, event: auditRecorded, payload, id, timestamp: at });
    } catch (error) {
      logger.warn({ err: error, audit_id: payload.audit_id }, 'an entry of the audit trail goes straight into the store');
      await store.append([{ tenantId, at, payload }]);
    }
  }
}
