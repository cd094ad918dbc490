import { defineCollection, type DocumentOf } from '@caas/data-access-mongo';
import { email, freeForm, httpUrl, phone, text, z } from '@caas/schema';
import { moderation, permissions, presence, saasMetadata, settings, stats, userEncryption } from './user-shape.js';

/** State of the account; availability is `presence.state`. */
export const USER_STATUSES = ['active', 'inactive', 'banned', 'deleted'] as const;

/** The parts of a profile that the tenant sets. */
export const userProfile = {
  display_name: text({ min: 1, max: 100 }),
  username: z.string().regex(/^[A-Za-z0-9_]{3,32}$/),
  bio: text({ max: 160 }),
  avatar_url: httpUrl({ httpsOnly: true }),
  first_name: text({ max: 100 }),
  last_name: text({ max: 100 }),
  email: email(),
  phone: phone(),
} as const;

/** Chat participants of a tenant. */
export const users = defineCollection({
  name: 'users',
  scope: 'tenant',
  id: { field: 'user_id', prefix: 'usr' },
  softDelete: true,
  description: 'Chat participants',
  schema: z.strictObject({
    external_id: text({ min: 1, max: 255 }),
    profile: z.strictObject({
      display_name: userProfile.display_name,
      username: userProfile.username.nullable(),
      username_lc: z
        .string()
        .regex(/^[a-z0-9_]{3,32}$/)
        .nullable(),
      bio: userProfile.bio.nullable(),
      avatar_url: userProfile.avatar_url.nullable(),
      first_name: userProfile.first_name.nullable(),
      last_name: userProfile.last_name.nullable(),
      email: userProfile.email.nullable(),
      phone: userProfile.phone.nullable(),
      custom_data: freeForm().nullable(),
    }),
    status: z.enum(USER_STATUSES),
    presence,
    settings,
    encryption: userEncryption,
    stats,
    /** `user`, `moderator`, `vip`, `admin`, or the tenant's own. */
    roles: z.array(text({ min: 1, max: 50 })).max(20),
    permissions,
    moderation,
    saas_metadata: saasMetadata.nullable(),
  }),
  indexes: [
    { name: 'external_id_unique', keys: { tenant_id: 1, external_id: 1 }, unique: true, partial: { deleted_at: null } },
    {
      name: 'username_unique',
      keys: { tenant_id: 1, 'profile.username_lc': 1 },
      unique: true,
      partial: { 'profile.username_lc': { $type: 'string' } },
    },
    { name: 'status_last_seen', keys: { tenant_id: 1, status: 1, 'presence.last_seen': -1, user_id: -1 } },
    { name: 'created', keys: { tenant_id: 1, created_at: -1, user_id: -1 } },
    {
      name: 'presence_shown',
      keys: { tenant_id: 1, 'presence.state': 1 },
      partial: { 'presence.state': { $in: ['online', 'away', 'dnd'] } },
    },
    {
      name: 'names_text',
      keys: {
        tenant_id: 1,
        'profile.display_name': 'text',
        'profile.username': 'text',
        'profile.first_name': 'text',
        'profile.last_name': 'text',
      },
      weights: { 'profile.display_name': 10, 'profile.username': 5, 'profile.first_name': 2, 'profile.last_name': 2 },
    },
  ],
});

export type User = DocumentOf<typeof users>;
