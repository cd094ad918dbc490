import { ERROR_CATALOGUE, type ErrorCode } from '@caas/runtime';
import { dateTime, freeForm, idOf, int32, int64, recordOf, text, z } from '@caas/schema';
import { EMOJI_PER_MESSAGE_MAX, emojiKey } from '../reactions/emoji.js';
import { contentResource, toContentResource } from './content.resource.js';
import { type SaidContent } from './encrypted-content.js';
import { mentioned, MENTIONS_MAX, MESSAGE_TYPES, span } from './message-content.js';
import { type StoredMessage } from './messages.collection.js';
import { contentTypeOf, saidContentOf } from './stored-content.js';

/** How far a message has come, as its sender sees it; to others it is `sent` once it is stored. */
export const MESSAGE_STATUSES = ['accepted', 'sent', 'delivered', 'read', 'rejected'] as const;

/** A message as the API shows it. `sequence` is null until it is stored. */
export const messageResource = z
  .strictObject({
    message_id: idOf('msg'),
    conversation_id: idOf('conv'),
    sequence: int64({ min: 1 }).nullable(),
    sender: z.strictObject({
      user_id: idOf('usr').nullable(),
      external_id: text({ max: 255 }).nullable(),
      display_name: text({ max: 100 }).nullable(),
      avatar_url: text({ max: 2_048 }).nullable(),
    }),
    type: z.enum(MESSAGE_TYPES),
    /** Null when it was erased. Of an end-to-end encrypted message the ciphertext; `type` says what is in it. */
    content: contentResource.nullable(),
    mentions: z.array(z.strictObject({ user_id: mentioned, display_name: text({ max: 100 }), ...span })).max(MENTIONS_MAX),
    root_message_id: idOf('msg').nullable(),
    parent_message_id: idOf('msg').nullable(),
    reply_count: int32({ min: 0 }),
    /** Where it was said first; the conversation is never told. */
    forwarded: z.strictObject({ original_message_id: idOf('msg'), original_sender_name: text({ max: 100 }).nullable() }).nullable(),
    reactions: z.strictObject({
      total: int32({ min: 0 }),
      by_emoji: recordOf(int32({ min: 0 }), { key: emojiKey(), maxKeys: EMOJI_PER_MESSAGE_MAX }),
      /** Those of the acting user. */
      mine: z.array(emojiKey()).max(EMOJI_PER_MESSAGE_MAX),
    }),
    status: z.enum(MESSAGE_STATUSES),
    /** Why it was rejected; null unless it was. */
    problem: z.strictObject({ code: text({ max: 50 }), title: text({ max: 100 }), status: int32(), detail: text({ max: 500 }) }).nullable(),
    edited: z.strictObject({ is_edited: z.boolean(), edited_at: dateTime().nullable(), count: int32({ min: 0 }) }),
    deleted: z.strictObject({
      is_deleted: z.boolean(),
      at: dateTime().nullable(),
      by_type: z.enum(['sender', 'admin', 'system', 'retention']).nullable(),
    }),
    pinned: z.boolean(),
    client_message_id: text({ min: 1, max: 64 }).nullable(),
    metadata: freeForm().nullable(),
    created_at: dateTime(),
    updated_at: dateTime(),
    expires_at: dateTime().nullable(),
  })
  .meta({ id: 'Message' });
export type MessageResource = z.output<typeof messageResource>;

export const NOT_EDITED: MessageResource['edited'] = { is_edited: false, edited_at: null, count: 0 };
export const NOT_DELETED: MessageResource['deleted'] = { is_deleted: false, at: null, by_type: null };
export const NO_REACTIONS: MessageResource['reactions'] = { total: 0, by_emoji: {}, mine: [] };
const NO_MENTIONS: MessageResource['mentions'] = [];

/** What of a message depends on who looks at it. */
export interface MessageView {
  readonly status: MessageResource['status'];
  readonly mine: readonly string[];
  readonly pinned: boolean;
}

const PLAIN_VIEW: MessageView = { status: 'sent', mine: [], pinned: false };

export function mentionsOf(content: SaidContent | null): MessageResource['mentions'] {
  return content?.type === 'text' ? (content.mentions ?? NO_MENTIONS) : NO_MENTIONS;
}

/** Why a message was rejected, as the API says it. */
export function problemOf({ code, reason }: { readonly code: ErrorCode; readonly reason: string }): MessageResource['problem'] {
  const { title, status } = ERROR_CATALOGUE[code];
  return { code, title, status, detail: reason };
}

export function toMessageResource(message: StoredMessage, { status, mine, pinned }: MessageView = PLAIN_VIEW): MessageResource {
  const { sender, thread, edit, deletion, forwarded, reactions_summary: reactions } = message;
  const content = saidContentOf(message.content);
  return {
    message_id: message.message_id,
    conversation_id: message.conversation_id,
    sequence: message.sequence,
    sender: {
      user_id: sender.user_id,
      external_id: sender.external_user_id,
      display_name: sender.display_name,
      avatar_url: sender.avatar_url,
    },
    type: contentTypeOf(message.content),
    content: content === null ? null : toContentResource(content),
    mentions: mentionsOf(content),
    root_message_id: thread.root_message_id,
    parent_message_id: thread.parent_message_id,
    reply_count: thread.reply_count,
    forwarded: forwarded === null ? null : pick(forwarded),
    reactions: { total: reactions.total_count, by_emoji: reactions.by_emoji, mine: [...mine] },
    status,
    problem: null,
    edited: { is_edited: edit.is_edited, edited_at: edit.edited_at?.toISOString() ?? null, count: edit.edit_count },
    deleted: deletion === null ? NOT_DELETED : { is_deleted: true, at: message.deleted_at?.toISOString() ?? null, by_type: deletion.type },
    pinned,
    client_message_id: message.metadata.client_message_id,
    metadata: message.metadata.custom,
    created_at: message.created_at.toISOString(),
    updated_at: message.updated_at.toISOString(),
    expires_at: message.expires_at?.toISOString() ?? null,
  };
}

const pick = ({ original_message_id, original_sender_name }: NonNullable<StoredMessage['forwarded']>) => ({
  original_message_id,
  original_sender_name,
});
