import { type NewDocumentOf } from '@caas/data-access-mongo';
import { freeForm, newId, text, z } from '@caas/schema';
import { userDefaults } from './user-defaults.js';
import { userProfile, type users } from './users.collection.js';

/** What callers write of a profile. */
export const writtenProfile = {
  display_name: userProfile.display_name,
  username: userProfile.username.optional(),
  bio: userProfile.bio.optional(),
  avatar_url: userProfile.avatar_url.optional(),
  first_name: userProfile.first_name.optional(),
  last_name: userProfile.last_name.optional(),
  email: userProfile.email.optional(),
  phone: userProfile.phone.optional(),
} as const;

/** What a tenant says about a new user. */
export const newUser = z.strictObject({
  external_id: text({ min: 1, max: 255 }),
  ...writtenProfile,
  custom_data: freeForm().optional(),
  roles: z
    .array(text({ min: 1, max: 50 }))
    .max(20)
    .optional(),
});
export type NewUser = z.output<typeof newUser>;

export type NewUserRow = NewDocumentOf<typeof users> & { readonly user_id: string };

/** The row of a new user. */
export function newUserRow(input: NewUser): NewUserRow {
  return {
    user_id: newId('usr'),
    external_id: input.external_id,
    profile: {
      display_name: input.display_name,
      username: input.username ?? null,
      username_lc: input.username?.toLowerCase() ?? null,
      bio: input.bio ?? null,
      avatar_url: input.avatar_url ?? null,
      first_name: input.first_name ?? null,
      last_name: input.last_name ?? null,
      email: input.email ?? null,
      phone: input.phone ?? null,
      custom_data: input.custom_data ?? null,
    },
    status: 'active',
    roles: input.roles ?? ['user'],
    ...userDefaults(),
  };
}
