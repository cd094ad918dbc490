import { defineCollection, type DocumentOf } from '@caas/data-access-mongo';
import { email, freeForm, httpUrl, text, z } from '@caas/schema';

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
  phone: z.string().regex(/^\+[1-9][0-9]{6,14}$/),
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
    roles: z.array(text({ min: 1, max: 50 })).max(20),
  }),
  indexes: [
    { name: 'external_id_unique', keys: { tenant_id: 1, external_id: 1 }, unique: true, partial: { deleted_at: null } },
    {
      name: 'username_unique',
      keys: { tenant_id: 1, 'profile.username_lc': 1 },
      unique: true,
      partial: { 'profile.username_lc': { $type: 'string' } },
    },
    { name: 'created', keys: { tenant_id: 1, created_at: -1, user_id: -1 } },
  ],
});

export type User = DocumentOf<typeof users>;
