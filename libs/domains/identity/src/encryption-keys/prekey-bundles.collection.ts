import { defineCollection, type DocumentOf } from '@caas/data-access-mongo';
import { bsonDate, bytes, idOf, int32, z } from '@caas/schema';
import { PUBLIC_KEY_BYTES } from './user-keys.collection.js';

/** One-time prekeys (X25519). A row is found and deleted in one step when it is handed out, so no key is ever served twice. */
export const prekeyBundles = defineCollection({
  name: 'prekey_bundles',
  scope: 'tenant',
  id: { field: 'prekey_id', prefix: 'row' },
  description: 'One-time prekeys of each device, removed when they are handed out',
  schema: z.strictObject({
    user_id: idOf('usr'),
    device_id: idOf('dev'),
    /** Grows per device; keys are handed out in its order. */
    key_id: int32({ min: 0 }),
    public_key: bytes({ max: PUBLIC_KEY_BYTES }),
    expires_at: bsonDate(),
  }),
  indexes: [
    { name: 'user_device_key_unique', keys: { tenant_id: 1, user_id: 1, device_id: 1, key_id: 1 }, unique: true },
    { name: 'expires_ttl', keys: { expires_at: 1 }, ttlSeconds: 0 },
  ],
});

export type Prekey = DocumentOf<typeof prekeyBundles>;
