import { type Filter, type Mongo, op } from '@caas/data-access-mongo';
import { type Clock } from '@caas/runtime';
import { chainDayOf, chainHash } from './audit-chain.js';
import { type AuditLog, auditLogs } from './audit-logs.collection.js';

/** `missing`: entries before this one are gone. `changed`: it is not as it was written. `unlinked`: it does not follow the one before it. */
export const CHAIN_FAULTS = ['missing', 'changed', 'unlinked'] as const;

/** Where a chain does not hold. */
export interface ChainFault {
  readonly day: string;
  readonly sequence: number;
  readonly auditId: string;
  readonly fault: (typeof CHAIN_FAULTS)[number];
}

/** What came out of looking at the chains of some days. */
export interface ChainVerdict {
  readonly isIntact: boolean;
  readonly entries: number;
  /** Chains with entries: days. */
  readonly days: number;
  /** The first ones. */
  readonly faults: readonly ChainFault[];
  /** The last entry of each day, so that whoever keeps them elsewhere sees later whether an end was cut off. */
  readonly ends: readonly { readonly day: string; readonly sequence: number; readonly hash: string }[];
}

const BATCH = 1_000;
export const FAULTS_MAX = 100;
/** Entries of days before this many are on their way out, the earliest first. */
const KEPT_DAYS = 365;
const DAY_MS = 86_400_000;

/** Looks whether the security trail is whole: recomputes every hash of the chains of some days and follows them from entry to entry. */
export class AuditVerification {
  readonly #mongo: Mongo;
  readonly #clock: Clock;

  constructor({ mongo, clock }: { mongo: Mongo; clock: Clock }) {
    this.#mongo = mongo;
    this.#clock = clock;
  }

  /** The chains of a tenant, or of the platform itself (`null`), from the day of `from` to the day of `to`, both included. */
  async verify(tenantId: string | null, { from, to }: { from: Date; to: Date }, signal?: AbortSignal): Promise<ChainVerdict> {
    const oldestWhole = chainDayOf(new Date(this.#clock.now() - (KEPT_DAYS - 1) * DAY_MS));
    const walk = new ChainWalk(oldestWhole);
    for await (const entry of this.#entries(tenantId, { from: chainDayOf(from), to: chainDayOf(to) })) {
      signal?.throwIfAborted();
      walk.take(entry);
    }
    return walk.verdict();
  }

  async *#entries(tenantId: string | null, { from, to }: { from: string; to: string }): AsyncGenerator<AuditLog> {
    const days: Filter<AuditLog> = op.and<AuditLog>({ tenant_id: tenantId }, { 'chain.day': op.gte(from) }, { 'chain.day': op.lte(to) });
    for (let last: AuditLog['chain'] | undefined; ;) {
      const behind = last === undefined ? days : op.and<AuditLog>(days, after(last));
      const options = { sort: { 'chain.day': 1, 'chain.sequence': 1 }, limit: BATCH, readFrom: 'primary' } as const;
      const batch = await this.#mongo.platform(auditLogs).findMany(behind, options);
      yield* batch;
      last = batch.at(-1)?.chain;
      if (batch.length < BATCH) return;
    }
  }
}

function after({ day, sequence }: AuditLog['chain']): Filter<AuditLog> {
  return op.or<AuditLog>({ 'chain.day': op.gt(day) }, { 'chain.day': day, 'chain.sequence': op.gt(sequence) });
}

/** Follows chains entry by entry. */
class ChainWalk {
  readonly #oldestWhole: string;
  readonly #faults: ChainFault[] = [];
  readonly #ends: { day: string; sequence: number; hash: string }[] = [];
  #entries = 0;
  #faultsSeen = 0;

  constructor(oldestWhole: string) {
    this.#oldestWhole = oldestWhole;
  }

  take(entry: AuditLog): void {
    const { chain, hash, prev_hash: previous } = entry;
    this.#entries += 1;
    const end = this.#ends.at(-1);
    const isFirst = end?.day !== chain.day;
    const expected = isFirst ? 1 : end.sequence + 1;
    const hasExpired = isFirst && chain.day < this.#oldestWhole;
    if (chain.sequence !== expected && !hasExpired) this.#found(entry, 'missing');
    else if (!hasExpired && previous !== (isFirst ? null : end.hash)) this.#found(entry, 'unlinked');
    if (chainHash(entry, previous) !== hash) this.#found(entry, 'changed');
    if (isFirst) this.#ends.push({ ...chain, hash });
    else Object.assign(end, { sequence: chain.sequence, hash });
  }

  verdict(): ChainVerdict {
    return { isIntact: this.#faultsSeen === 0, entries: this.#entries, days: this.#ends.length, faults: this.#faults, ends: this.#ends };
  }

  #found({ audit_id: auditId, chain: { day, sequence } }: AuditLog, fault: ChainFault['fault']): void {
    this.#faultsSeen += 1;
    if (this.#faults.length < FAULTS_MAX) this.#faults.push({ day, sequence, auditId, fault });
  }
}
