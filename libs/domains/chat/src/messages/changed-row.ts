import { type JsonObject } from '@caas/schema';
import { type MessageChange, type MessageEdit } from './message-change.js';
import { EDIT_HISTORY_MAX, type StoredMessage } from './messages.collection.js';
import { type StoredContent } from './stored-content.js';
import { type TextFacts } from './text-facts.js';

/** What is read of a message that is to change. */
export const ROW_FIELDS = [
  'conversation_id',
  'sequence',
  'sender',
  'content',
  'edit',
  'deletion',
  'delivery',
  'metadata',
  'expires_at',
] as const;
type Row = Pick<StoredMessage, (typeof ROW_FIELDS)[number]>;

/** A stored message with the changes of a batch applied in memory, in the order of the log. */
export class ChangedRow {
  content: StoredContent;
  /** Who deletes it in this batch. */
  deletedBy: { readonly by: string; readonly type: 'sender' | 'admin' } | undefined;
  #edit: Row['edit'];
  #text: TextFacts | null = null;
  #custom: JsonObject | undefined;

  constructor(
    readonly messageId: string,
    readonly stored: Row,
  ) {
    this.content = stored.content;
    this.#edit = stored.edit;
  }

  get isEdited(): boolean {
    return this.#edit !== this.stored.edit;
  }

  get isDeletedNow(): boolean {
    return this.deletedBy !== undefined;
  }

  /** Deleted for everyone, in this batch or before. */
  get isGone(): boolean {
    return this.stored.deletion !== null || this.isDeletedNow;
  }

  /** `applied`; `known` when this or something newer is there already; `gone` when a deleted message cannot be edited. */
  apply(change: MessageChange): 'applied' | 'known' | 'gone' {
    if (change.kind === 'edited') return this.#applyEdit(change);
    if (change.scope === 'self') return 'applied';
    if (this.isGone) return 'known';
    this.deletedBy = { by: change.actorId, type: change.actorId === this.stored.sender.user_id ? 'sender' : 'admin' };
    return 'applied';
  }

  /** Whether the store shows that this very change was applied before. */
  hasApplied(change: MessageChange): boolean {
    if (change.kind === 'deleted') return change.scope === 'everyone' && this.stored.deletion !== null;
    const { edited_at: last, history } = this.stored.edit;
    // A deletion takes the versions with it; what is not newer than the last one was there before.
    if (this.stored.deletion !== null) return last !== null && change.at <= last.getTime();
    return [last, ...history.map(({ edited_at }) => edited_at)].some((at) => at?.getTime() === change.at);
  }

  /** The write of the edits, guarded by the number of edits that it was computed from. */
  editWrite() {
    const { links = [], hashtags = [], wordCount = 0 } = this.#text ?? {};
    return {
      id: this.messageId,
      where: { 'edit.edit_count': this.stored.edit.edit_count } as const,
      set: {
        content: this.content,
        edit: this.#edit,
        'metadata.links': [...links],
        'metadata.hashtags': [...hashtags],
        'metadata.word_count': wordCount,
        ...(this.#custom && { 'metadata.custom': this.#custom }),
      },
    };
  }

  #applyEdit({ at, content, text, custom }: MessageEdit): 'applied' | 'known' | 'gone' {
    const { edited_at: last, edit_count: count, original, history } = this.#edit;
    if (last !== null && at <= last.getTime()) return 'known';
    if (this.isGone) return 'gone';
    const previous = { content: this.content, edited_at: last ?? this.stored.delivery.sent_at };
    this.#edit = {
      is_edited: true,
      edited_at: new Date(at),
      edit_count: count + 1,
      original: original ?? this.content,
      history: [...history, previous].slice(-EDIT_HISTORY_MAX),
    };
    this.content = content;
    this.#text = text;
    this.#custom = custom ?? this.#custom;
    return 'applied';
  }
}
