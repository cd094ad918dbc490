import { AppError, AuthorizationError, ConflictError, NotFoundError } from '@caas/runtime';
import { type SettingsDocument } from '@caas/tenancy';
import { type MessageChange, type MessageDeletion, type MessageEdit } from './message-change.js';
import { type MessageContent, type MessageType } from './message-content.js';

/** What the rules look at of the message that is to change. */
export interface ChangedMessage {
  readonly conversationId: string;
  readonly senderId: string | null;
  readonly type: MessageType;
  readonly isEncrypted: boolean;
  readonly isDeleted: boolean;
  /** Epoch milliseconds. */
  readonly sentAt: number;
}

export interface ChangeFacts {
  readonly target: ChangedMessage | undefined;
  /** Whether who acts may delete what others sent. */
  readonly mayDeleteOthers: boolean;
  readonly chat: Pick<SettingsDocument['chat'], 'message_edit_window_seconds' | 'message_delete_window_seconds'>;
}

/**
 * Whether a message may be edited or deleted. The gateway asks before it accepts, the pipeline again before it stores. Denies by default; throws the
 * reason: `RES_NOT_FOUND`, `AUTHZ_DENIED`, `MSG_NOT_EDITABLE`, `MSG_DELETED` or `MSG_EDIT_WINDOW_CLOSED`. Deleting what is deleted is no mistake.
 */
export function requireChangeable(change: Pick<MessageChange, 'conversationId' | 'actorId' | 'at'> & ChangeKind, facts: ChangeFacts): void {
  const { target } = facts;
  if (target === undefined || target.conversationId !== change.conversationId) throw new NotFoundError();
  if (change.kind === 'edited') requireEditable(change, target, facts.chat.message_edit_window_seconds);
  else if (change.scope === 'everyone') requireDeletable(change, target, facts);
}

type ChangeKind =
  (Pick<MessageEdit, 'kind'> & { readonly content: Pick<MessageContent, 'type'> }) | Pick<MessageDeletion, 'kind' | 'scope'>;

function requireEditable(
  { actorId, at, content }: Pick<MessageEdit, 'actorId' | 'at'> & { readonly content: Pick<MessageContent, 'type'> },
  target: ChangedMessage,
  windowSeconds: number,
): void {
  if (target.senderId !== actorId) throw new AuthorizationError('AUTHZ_DENIED', 'Only the sender may edit a message.');
  if (target.isDeleted) throw new AppError('MSG_DELETED', 'The message was deleted.');
  if (target.isEncrypted || target.type === 'system' || target.type !== content.type) {
    throw new ConflictError('Messages of this kind cannot be edited, or not into this.', { code: 'MSG_NOT_EDITABLE' });
  }
  requireWindow(at, target, windowSeconds);
}

function requireDeletable(
  { actorId, at }: Pick<MessageDeletion, 'actorId' | 'at'>,
  target: ChangedMessage,
  { mayDeleteOthers, chat }: ChangeFacts,
): void {
  if (mayDeleteOthers || target.isDeleted) return;
  if (target.senderId !== actorId)
    throw new AuthorizationError('AUTHZ_ROLE_TOO_LOW', 'Only the sender and moderators may delete a message for everyone.');
  requireWindow(at, target, chat.message_delete_window_seconds);
}

function requireWindow(at: number, { sentAt }: ChangedMessage, windowSeconds: number): void {
  if (windowSeconds < 0 || at - sentAt <= windowSeconds * 1_000) return;
  throw new ConflictError('The time in which the message could be changed has passed.', {
    code: 'MSG_EDIT_WINDOW_CLOSED',
    details: { windowSeconds },
  });
}
