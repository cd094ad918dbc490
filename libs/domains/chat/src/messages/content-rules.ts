import { AppError, ValidationError } from '@caas/runtime';
import { codePointLength } from '@caas/schema';
import { type SettingsDocument } from '@caas/tenancy';
import { type ConversationFacts } from '../conversations/conversation-directory.js';
import { moderated } from './blocked-words.js';
import { type SaidContent, typeOf } from './encrypted-content.js';
import { type MessageContent, type MessageType } from './message-content.js';

/** What the tenant says of messages, and what the conversation says besides. */
export interface ContentSettings extends Pick<SettingsDocument, 'chat' | 'moderation' | 'security'> {
  /** Words that the group does not want, beside those of the tenant. */
  readonly blockedWords?: readonly string[] | undefined;
}

/** The rules of a conversation: those of its tenant, the same object where the conversation has none of its own. */
export function rulesIn(
  conversation: Pick<ConversationFacts, 'blockedWords'> | undefined,
  settings: Pick<SettingsDocument, 'chat' | 'moderation' | 'security'>,
): ContentSettings {
  const blockedWords = conversation?.blockedWords;
  return blockedWords === undefined ? settings : { ...settings, blockedWords };
}

type TextRules = Pick<ContentSettings, 'chat' | 'moderation' | 'blockedWords'>;

/** The switches that tenants have for kinds of message. */
const SWITCHES: Readonly<Partial<Record<MessageType, (chat: SettingsDocument['chat']) => boolean>>> = {
  voice: (chat) => chat.voice_messages_enabled,
  video: (chat) => chat.video_messages_enabled,
  location: (chat) => chat.location_sharing_enabled,
};

/** Whether the tenant takes messages of a kind from users, encrypted or not. Throws `MSG_TYPE_DISABLED`. */
export function requireTypeEnabled(type: MessageType, { chat }: Pick<ContentSettings, 'chat'>): void {
  if (type === 'system') throw new AppError('MSG_TYPE_DISABLED', 'System messages are written by the server only.');
  if (SWITCHES[type]?.(chat) === false) throw new AppError('MSG_TYPE_DISABLED', `The tenant has switched ${type} messages off.`);
}

/** Whether something may be said in clear. Throws `MSG_ENCRYPTION_REQUIRED` where the tenant or the conversation takes ciphertext only. */
export function requireClear(
  conversation: Pick<ConversationFacts, 'isEncrypted'> | undefined,
  { security }: Pick<ContentSettings, 'security'>,
): void {
  if (security.e2e_encryption_required)
    throw new AppError('MSG_ENCRYPTION_REQUIRED', 'The tenant takes end-to-end encrypted messages only.');
  if (conversation?.isEncrypted === true)
    throw new AppError('MSG_ENCRYPTION_REQUIRED', 'The conversation takes end-to-end encrypted messages only.');
}

/** Both, for what somebody said. */
export function requireSayable(content: SaidContent, conversation: ConversationFacts | undefined, settings: ContentSettings): void {
  requireTypeEnabled(typeOf(content), settings);
  if (content.type !== 'encrypted') requireClear(conversation, settings);
}

/**
 * The text as tenant and group let it stand. Throws `MSG_EMPTY` for a text message that says nothing, `MSG_TOO_LONG`, `MSG_BLOCKED_CONTENT`. Asked at the edge
 * and again before it is stored.
 */
export function requireText(text: string, type: MessageType, { chat, moderation, blockedWords }: TextRules): string {
  if (type === 'text' && text.length === 0) throw wrongText('MSG_EMPTY', { code: 'min_length', message: 'is empty' });
  const max = chat.max_message_length;
  if (text.length > max && codePointLength(text) > max)
    throw wrongText('MSG_TOO_LONG', {
      code: 'max_length',
      message: `is longer than the ${max} characters that the tenant allows`,
      params: { max },
    });
  const kept = moderated(text, moderation);
  return blockedWords === undefined
    ? kept
    : moderated(kept, { ...moderation, profanity_filter_enabled: true, custom_blocked_words: blockedWords });
}

/** What a message says, with its text as the tenant lets it stand; the same object where nothing is to be changed. Throws as {@link requireText} does. */
export function requireContent(content: MessageContent, settings: TextRules): MessageContent {
  if (!('text' in content) || content.text === undefined) return content;
  const text = requireText(content.text, content.type, settings);
  return text === content.text ? content : { ...content, text };
}

function wrongText(
  code: 'MSG_EMPTY' | 'MSG_TOO_LONG',
  issue: { code: string; message: string; params?: Record<string, number> },
): ValidationError {
  return new ValidationError([{ field: '/body/content/text', ...issue }], { code, message: `The text ${issue.message}.` });
}
