import { dateTime, freeForm, text, z, idOf } from '@caas/schema';
import { USER_STATUSES, type User, userProfile } from './users.collection.js';

/** A user as the API shows it. */
export const userResource = z.strictObject({
  user_id: idOf('usr'),
  external_id: text({ min: 1, max: 255 }),
  display_name: userProfile.display_name,
  username: userProfile.username.nullable(),
  bio: userProfile.bio.nullable(),
  avatar_url: userProfile.avatar_url.nullable(),
  first_name: userProfile.first_name.nullable(),
  last_name: userProfile.last_name.nullable(),
  email: userProfile.email.nullable(),
  phone: userProfile.phone.nullable(),
  custom_data: freeForm().nullable(),
  status: z.enum(USER_STATUSES),
  roles: z.array(text({ min: 1, max: 50 })),
  created_at: dateTime(),
  updated_at: dateTime(),
});
export type UserResource = z.output<typeof userResource>;

export function toUserResource(user: User): UserResource {
  const { profile } = user;
  return {
    user_id: user.user_id,
    external_id: user.external_id,
    display_name: profile.display_name,
    username: profile.username,
    bio: profile.bio,
    avatar_url: profile.avatar_url,
    first_name: profile.first_name,
    last_name: profile.last_name,
    email: profile.email,
    phone: profile.phone,
    custom_data: profile.custom_data,
    status: user.status,
    roles: user.roles,
    created_at: user.created_at.toISOString(),
    updated_at: user.updated_at.toISOString(),
  };
}
