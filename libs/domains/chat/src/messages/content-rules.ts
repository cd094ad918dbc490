import { AppError, ValidationError } from '@caas/runtime';
import { codePointLength } from '@caas/schema';
import { type SettingsDocument } from '@caas/tenancy';
import { moderated } from './blocked-words.js';
import { type MessageContent, type MessageType } from './message-content.js';

export type ContentSettings = Pick<SettingsDocument, 'chat' | 'moderation' | 'security'>;

/** The switches that tenants have for kinds of message. */
const SWITCHES: Readonly<Partial<Record<MessageType, (chat: SettingsDocument['chat']) => boolean>>> = {
  voice: (chat) => chat.voice_messages_enabled,
  video: (chat) => chat.video_messages_enabled,
  location: (chat) => chat.location_sharing_enabled,
};

/** Whether the tenant takes messages of a kind from users. Throws `MSG_TYPE_DISABLED`, or `MSG_ENCRYPTION_REQUIRED` where only ciphertext is taken. */
export function requireTypeEnabled(type: MessageType, { chat, security }: Pick<ContentSettings, 'chat' | 'security'>): void {
  if (type === 'system') throw new AppError('MSG_TYPE_DISABLED', 'System messages are written by the server only.');
  if (SWITCHES[type]?.(chat) === false) throw new AppError('MSG_TYPE_DISABLED', `The tenant has switched ${type} messages off.`);
  if (security.e2e_encryption_required)
    throw new AppError('MSG_ENCRYPTION_REQUIRED', 'The tenant takes end-to-end encrypted messages only.');
}

/**
 * The text as the tenant lets it stand. Throws `MSG_EMPTY` for a text message that says nothing, `MSG_TOO_LONG`, `MSG_BLOCKED_CONTENT`. Asked at the edge
 * and again before it is stored.
 */
export function requireText(text: string, type: MessageType, { chat, moderation }: Pick<ContentSettings, 'chat' | 'moderation'>): string {
  if (type === 'text' && text.length === 0) throw wrongText('MSG_EMPTY', { code: 'min_length', message: 'is empty' });
  const max = chat.max_message_length;
  if (text.length > max && codePointLength(text) > max)
    throw wrongText('MSG_TOO_LONG', {
      code: 'max_length',
      message: `is longer than the ${max} characters that the tenant allows`,
      params: { max },
    });
  return moderated(text, moderation);
}

/** What a message says, with its text as the tenant lets it stand; the same object where nothing is to be changed. Throws as {@link requireText} does. */
export function requireContent(content: MessageContent, settings: Pick<ContentSettings, 'chat' | 'moderation'>): MessageContent {
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
