import { type Producer } from '@caas/messaging-kafka';
import { type AuditEntry, type AuditTrail, type Clock, systemClock } from '@caas/runtime';
import { newId } from '@caas/schema';
import { auditRecorded, type platformAudit } from './audit.events.js';

const KEPT_MS = 365 * 86_400_000;

/** {@link AuditTrail} onto `platform.audit`: an entry is safe once the brokers have acknowledged it. */
export class KafkaAuditTrail implements AuditTrail {
  readonly #producer: Producer<typeof platformAudit>;
  readonly #clock: Clock;

  constructor(options: { producer: Producer<typeof platformAudit>; clock?: Clock }) {
    this.#producer = options.producer;
    this.#clock = options.clock ?? systemClock;
  }

  async record(entry: AuditEntry): Promise<void> {
    const { tenantId, actor, action, target, changes, result, severity = 'info', sessionId, reason, complianceFlags = [] } = entry;
    const at = entry.at ?? this.#clock.now();
    const { id, role, ip, userAgent, onBehalfOf } = actor;
    await this.#producer.send({
      // Where a topic of the platform lies does not depend on a tenant's plan.
      ...(tenantId === null ? {} : { tenant: { tenantId, plan: 'free' } }),
      event: auditRecorded,
      timestamp: at,
      payload: {
        audit_id: entry.auditId ?? newId('aud'),
        actor: { type: actor.type, ...defined({ id, role, ip, user_agent: userAgent, on_behalf_of: onBehalfOf }) },
        action: { ...action },
        ...(target === undefined ? {} : { target: { ...target } }),
        result: { status: result?.status ?? 'success', ...defined({ error_code: result?.errorCode, error_message: result?.errorMessage }) },
        ...(changes === undefined
          ? {}
          : { changes: { ...defined({ before: changes.before, after: changes.after }), fields_changed: [...changes.fieldsChanged] } }),
        severity,
        ...defined({ session_id: sessionId, reason }),
        compliance_flags: [...complianceFlags],
        expires_at: at + KEPT_MS,
        legal_hold: false,
      },
    });
  }
}

/** Without what is undefined. */
function defined<Fields extends Readonly<Record<string, unknown>>>(fields: Fields): { [Name in keyof Fields]?: NonNullable<Fields[Name]> } {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as {
    [Name in keyof Fields]?: NonNullable<Fields[Name]>;
  };
}
