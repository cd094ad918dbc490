import { setTimeout as sleep } from 'node:timers/promises';
import { type Filter, type Mongo, op } from '@caas/data-access-mongo';
import { type DeadLetterTools, type RecordInspection } from '@caas/messaging-kafka';
import { type AuditTrail, type Clock, ConflictError, systemClock } from '@caas/runtime';
import { type TenantId } from '@caas/schema';
import { changedPaths, withChanges } from './corrections.js';
import { toRecord } from './dlq-document.js';
import { type DlqMessage, dlqMessages } from './dlq-messages.collection.js';

/** Which dead letters are meant. All conditions hold at once; none means all. */
export interface DeadLetterFilter {
  readonly ids?: readonly string[];
  readonly status?: DlqMessage['status'];
  readonly tenant?: TenantId;
  readonly topic?: string;
  readonly group?: string;
  readonly category?: DlqMessage['category'];
  readonly errorClass?: string;
  readonly since?: Date;
  readonly until?: Date;
}

/** A dead letter in a list: where it comes from and why, nothing of what it says. */
export type DeadLetterSummary = Pick<DlqMessage, (typeof SUMMARY_FIELDS)[number]>;

export const SUMMARY_FIELDS = [
  'dlq_id',
  'topic',
  'partition',
  'offset',
  'consumer_group',
  'tenant_id',
  'event_id',
  'event_type',
  'category',
  'retryable',
  'retry_count',
  'status',
  'failed_at',
  'last_retry_at',
] as const;

/** Most records of one call of `replayAll`, and most a second. */
export const REPLAY_RECORDS_MAX = 1_000;
export const REPLAY_RATE_MAX = 100;

export interface DeadLettersOptions {
  readonly mongo: Mongo;
  readonly tools: DeadLetterTools;
  readonly audit: Pick<AuditTrail, 'record'>;
  readonly clock?: Clock;
  /** Waits so many milliseconds; specs pass time instead. */
  readonly pause?: (ms: number) => Promise<void>;
}

/** Who does it and why, for the audit trail. */
export interface Operator {
  readonly by: string;
  readonly reason?: string;
}

/** What operators do with dead letters. Every change is audited before it is made, so that none goes unseen. */
export class DeadLettersService {
  readonly #options: DeadLettersOptions;
  readonly #clock: Clock;

  constructor(options: DeadLettersOptions) {
    this.#options = options;
    this.#clock = options.clock ?? systemClock;
  }

  /** One page, newest failures first. */
  async list(filter: DeadLetterFilter, page: { limit: number; cursor?: string | undefined }) {
    return this.#rows.page(toFilter(filter), { ...page, sort: { failed_at: -1 }, select: [...SUMMARY_FIELDS, 'error'] });
  }

  /** All of one, its content too. Rejects with `NotFoundError`. */
  get(id: string): Promise<DlqMessage> {
    return this.#rows.get(id);
  }

  /** The record, corrected where it was and the original is not asked for, against the schema of this release. */
  async inspect(id: string, { original = false }: { original?: boolean } = {}): Promise<RecordInspection> {
    const row = await this.get(id);
    return this.#options.tools.inspect(toRecord(original ? { ...row, correction: null } : row));
  }

  /**
   * Keeps a corrected copy of the value beside the original: `changes` by dotted path, or a whole `value` for one that cannot be read. Rejects with
   * `ValidationError` naming the fields, and `ConflictError` (RES_STATE) for a record that was resolved. Resolves with the paths that differ.
   */
  async edit(
    id: string,
    edit: { readonly changes: Readonly<Record<string, unknown>> } | { readonly value: unknown },
    { by, reason, dryRun = false }: Operator & { readonly reason: string; readonly dryRun?: boolean },
  ): Promise<readonly string[]> {
    const { tools } = this.#options;
    const row = await this.get(id);
    requireOpen(row);
    const before = (await tools.inspect(toRecord(row))).value;
    const value = 'value' in edit ? edit.value : withChanges(before, edit.changes);
    const corrected = await tools.correct(toRecord(row), value);
    const fields = changedPaths(before, value).slice(0, 100);
    if (dryRun) return fields;
    await this.#audit('dead_letter.edited', 'update', { row, by, reason, fields });
    await this.#rows.update(id, { set: { correction: { raw_value: corrected, fields, reason, by, at: this.#now() } } });
    return fields;
  }

  /** Has the group handle the record once more. Repeats are harmless; the outcome appears in the row. */
  async replay(id: string, operator: Operator): Promise<void> {
    await this.#replay(await this.get(id), operator);
  }

