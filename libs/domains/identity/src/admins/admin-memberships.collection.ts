import { defineCollection, type DocumentOf } from '@caas/data-access-mongo';
import { bsonDate, idOf, tenantReference, text, z } from '@caas/schema';

/** Roles of a client account, from the most to the least powerful. */
export const MEMBERSHIP_ROLES = ['owner', 'admin', 'developer', 'viewer'] as const;

/** `area:action`, with `*` for all of either; a leading `!` denies, and wins. */
const PERMISSION = /^!?(?:\*|[a-z][a-z_]*:(?:\*|[a-z][a-z_]*))$/u;

/** Which admin manages which client, and as what. */
export const adminMemberships = defineCollection({
  name: 'admin_memberships',
  scope: 'platform',
  id: { field: 'membership_id', prefix: 'mbr' },
  description: 'Roles of admins in client accounts',
  schema: z.strictObject({
    admin_id: idOf('adm'),
    tenant_id: tenantReference(),
    role: z.enum(MEMBERSHIP_ROLES),
    permissions: z.array(text({ max: 100 }).regex(PERMISSION, 'must be area:action, * or !area:action')).max(50),
    status: z.enum(['pending', 'active', 'suspended']),
    invited_by: text({ min: 1, max: 100 }).nullable(),
    invited_at: bsonDate().nullable(),
    accepted_at: bsonDate().nullable(),
  }),
  indexes: [
    { name: 'tenant_admin_unique', keys: { tenant_id: 1, admin_id: 1 }, unique: true },
    { name: 'tenant_one_owner', keys: { tenant_id: 1 }, unique: true, partial: { role: 'owner', status: 'active' } },
    { name: 'admin_status', keys: { admin_id: 1, status: 1 } },
  ],
});

export type AdminMembership = DocumentOf<typeof adminMemberships>;
