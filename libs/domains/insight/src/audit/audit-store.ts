import { createHash } from 'node:crypto';
import { type Mongo, type NewDocumentOf, op } from '@caas/data-access-mongo';
import { DuplicateKeyError } from '@caas/runtime';
import { type AuditPayload } from '@caas/tenancy';
import { auditLogs } from './audit-logs.collection.js';

/** An entry with what its envelope says of it. */
export interface ToldAudit {
  /** Null for what concerns the platform itself. */
  readonly tenantId: string | null;
  /** When it happened. */
  readonly at: number;
  readonly payload: AuditPayload;
}

type Row = NewDocumentOf<typeof auditLogs>;

/**
 * The audit collection. Append-only: an entry that is there stays as it is, so that storing one again changes nothing. Each carries the hash of the one before
 * it in its tenant's day; two processes that store entries of one tenant at the same moment give both the same predecessor, which is seen as a fork, while a
 * missing or changed entry is seen as a break.
 */
export class AuditStore {
  readonly #mongo: Mongo;

  constructor({ mongo }: { mongo: Mongo }) {
    this.#mongo = mongo;
  }

  /** Stores entries in their order. Rejects with a retryable error when the store is away; what was stored by then stays. */
  async append(entries: readonly ToldAudit[]): Promise<void> {
    for (const entry of entries) await this.#append(entry);
  }

  async #append({ tenantId, at, payload }: ToldAudit): Promise<void> {
    const repository = this.#mongo.platform(auditLogs);
    if (await repository.exists({ audit_id: payload.audit_id }, { readFrom: 'primary' })) return;
    const timestamp = new Date(at);
    const dayBegins = new Date(Date.UTC(timestamp.getUTCFullYear(), timestamp.getUTCMonth(), timestamp.getUTCDate()));
    const [before] = await repository.findMany(
      { tenant_id: tenantId, timestamp: op.gte(dayBegins), audit_id: op.ne(payload.audit_id) },
      { sort: { created_at: -1, audit_id: -1 }, limit: 1, select: ['hash'], readFrom: 'primary' },
    );
    const row = rowOf(payload, { tenant_id: tenantId, timestamp });
    const prev_hash = before?.hash ?? null;
    try {
      await repository.insert({ ...row, prev_hash, hash: chained(row, prev_hash) });
    } catch (error) {
      if (!(error instanceof DuplicateKeyError)) throw error; // another one stored the same entry
    }
  }
}

type Unchained = Omit<Row, 'prev_hash' | 'hash'>;

function rowOf(payload: AuditPayload, place: Pick<Row, 'tenant_id' | 'timestamp'>): Unchained {
  const { audit_id, actor, action, target, changes, result, severity } = payload;
  return {
    audit_id,
    ...place,
    actor: {
      type: actor.type,
      id: actor.id ?? null,
      email: actor.email ?? null,
      role: actor.role ?? null,
      ip: actor.ip ?? null,
      user_agent: actor.user_agent ?? null,
      on_behalf_of: actor.on_behalf_of ?? null,
    },
    action,
    target: target === undefined ? null : { type: target.type, id: target.id ?? null, identifier: target.identifier ?? null },
    changes:
      changes === undefined
        ? null
        : { before: changes.before ?? null, after: changes.after ?? null, fields_changed: changes.fields_changed },
    result: { status: result.status, error_code: result.error_code ?? null, error_message: result.error_message ?? null },
    severity,
    metadata: {
      request_id: payload.request_id ?? null,
      session_id: payload.session_id ?? null,
      reason: payload.reason ?? null,
      compliance_flags: payload.compliance_flags,
    },
    retention: { expires_at: new Date(payload.expires_at), legal_hold: payload.legal_hold },
  };
}

/** SHA-256 over the entry and the hash before it. */
function chained(row: Unchained, previous: string | null): string {
  return createHash('sha256')
    .update(JSON.stringify([previous, row]))
    .digest('hex');
}
