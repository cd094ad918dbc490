import { bytes, z } from '@caas/schema';
import {
  CIPHERTEXT_BYTES_MAX,
  e2eFacts,
  type EncryptedContent,
  encryptedFacts,
  type SaidContent,
  WRAPPED_KEY_BYTES_MAX,
  wrappedKeyFacts,
  WRAPPED_KEYS_MAX,
} from './encrypted-content.js';
import { MESSAGE_TYPES, type MessageContent, messageContent, type MessageType, previewOf } from './message-content.js';

/** An encrypted message as the server keeps it; binary here, base64 on the wire. What is said stays with the two sides. */
const storedEncrypted = z.strictObject({
  ...encryptedFacts,
  e2e: z.strictObject({
    ...e2eFacts,
    ciphertext: bytes({ max: CIPHERTEXT_BYTES_MAX }),
    /** The message key for each recipient device; null with sender keys. */
    keys: z
      .array(z.strictObject({ ...wrappedKeyFacts, wrapped_key: bytes({ max: WRAPPED_KEY_BYTES_MAX }) }))
      .max(WRAPPED_KEYS_MAX)
      .nullable(),
  }),
});

/** What a deleted message leaves behind. */
const erasedContent = z.strictObject({ type: z.literal('erased'), content_type: z.enum(MESSAGE_TYPES) });

/** What lies in the store: what a message says in clear, or its ciphertext, or that it was erased; never two of them. */
export const storedContent = z.discriminatedUnion('type', [...messageContent.options, storedEncrypted, erasedContent]);
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

/** What was said, as it is kept. */
export function toStoredContent(content: SaidContent): StoredContent {
  if (content.type !== 'encrypted') return content;
  const { ciphertext, keys, ...facts } = content.e2e;
  return {
    ...content,
    e2e: {
      ...facts,
      ciphertext: Buffer.from(ciphertext, 'base64'),
      keys: keys?.map(({ wrapped_key, ...key }) => ({ ...key, wrapped_key: Buffer.from(wrapped_key, 'base64') })) ?? null,
    },
  };
}

/** What is kept, as it was said; null when it was erased. */
export function saidContentOf(content: StoredContent): SaidContent | null {
  if (content.type === 'erased') return null;
  return content.type === 'encrypted' ? encryptedContentOf(content) : content;
}

function encryptedContentOf(content: Extract<StoredContent, { type: 'encrypted' }>): EncryptedContent {
  const { ciphertext, keys, ...facts } = content.e2e;
  return {
    ...content,
    e2e: {
      ...facts,
      ciphertext: base64Of(ciphertext),
      ...(keys !== null && { keys: keys.map(({ wrapped_key, ...key }) => ({ ...key, wrapped_key: base64Of(wrapped_key) })) }),
    },
  };
}

function base64Of(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('base64');
}
