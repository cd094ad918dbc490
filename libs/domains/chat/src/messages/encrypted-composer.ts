import { type FieldIssue, ValidationError } from '@caas/runtime';
import { CIPHERTEXT_BYTES_MAX, type E2eWire, type EncryptedContent, WRAPPED_KEY_BYTES_MAX } from './encrypted-content.js';
import { type NewMessage } from './new-message.js';

type Sealed = Exclude<NewMessage, { type: 'system' }>;

/** What may stand beside a ciphertext. */
const BESIDE = new Set(['e2e', 'media']);
const MEDIA_BESIDE = new Set(['file_id']);

/** The ciphertext of a message, where it has one. */
export function e2eOf(message: NewMessage): E2eWire | undefined {
  return message.type === 'system' ? undefined : message.content.e2e;
}

/** What is kept of an encrypted message. Throws `MSG_CONTENT_MISMATCH` naming everything that is said in clear beside it, and what is wrong with the envelope. */
export function encryptedOf(message: Sealed, e2e: E2eWire): EncryptedContent {
  const media = 'media' in message.content ? message.content.media : undefined;
  const issues = [...inClear(message, media), ...envelopeIssues(e2e)];
  if (issues.length > 0) throw new ValidationError(issues.slice(0, 50), { code: 'MSG_CONTENT_MISMATCH' });
  return { type: 'encrypted', content_type: message.type, ...(media && { media: { file_id: media.file_id } }), e2e };
}

function inClear(message: Sealed, media: object | undefined): FieldIssue[] {
  return [
    ...namesBeside(message.content, BESIDE).map((name) => absent(`/body/content/${name}`)),
    ...namesBeside(media ?? {}, MEDIA_BESIDE).map((name) => absent(`/body/content/media/${name}`)),
    ...('mentions' in message && message.mentions !== undefined ? [absent('/body/mentions')] : []),
  ];
}

function namesBeside(object: object, allowed: ReadonlySet<string>): string[] {
  return Object.entries(object).flatMap(([name, value]) => (value === undefined || allowed.has(name) ? [] : [name]));
}

const absent = (field: string): FieldIssue => ({ field, code: 'encrypted', message: 'cannot be said beside a ciphertext' });

function envelopeIssues({ protocol, ciphertext, keys }: E2eWire): FieldIssue[] {
  const at = '/body/content/e2e';
  return [
    ...base64Issues(`${at}/ciphertext`, ciphertext, CIPHERTEXT_BYTES_MAX),
    ...(keys ?? []).flatMap(({ wrapped_key }, index) =>
      base64Issues(`${at}/keys/${index}/wrapped_key`, wrapped_key, WRAPPED_KEY_BYTES_MAX),
    ),
    ...(protocol === 'signal' && (keys ?? []).length === 0
      ? [{ field: `${at}/keys`, code: 'required', message: 'holds a key for each device of the recipients' }]
      : []),
    ...(protocol === 'sender_key' && keys !== undefined
      ? [{ field: `${at}/keys`, code: 'protocol', message: 'belongs to the protocol signal only' }]
      : []),
  ];
}

/** Whole groups of four, of no more bytes than may be kept. */
function base64Issues(field: string, text: string, max: number): FieldIssue[] {
  if (text.length % 4 !== 0) return [{ field, code: 'base64', message: 'must be base64 with padding' }];
  if (Buffer.byteLength(text, 'base64') <= max) return [];
  return [{ field, code: 'max_bytes', message: `holds more than ${max} bytes`, params: { max } }];
}
