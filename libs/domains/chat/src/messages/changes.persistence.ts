import { type Mongo, op } from '@caas/data-access-mongo';
import { AppError, groupBy, NotFoundError, type TenantContext, UnavailableError } from '@caas/runtime';
import { conversations } from '../conversations/conversations.collection.js';
import { reactions } from '../reactions/reactions.collection.js';
import { ChangedRow, ROW_FIELDS } from './changed-row.js';
import { type MessageChange, type MessageDeletion, type StoredChange } from './message-change.js';
import { messageHides } from './message-hides.collection.js';
import { messages } from './messages.collection.js';
import { contentTypeOf, plainContentOf, storedPreviewOf } from './stored-content.js';

/** What became of one change; `duplicate`: it, or something newer, was there before. */
export type ChangeOutcome =
  | { readonly kind: 'stored'; readonly stored: StoredChange; readonly duplicate: boolean }
  | { readonly kind: 'refused'; readonly error: AppError };

/** Looks at rows that somebody else keeps changing before the batch is given back. */
const ROUNDS_MAX = 3;

/**
 * Stores edits and deletions in bulk: one read of the messages, the changes of each folded in the order of the log, then one bulk write of the edits (each guarded by
 * the number of edits it was computed from), one of the deletions, one of what was hidden, and one of the summaries that show it.
 *
 * An edit that is not newer than what is stored loses; so a redone batch changes nothing, and neither does one that was retried after a newer edit.
 */
export class ChangesPersistence {
  readonly #mongo: Mongo;

  constructor({ mongo }: { mongo: Mongo }) {
    this.#mongo = mongo;
  }

  /** One outcome per accepted change; of the refused ones those that had been applied before they were refused. Rejects when the store fails. */
  async persist(
    tenant: TenantContext,
    accepted: readonly MessageChange[],
    refused: readonly MessageChange[] = [],
  ): Promise<Map<MessageChange, ChangeOutcome>> {
    const outcomes = new Map<MessageChange, ChangeOutcome>();
    if (accepted.length + refused.length === 0) return outcomes;
    for (let round = 1; ; round++) {
      const rows = await this.#rows(tenant, [...accepted, ...refused]);
      outcomes.clear();
      for (const change of refused) {
        const row = rows.get(change.messageId);
        if (row?.hasApplied(change) === true) outcomes.set(change, toOutcome(row, true));
      }
      const pending = accepted.map((change) => ({ change, row: rows.get(change.messageId), duplicate: false }));
      for (const entry of pending) fold(entry, outcomes);
      if (await this.#write(tenant, [...rows.values()], accepted)) {
        for (const { change, row, duplicate } of pending)
          if (row !== undefined && !outcomes.has(change)) outcomes.set(change, toOutcome(row, duplicate));
        return outcomes;
      }
      if (round === ROUNDS_MAX) throw new UnavailableError('The messages keep changing under this batch.');
    }
  }

  async #rows(tenant: TenantContext, changes: readonly MessageChange[]): Promise<Map<string, ChangedRow>> {
    const found = await this.#mongo
      .forTenant(tenant)
      .repository(messages)
      .findExisting([...new Set(changes.map(({ messageId }) => messageId))], ROW_FIELDS);
    return new Map([...found].map(([id, row]) => [id, new ChangedRow(id, row)]));
  }

  /** Whether every guard held. The steps are in an order in which each may be the last one before a crash. */
  async #write(tenant: TenantContext, rows: readonly ChangedRow[], accepted: readonly MessageChange[]): Promise<boolean> {
    const repository = this.#mongo.forTenant(tenant).repository(messages);
    const edited = rows.filter(({ isEdited }) => isEdited);
    if (edited.length > 0) {
      const { matched } = await repository.bulkUpdate(edited.map((row) => row.editWrite()));
      if (matched < edited.length) return false;
    }
    const deleted = rows.filter(({ isDeletedNow }) => isDeletedNow);
    const alike = groupBy(deleted, ({ deletedBy, content }) => `${deletedBy?.by}:${deletedBy?.type}:${contentTypeOf(content)}`);
    for (const group of alike.values()) await this.#erase(tenant, group);
    await this.#hide(tenant, rows, accepted);
    await this.#showInSummaries(tenant, rows);
    return true;
  }

  /** The content of everyone's goes, the row stays in the history; what depends on the content goes with it. */
  async #erase(tenant: TenantContext, group: readonly ChangedRow[]): Promise<void> {
    const [first] = group;
    if (first?.deletedBy === undefined) return;
    const scope = this.#mongo.forTenant(tenant);
    const ids = group.map(({ messageId }) => messageId);
    await scope.repository(messages).softDeleteMany({ message_id: op.in(ids) }, first.deletedBy.by, {
      set: {
        content: { type: 'erased', content_type: contentTypeOf(first.content) },
        deletion: { type: first.deletedBy.type, reason: null },
        reactions_summary: { total_count: 0, by_emoji: {} },
        'edit.original': null,
        'edit.history': [],
      },
    });
    await scope.repository(reactions).deleteMany({ message_id: op.in(ids) });
  }

  async #hide(tenant: TenantContext, rows: readonly ChangedRow[], accepted: readonly MessageChange[]): Promise<void> {
    const byId = new Map(rows.map((row) => [row.messageId, row]));
    const hides = accepted
      .filter((change): change is MessageDeletion => change.kind === 'deleted' && change.scope === 'self')
      .flatMap(({ messageId, conversationId, actorId }) => {
        const row = byId.get(messageId)?.stored;
        if (row === undefined) return [];
        return [
          { user_id: actorId, conversation_id: conversationId, message_id: messageId, sequence: row.sequence, expires_at: row.expires_at },
        ];
      });
    if (hides.length > 0) await this.#mongo.forTenant(tenant).repository(messageHides).insertMany(hides);
  }

  /** The list of conversations shows what the newest message says now. */
  async #showInSummaries(tenant: TenantContext, rows: readonly ChangedRow[]): Promise<void> {
    const updates = rows.map(({ messageId, stored, content, isGone }) => ({
      id: stored.conversation_id,
      where: { 'last_message.message_id': messageId } as const,
      set: { 'last_message.content_preview': isGone ? null : storedPreviewOf(content) },
    }));
    if (updates.length > 0) await this.#mongo.forTenant(tenant).repository(conversations).updateManyById(updates);
  }
}

/** Applies a change to the row in memory, or tells why not. */
function fold(
  entry: { change: MessageChange; row: ChangedRow | undefined; duplicate: boolean },
  outcomes: Map<MessageChange, ChangeOutcome>,
): void {
  const { change, row } = entry;
  if (row === undefined || row.stored.conversation_id !== change.conversationId) {
    outcomes.set(change, { kind: 'refused', error: new NotFoundError() });
    return;
  }
  const applied = row.apply(change);
  if (applied === 'gone') outcomes.set(change, { kind: 'refused', error: new AppError('MSG_DELETED', 'The message was deleted.') });
  entry.duplicate = applied === 'known';
}

function toOutcome({ stored, content, isGone }: ChangedRow, duplicate: boolean): ChangeOutcome {
  return {
    kind: 'stored',
    duplicate,
    stored: {
      sequence: stored.sequence,
      clientMessageId: stored.metadata.client_message_id,
      content: isGone ? null : plainContentOf(content),
    },
  };
}
