import { setTimeout as pause } from 'node:timers/promises';
import { type Mongo } from '@caas/data-access-mongo';
import { groupBy, UnavailableError } from '@caas/runtime';
import { type AuditPayload } from '@caas/tenancy';
import { type AuditRow, chainDayOf, chainHash, type CoveredRow } from './audit-chain.js';
import { auditLogs } from './audit-logs.collection.js';

/** An entry with what its envelope says of it. */
export interface ToldAudit {
  /** Null for what concerns the platform itself. */
  readonly tenantId: string | null;
  /** When it happened. */
  readonly at: number;
  readonly payload: AuditPayload;
}

/** A chain: a tenant's day. */
interface Chain {
  readonly tenantId: string | null;
  readonly day: string;
}

/** Others may take the next place first this often in a row; each time one of them has got on. */
const ATTEMPTS_MAX = 200;
/** From so many on, whoever lost waits a moment of its own. */
const PATIENCE = 3;
const PAUSE_MS_MAX = 50;

/**
 * The audit collection. Append-only: an entry that is there stays as it is, so that storing one again changes nothing. The next place of a chain is claimed by
 * its unique key; who finds it taken reads the end of the chain again and links to that, so that chains do not fork however many processes append.
 */
export class AuditStore {
  readonly #mongo: Mongo;
  /** The last append of each chain in this process: they go one after the other instead of racing. */
  readonly #turns = new Map<string, Promise<void>>();

  constructor({ mongo }: { mongo: Mongo }) {
    this.#mongo = mongo;
  }

  /** Stores entries, those of a chain in their order. Rejects with a retryable error when the store is away; what was stored by then stays. */
  async append(entries: readonly ToldAudit[]): Promise<void> {
    const rows = entries.map(({ tenantId, at, payload }) => rowOf(payload, { tenant_id: tenantId, timestamp: new Date(at) }));
    const chains = groupBy(rows, ({ tenant_id: tenantId, timestamp }) => `${tenantId ?? ''} ${chainDayOf(timestamp)}`);
    for (const [name, [first, ...rest]] of chains) {
      if (first === undefined) continue;
      const chain = { tenantId: first.tenant_id, day: chainDayOf(first.timestamp) };
      await this.#inTurn(name, () => this.#extend(chain, [first, ...rest]));
    }
  }

  async #inTurn(name: string, work: () => Promise<void>): Promise<void> {
    const turn = (this.#turns.get(name) ?? Promise.resolve()).then(work, work);
    this.#turns.set(name, turn);
    try {
      await turn;
    } finally {
      if (this.#turns.get(name) === turn) this.#turns.delete(name);
    }
  }

  async #extend(chain: Chain, rows: readonly Unchained[]): Promise<void> {
    const repository = this.#mongo.platform(auditLogs);
    const wanted = new Map(rows.map((row) => [row.audit_id, row]));
    for (let attempt = 1; attempt <= ATTEMPTS_MAX; attempt++) {
      const stored = await repository.findExisting([...wanted.keys()]);
      const missing = [...wanted.values()].filter(({ audit_id }) => !stored.has(audit_id));
      if (missing.length === 0) return;
      const { duplicates } = await repository.insertMany(linked(missing, chain, await this.#endOf(chain)), { ordered: true });
      if (duplicates.length === 0) return;
      if (attempt > PATIENCE) await pause(Math.random() * PAUSE_MS_MAX);
    }
    throw new UnavailableError('The end of an audit chain moves too fast.');
  }

  async #endOf({ tenantId, day }: Chain): Promise<ChainEnd> {
    const [last] = await this.#mongo
      .platform(auditLogs)
      .findMany(
        { tenant_id: tenantId, 'chain.day': day },
        { sort: { 'chain.sequence': -1 }, limit: 1, select: ['chain', 'hash'], readFrom: 'primary' },
      );
    return last === undefined ? { sequence: 0, hash: null } : { sequence: last.chain.sequence, hash: last.hash };
  }
}

type Unchained = Omit<AuditRow, 'chain' | 'prev_hash' | 'hash'> & { readonly audit_id: string };

interface ChainEnd {
  readonly sequence: number;
  readonly hash: string | null;
}

/** Rows in their places behind the end of a chain. */
function linked(rows: readonly Unchained[], { day }: Chain, end: ChainEnd): AuditRow[] {
  let { sequence, hash: previous } = end;
  return rows.map((row) => {
    sequence += 1;
    const placed: CoveredRow & Unchained = { ...row, chain: { day, sequence } };
    const hash = chainHash(placed, previous);
    const entry = { ...placed, prev_hash: previous, hash };
    previous = hash;
    return entry;
  });
}

function rowOf(payload: AuditPayload, place: Pick<AuditRow, 'tenant_id' | 'timestamp'>): Unchained {
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
