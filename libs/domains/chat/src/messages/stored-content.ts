import { bytes, idOf, text, z } from '@caas/schema';
import {
  MENTIONS_MAX,
  mentioned,
  MESSAGE_TYPES,
  type MessageContent,
  messageContent,
  type MessageType,
  previewOf,
} from './message-content.js';

const KIB = 1_024;
/** Recipient devices with a wrapped key of their own; beyond, a conversation must use sender keys. */
const WRAPPED_KEYS_MAX = 200;

/** An encrypted message as the server sees it; binary here, base64 on the wire. */
const e2eEnvelope = z.strictObject({
  v: z.literal(1),
  protocol: z.enum(['signal', 'sender_key']),
  ciphertext: bytes({ max: 64 * KIB }),
  sender_device_id: idOf('dev'),
  /** The session or group key that encrypted it. */
  sender_key_id: text({ min: 1, max: 64 }),
  /** The message key for each recipient device; null with sender keys. */
  keys: z
    .array(
      z.strictObject({
        user_id: idOf('usr'),
        device_id: idOf('dev'),
        kind: z.enum(['prekey', 'message']),
        wrapped_key: bytes({ max: KIB }),
      }),
    )
    .max(WRAPPED_KEYS_MAX)
    .nullable(),
});

/** What is said stays with the two sides. In clear are the kind of message, its file, and whom it mentions. */
const encryptedContent = z.strictObject({
  type: z.literal('encrypted'),
  content_type: z.enum(MESSAGE_TYPES).exclude(['system']),
  media: z.strictObject({ file_id: idOf('file') }).optional(),
  mentions: z
    .array(z.strictObject({ user_id: mentioned }))
    .max(MENTIONS_MAX)
    .optional(),
  e2e: e2eEnvelope,
});

/** What a deleted message leaves behind. */
const erasedContent = z.strictObject({ type: z.literal('erased'), content_type: z.enum(MESSAGE_TYPES) });

/** What lies in the store: what a message says in clear, or its ciphertext, or that it was erased; never two of them. */
export const storedContent = z.discriminatedUnion('type', [...messageContent.options, encryptedContent, erasedContent]);
export type StoredContent = z.output<typeof storedContent>;

/** What a stored message says in clear; null when it is encrypted or erased. */
export function plainContentOf(content: StoredContent): MessageContent | null {
  return content.type === 'encrypted' || content.type === 'erased' ? null : content;
}

/** The kind of a stored message, which is known of encrypted and erased ones, too. */
export function contentTypeOf(content: StoredContent): MessageType {
  return content.type === 'encrypted' || content.type === 'erased' ? content.content_type : content.type;
}

/** The first characters of what a stored message says in clear; null where it says nothing in words. */
export function storedPreviewOf(content: StoredContent): string | null {
  const plain = plainContentOf(content);
  return plain === null ? null : previewOf(plain);
}
