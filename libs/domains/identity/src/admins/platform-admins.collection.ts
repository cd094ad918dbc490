import { defineCollection, type DocumentOf } from '@caas/data-access-mongo';
import { bsonDate, text, z } from '@caas/schema';
import { adminAuth, adminPreferences, adminProfile, adminSecurity } from './admin-shape.js';

/** People who manage client accounts (`client`, with at least one membership), and our own staff. */
export const platformAdmins = defineCollection({
  name: 'platform_admins',
  scope: 'platform',
  id: { field: 'admin_id', prefix: 'adm' },
  softDelete: true,
  description: 'People who manage client accounts, and staff',
  schema: z.strictObject({
    kind: z.enum(['client', 'staff']),
    profile: adminProfile,
    auth: adminAuth,
    preferences: adminPreferences,
    security: adminSecurity,
    status: z.enum(['active', 'suspended', 'deleted']),
    suspended_at: bsonDate().nullable(),
    suspension_reason: text({ max: 500 }).nullable(),
  }),
  indexes: [
    { name: 'email_unique', keys: { 'profile.email': 1 }, unique: true, partial: { deleted_at: null } },
    {
      name: 'oauth_account_unique',
      keys: { 'auth.oauth_providers.provider': 1, 'auth.oauth_providers.provider_id': 1 },
      unique: true,
      partial: { 'auth.oauth_providers.provider_id': { $type: 'string' } },
    },
    { name: 'status_last_login', keys: { status: 1, 'security.last_login_at': -1 } },
  ],
});

export type PlatformAdmin = DocumentOf<typeof platformAdmins>;
