import { defineCollection, type DocumentOf } from '@caas/data-access-mongo';
import { API_KEY_TYPES } from '@caas/runtime';
import { bsonDate, idOf, text, z } from '@caas/schema';

/** Credentials of servers, SDKs and webhook callers. The key itself is stored nowhere: only its HMAC is. */
export const apiKeys = defineCollection({
  name: 'api_keys',
  scope: 'platform',
  id: { field: 'key_id', prefix: 'key' },
  description: 'Credentials of server, SDK and webhook callers',
  schema: z.strictObject({
    tenant_id: z.string().regex(/^clnt_[a-z0-9]{8,32}$/),
    app_id: idOf('app').nullable(),
    name: text({ min: 1, max: 100 }),
    type: z.enum(API_KEY_TYPES),
    environment: z.enum(['live', 'test']),
    key_prefix: z.string().regex(/^caas_(sk|pk|wk)_(live|test)_[0-9A-Za-z]{6}$/),
    key_lookup: z.string().regex(/^[0-9a-f]{64}$/),
    pepper_kid: text({ min: 1, max: 32 }),
    status: z.enum(['active', 'revoked', 'expired']),
    permissions: z.strictObject({ scopes: z.array(text({ min: 1, max: 50 })).max(50) }),
    restrictions: z.strictObject({ expires_at: bsonDate().nullable() }),
    audit: z.strictObject({
      created_by: text({ min: 1, max: 100 }),
      revoked_by: text({ max: 100 }).nullable(),
      revoked_at: bsonDate().nullable(),
    }),
  }),
  indexes: [
    { name: 'key_lookup_unique', keys: { key_lookup: 1 }, unique: true },
    { name: 'tenant_status_created', keys: { tenant_id: 1, status: 1, created_at: -1 } },
    { name: 'app_status_type', keys: { app_id: 1, status: 1, type: 1 } },
  ],
});

export type ApiKey = DocumentOf<typeof apiKeys>;
