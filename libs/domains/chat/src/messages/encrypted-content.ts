import { idOf, text, z } from '@caas/schema';
import { mentioned, MENTIONS_MAX, MESSAGE_TYPES, type MessageContent, messageContent, type MessageType } from './message-content.js';

const KIB = 1_024;
export const CIPHERTEXT_BYTES_MAX = 64 * KIB;
export const WRAPPED_KEY_BYTES_MAX = KIB;
/** Recipient devices with a wrapped key of their own; beyond, a conversation must use sender keys. */
export const WRAPPED_KEYS_MAX = 200;

/** What the server is told of an encryption beside the ciphertext. */
export const E2E_PROTOCOLS = ['signal', 'sender_key'] as const;
/** Fields that are the same in storage and on the wire. */
export const e2eFacts = {
  v: z.literal(1),
  protocol: z.enum(E2E_PROTOCOLS),
  sender_device_id: idOf('dev'),
  /** The session or group key that encrypted it. */
  sender_key_id: text({ min: 1, max: 64 }),
};
export const wrappedKeyFacts = { user_id: idOf('usr'), device_id: idOf('dev'), kind: z.enum(['prekey', 'message']) };

/** In clear beside a ciphertext: the kind of message, its file, and whom it mentions. */
export const encryptedFacts = {
  type: z.literal('encrypted'),
  content_type: z.enum(MESSAGE_TYPES).exclude(['system']),
  media: z.strictObject({ file_id: idOf('file') }).optional(),
  mentions: z
    .array(z.strictObject({ user_id: mentioned }))
    .max(MENTIONS_MAX)
    .optional(),
};

/** Binary data as text; how many bytes it holds, and that it is well written, is for the composer to say. */
const base64 = (bytesMax: number) => text({ min: 4, max: Math.ceil(bytesMax / 3) * 4 }).regex(/^[A-Za-z0-9+\/]+={0,2}$/u, 'must be base64');

/** The envelope of a ciphertext on the wire, in HTTP and in events. */
export const e2eWire = z.strictObject({
  ...e2eFacts,
  ciphertext: base64(CIPHERTEXT_BYTES_MAX),
  /** The message key for each recipient device; absent with sender keys. */
  keys: z
    .array(z.strictObject({ ...wrappedKeyFacts, wrapped_key: base64(WRAPPED_KEY_BYTES_MAX) }))
    .max(WRAPPED_KEYS_MAX)
    .optional(),
});
export type E2eWire = z.output<typeof e2eWire>;

/** An encrypted message on its way: opaque to everything between its sender and their readers. */
export const encryptedContent = z.strictObject({ ...encryptedFacts, e2e: e2eWire });
export type EncryptedContent = z.output<typeof encryptedContent>;

/** What a message says, in clear or not; what travels from the gateway to the worker. */
export const saidContent = z.discriminatedUnion('type', [...messageContent.options, encryptedContent]);
export type SaidContent = z.output<typeof saidContent>;

/** What is said in clear; null when it is encrypted. */
export function clearOf(content: SaidContent): MessageContent | null {
  return content.type === 'encrypted' ? null : content;
}

/** The kind of a message, encrypted or not. */
export function typeOf(content: SaidContent): MessageType {
  return content.type === 'encrypted' ? content.content_type : content.type;
}
