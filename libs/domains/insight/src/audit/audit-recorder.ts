import { type Kafka, type Producer } from '@caas/messaging-kafka';
import { type AuditEntry, type AuditTrail, type Clock, type Logger } from '@caas/runtime';
import { deriveId, type TenantId } from '@caas/schema';
import { auditPayload, auditRecorded, platformAudit } from '@caas/tenancy';
import { type AuditStore, type ToldAudit } from './audit-store.js';

export interface AuditRecorderParts {
  readonly kafka: Pick<Kafka, 'producer'>;
  readonly store: AuditStore;
  readonly clock: Clock;
  readonly logger: Logger;
  /** Where entries go that nothing takes, a line each; standard error unless given. */
  readonly spill?: { write(line: string): unknown };
}

/** Entries under way that nobody waits for; what comes on top is spilled. */
const NOTES_MAX = 1_000;

/**
 * The security trail over Kafka; where Kafka does not take an entry, the same one goes straight into the collection. An entry that took both ways, because the
 * outcome of the first was unknown, is one entry: its id is.
 */
export class AuditRecorder implements AuditTrail {
  readonly #parts: AuditRecorderParts;
  readonly #producer: Producer<typeof platformAudit>;
  #notes = 0;

  constructor(parts: AuditRecorderParts) {
    this.#parts = parts;
    this.#producer = parts.kafka.producer(platformAudit);
  }

  async record(entry: AuditEntry): Promise<void> {
    await this.#keep(this.#told(entry));
  }

  note(entry: AuditEntry): void {
    const told = this.#told(entry);
    if (this.#notes >= NOTES_MAX) return this.#spill(told);
    this.#notes += 1;
    void this.#keep(told)
      .catch(() => this.#spill(told))
      .finally(() => (this.#notes -= 1));
  }

  #told(entry: AuditEntry): ToldAudit & { readonly tenantId: TenantId | null } {
    const at = entry.at ?? this.#parts.clock.now();
    return { tenantId: entry.tenantId, at, payload: auditPayload(entry, at) };
  }

  async #keep({ tenantId, at, payload }: ToldAudit & { readonly tenantId: TenantId | null }): Promise<void> {
    const { store, logger } = this.#parts;
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

  #spill(told: ToldAudit): void {
    (this.#parts.spill ?? process.stderr).write(`${JSON.stringify({ audit: told })}\n`);
  }
}
