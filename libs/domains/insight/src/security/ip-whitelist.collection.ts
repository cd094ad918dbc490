import { defineCollection, type DocumentOf } from '@caas/data-access-mongo';
import { bsonDate, idOf, int64, tenantReference, text, z } from '@caas/schema';
import { networkFields } from './network-fields.js';

/** Networks that a tenant's calls may come from, once it asks for such a list. */
export const ipWhitelist = defineCollection({
  name: 'ip_whitelist',
  scope: 'platform',
  id: { field: 'entry_id', prefix: 'row' },
  description: 'Networks that calls of a tenant or an application may come from',
  schema: z.strictObject({
    ...networkFields,
    tenant_id: tenantReference(),
    /** Null: for all applications of the tenant. */
    app_id: idOf('app').nullable(),
    name: text({ min: 1, max: 100 }),
    description: text({ max: 500 }).nullable(),
    enabled: z.boolean(),
    added_by: text({ min: 1, max: 100 }),
    added_at: bsonDate(),
    /** Written in batches. */
    last_used_at: bsonDate().nullable(),
    use_count: int64({ min: 0 }),
    expires_at: bsonDate().nullable(),
  }),
  indexes: [
    { name: 'app_network_unique', keys: { tenant_id: 1, app_id: 1, cidr: 1 }, unique: true },
    { name: 'tenant_range', keys: { tenant_id: 1, enabled: 1, range_start: 1 } },
    { name: 'expires_ttl', keys: { expires_at: 1 }, ttlSeconds: 0, partial: { expires_at: { $type: 'date' } } },
  ],
});

export type IpWhitelistEntry = DocumentOf<typeof ipWhitelist>;
