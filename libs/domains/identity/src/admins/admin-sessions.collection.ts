import { defineCollection, type DocumentOf } from '@caas/data-access-mongo';
import { bsonDate, hash, idOf, ipAddress, text, z } from '@caas/schema';
import { adminDevice } from './admin-shape.js';

/** Sessions of the console. */
export const adminSessions = defineCollection({
  name: 'admin_sessions',
  scope: 'platform',
  id: { field: 'session_id', prefix: 'sess' },
  description: 'Console sessions of admins',
  schema: z.strictObject({
    admin_id: idOf('adm'),
    token_hash: hash(),
    device: adminDevice,
    ip: ipAddress(),
    location: text({ max: 200 }).nullable(),
    last_active_at: bsonDate(),
    expires_at: bsonDate(),
    revoked_at: bsonDate().nullable(),
  }),
  indexes: [
    { name: 'token_unique', keys: { token_hash: 1 }, unique: true },
    { name: 'admin_last_active', keys: { admin_id: 1, last_active_at: -1 } },
    { name: 'expires_ttl', keys: { expires_at: 1 }, ttlSeconds: 0 },
  ],
});

export type AdminSession = DocumentOf<typeof adminSessions>;
