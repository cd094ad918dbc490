import { type SettingsDocument } from '@caas/tenancy';
import { type ConversationFacts } from '../conversations/conversation-directory.js';
import { type AcceptedMessage } from './message-outcome.js';
import { type StoredMessage } from './messages.collection.js';

const DAY_MS = 86_400_000;
const NEVER = Number.POSITIVE_INFINITY;

/** When a message disappears: the earliest of what its sender asked for, the conversation's timer, and the retention rules. Null for ever. */
export function expiryOf(
  { acceptedAt, expiresAt }: Pick<AcceptedMessage, 'acceptedAt' | 'expiresAt'>,
  conversation: Pick<ConversationFacts, 'disappearingSeconds' | 'retentionDays'> | undefined,
  chat: Pick<SettingsDocument['chat'], 'auto_delete_enabled' | 'message_retention_days'>,
): number | null {
  const end = Math.min(
    expiresAt ?? NEVER,
    after(acceptedAt, (conversation?.disappearingSeconds ?? 0) * 1_000),
    after(acceptedAt, (conversation?.retentionDays ?? 0) * DAY_MS),
    after(acceptedAt, chat.auto_delete_enabled ? chat.message_retention_days * DAY_MS : 0),
  );
  return end === NEVER ? null : end;
}

/** 0 is for ever. */
const after = (start: number, ms: number): number => (ms > 0 ? start + ms : NEVER);

/** Whether a stored message has disappeared: what the store removes it removes a minute late, or later. */
export function isExpired({ expires_at: at }: Pick<StoredMessage, 'expires_at'>, now: number): boolean {
  return at !== null && at.getTime() <= now;
}
