import { defineCollection, type DocumentOf } from '@caas/data-access-mongo';
import { bsonDate, bytes, idOf, int32, text, z } from '@caas/schema';

/** Bytes of a public key: Ed25519 (RFC 8032) and X25519 (RFC 7748). */
export const PUBLIC_KEY_BYTES = 32;
/** Bytes of an Ed25519 signature. */
const SIGNATURE_BYTES = 64;
/** Registration ids have 14 bits. */
const REGISTRATION_ID_MAX = 16_383;

/** The public keys of one device; each device has an identity of its own. Private keys never reach the server. */
export const userKeys = defineCollection({
  name: 'user_keys',
  scope: 'tenant',
  id: { field: 'user_key_id', prefix: 'row' },
  description: 'Public identity key and signed prekey of each device',
  schema: z.strictObject({
    user_id: idOf('usr'),
    device_id: idOf('dev'),
    /** Ed25519, long-term: a change of it is shown to the other side. */
    identity_key: z.strictObject({
      key_id: text({ min: 1, max: 64 }),
      public_key: bytes({ max: PUBLIC_KEY_BYTES }),
      fingerprint: text({ min: 1, max: 128 }),
      version: int32({ min: 1 }),
      created_at: bsonDate(),
    }),
    /** X25519, rotated every 7 days; the signature is verified when it is uploaded. */
    signed_prekey: z.strictObject({
      key_id: int32({ min: 0 }),
      public_key: bytes({ max: PUBLIC_KEY_BYTES }),
      signature: bytes({ max: SIGNATURE_BYTES }),
      version: int32({ min: 1 }),
      created_at: bsonDate(),
      expires_at: bsonDate(),
    }),
    registration_id: int32({ min: 0, max: REGISTRATION_ID_MAX }),
    /** How many one-time keys are left is counted, not stored. */
    status: z.strictObject({
      active: z.boolean(),
      last_key_rotation_at: bsonDate().nullable(),
      rotation_required: z.boolean(),
      prekey_low_warning: z.boolean(),
    }),
  }),
  indexes: [
    { name: 'user_device_unique', keys: { tenant_id: 1, user_id: 1, device_id: 1 }, unique: true },
    { name: 'identity_key', keys: { tenant_id: 1, 'identity_key.key_id': 1 } },
    { name: 'identity_fingerprint', keys: { tenant_id: 1, 'identity_key.fingerprint': 1 } },
    {
      name: 'prekeys_low',
      keys: { tenant_id: 1, 'status.prekey_low_warning': 1 },
      partial: { 'status.prekey_low_warning': true },
    },
  ],
});

export type UserKeys = DocumentOf<typeof userKeys>;