  /**
   * Replays what matches and was neither resolved nor is under way, oldest first, at most 1 000 of a call and 100 a second. Resolves with what was
   * replayed, or with `dryRun` would be.
   */
  async replayAll(
    filter: DeadLetterFilter,
    { limit, ratePerSecond, dryRun, onProgress, ...operator }: Operator & ReplayAllOptions,
  ): Promise<readonly DeadLetterSummary[]> {
    const { pause = sleep } = this.#options;
    const open =
      filter.status === undefined
        ? op.and<DlqMessage>(toFilter(filter), { status: op.in<DlqMessage['status']>(['pending', 'failed']) })
        : toFilter(filter);
    const found = await this.#rows.findMany(open, {
      sort: { failed_at: 1 },
      limit: Math.min(limit, REPLAY_RECORDS_MAX),
      select: [...SUMMARY_FIELDS],
    });
    if (dryRun) return found;
    const startedAt = performance.now();
    for (const [index, { dlq_id: id }] of found.entries()) {
      const early = startedAt + (index * 1_000) / Math.min(ratePerSecond, REPLAY_RATE_MAX) - performance.now();
      if (early > 0) await pause(early);
      await this.#replay(await this.get(id), operator);
      onProgress?.(index + 1, found.length);
    }
    return found;
  }

  /** Removes one for good. The reason is kept in the audit trail. */
  async remove(id: string, operator: Operator & { readonly reason: string }): Promise<void> {
    const row = await this.get(id);
    await this.#audit('dead_letter.deleted', 'delete', { row, ...operator });
    await this.#rows.delete(id);
  }

  /** How many there are, by status, category, error, topic and group, and how old the oldest open one is. */
  async stats(filter: DeadLetterFilter = {}): Promise<DeadLetterStats> {
    const where = toFilter(filter);
    const countBy = async (field: string): Promise<Record<string, number>> => {
      const rows = await this.#rows.aggregate<{ _id: string | null; count: number }>(
        [{ $group: { _id: `$${field}`, count: { $sum: 1 } } }, { $sort: { count: -1 } }],
        { where },
      );
      return Object.fromEntries(rows.map(({ _id: name, count }) => [name ?? 'none', count]));
    };
    const [oldest] = await this.#rows.findMany(op.and<DlqMessage>(where, { status: 'pending' }), {
      sort: { failed_at: 1 },
      limit: 1,
      select: ['failed_at'],
    });
    const [byStatus, byCategory, byError, byTopic, byGroup, byTenant] = await Promise.all(
      ['status', 'category', 'error.class', 'topic', 'consumer_group', 'tenant_id'].map(countBy),
    );
    return {
      by_status: byStatus ?? {},
      by_category: byCategory ?? {},
      by_error: byError ?? {},
      by_topic: byTopic ?? {},
      by_group: byGroup ?? {},
      by_tenant: byTenant ?? {},
      oldest_pending_seconds: oldest === undefined ? null : Math.round((this.#clock.now() - oldest.failed_at.getTime()) / 1_000),
    };
  }

  async #replay(row: DlqMessage, { by, reason }: Operator): Promise<void> {
    requireOpen(row);
    const { dlq_id: id, consumer_group: group, error } = row;
    await this.#audit('dead_letter.replayed', 'execute', { row, by, reason });
    // The row first: what the replay comes to must not be overwritten by its beginning.
    await this.#rows.update(id, { set: { status: 'retrying', last_retry_at: this.#now() } });
    await this.#options.tools.replay(toRecord(row), {
      group,
      dlqId: id,
      firstFailedAt: row.first_failed_at.getTime(),
      lastFailure: { at: row.failed_at.getTime(), class: error.class, code: error.code, message: error.message },
    });
  }

  #audit(
    name: string,
    type: string,
    { row, by, reason, fields = [] }: Operator & { row: DlqMessage; reason?: string | undefined; fields?: readonly string[] },
  ): Promise<void> {
    return this.#options.audit.record({
      tenantId: row.tenant_id as TenantId | null,
      actor: { type: 'platform_admin', id: by },
      action: { category: 'data', type, name },
      target: { type: 'dead_letter', id: row.dlq_id, identifier: `${row.topic}/${row.partition}/${row.offset}` },
      ...(fields.length === 0 ? {} : { changes: { fieldsChanged: fields } }),
      ...(reason === undefined ? {} : { reason }),
      severity: 'medium',
    });
  }

  get #rows() {
    return this.#options.mongo.platform(dlqMessages);
  }

  #now(): Date {
    return new Date(this.#clock.now());
  }
}

export interface ReplayAllOptions {
  readonly limit: number;
  readonly ratePerSecond: number;
  readonly dryRun: boolean;
  readonly onProgress?: (done: number, total: number) => void;
}

export interface DeadLetterStats {
  readonly by_status: Readonly<Record<string, number>>;
  readonly by_category: Readonly<Record<string, number>>;
  readonly by_error: Readonly<Record<string, number>>;
  readonly by_topic: Readonly<Record<string, number>>;
  readonly by_group: Readonly<Record<string, number>>;
  readonly by_tenant: Readonly<Record<string, number>>;
  readonly oldest_pending_seconds: number | null;
}

function requireOpen({ dlq_id: id, status }: DlqMessage): void {
  if (status === 'resolved') throw new ConflictError(`The dead letter ${id} is resolved.`, { code: 'RES_STATE' });
}

function toFilter({ ids, status, tenant, topic, group, category, errorClass, since, until }: DeadLetterFilter): Filter<DlqMessage> {
  const given = {
    ...(ids === undefined ? {} : { dlq_id: op.in([...ids]) }),
    ...(status === undefined ? {} : { status }),
    ...(tenant === undefined ? {} : { tenant_id: tenant }),
    ...(topic === undefined ? {} : { topic }),
    ...(group === undefined ? {} : { consumer_group: group }),
    ...(category === undefined ? {} : { category }),
    ...(errorClass === undefined ? {} : { 'error.class': errorClass }),
  } as Filter<DlqMessage>;
  const parts: Filter<DlqMessage>[] = [given];
  if (since !== undefined) parts.push({ failed_at: op.gte(since) });
  if (until !== undefined) parts.push({ failed_at: op.lt(until) });
  return parts.length === 1 ? given : op.and<DlqMessage>(...parts);
}
