import { defineCollection, type DocumentOf } from '@caas/data-access-mongo';
import { bsonDate, int64, tenantReference, text, z } from '@caas/schema';
import { networkFields } from './network-fields.js';

/** Networks that get no answer: everywhere, or from one tenant. */
export const blockedIps = defineCollection({
  name: 'blocked_ips',
  scope: 'platform',
  id: { field: 'block_id', prefix: 'row' },
  description: 'Networks that are refused, everywhere or by one tenant',
  schema: z.strictObject({
    ...networkFields,
    scope: z.enum(['global', 'tenant']),
    /** Null when the scope is global. */
    tenant_id: tenantReference().nullable(),
    reason: z.enum(['brute_force', 'spam', 'abuse', 'manual']),
    description: text({ max: 500 }).nullable(),
    block_type: z.enum(['temporary', 'permanent']),
    blocked_at: bsonDate(),
    /** Null when the block is permanent. */
    blocked_until: bsonDate().nullable(),
    blocked_by: z.strictObject({
      type: z.enum(['system', 'admin', 'threat_intel']),
      id: text({ min: 1, max: 100 }).nullable(),
      rule_id: text({ min: 1, max: 100 }).nullable(),
    }),
    /** Written in batches. */
    stats: z.strictObject({ attempts_blocked: int64({ min: 0 }), last_attempt_at: bsonDate().nullable() }),
  }),
  indexes: [
    { name: 'scope_network_unique', keys: { scope: 1, tenant_id: 1, cidr: 1 }, unique: true },
    { name: 'scope_range', keys: { scope: 1, tenant_id: 1, range_start: 1, range_end: 1 } },
    { name: 'blocked_until_ttl', keys: { blocked_until: 1 }, ttlSeconds: 0, partial: { blocked_until: { $type: 'date' } } },
  ],
});

export type BlockedIp = DocumentOf<typeof blockedIps>;
