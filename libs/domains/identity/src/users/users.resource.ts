import { dateTime, freeForm, idOf, text, z } from '@caas/schema';
import { PRESENCE_STATES } from './user-shape.js';
import { USER_STATUSES, type User, userProfile } from './users.collection.js';

/** How available a user is, as others are shown it. */
export const presenceResource = z
  .strictObject({
    state: z.enum(PRESENCE_STATES),
    message: text({ max: 140 }).nullable(),
    emoji: text({ max: 64 }).nullable(),
    expires_at: dateTime().nullable(),
    is_online: z.boolean(),
    last_seen: dateTime().nullable(),
  })
  .meta({ id: 'Presence' });
export type PresenceResource = z.output<typeof presenceResource>;

/** A user as the API shows it. */
export const userResource = z
  .strictObject({
    user_id: idOf('usr'),
    external_id: text({ min: 1, max: 255 }),
    display_name: userProfile.display_name,
    username: userProfile.username.nullable(),
    bio: userProfile.bio.nullable(),
    avatar_url: userProfile.avatar_url.nullable(),
    /** First and last name, e-mail and telephone are shown to the user themselves and to servers only. */
    first_name: userProfile.first_name.nullable(),
    last_name: userProfile.last_name.nullable(),
    email: userProfile.email.nullable(),
    phone: userProfile.phone.nullable(),
    custom_data: freeForm().nullable(),
    status: z.enum(USER_STATUSES),
    presence: presenceResource,
    roles: z.array(text({ min: 1, max: 50 })),
    tags: z.array(text({ min: 1, max: 50 })),
    created_at: dateTime(),
    updated_at: dateTime(),
    deleted_at: dateTime().nullable(),
  })
  .meta({ id: 'User' });
export type UserResource = z.output<typeof userResource>;

/**
 * How much of a user a viewer gets to see: `all` of themselves and as a server, `profile` as others do, `name` of those who show no more, or with whom there is a
 * block.
 */
export type Sight = 'all' | 'profile' | 'name';

/** `now` decides whether a presence still holds. */
export function toUserResource(user: User, { sight = 'all', now }: { sight?: Sight; now: number }): UserResource {
  const { profile } = user;
  const sees = <Value>(least: Sight, value: Value): Value | null => ((least === 'all' ? sight === 'all' : sight !== 'name') ? value : null);
  return {
    user_id: user.user_id,
    external_id: user.external_id,
    display_name: profile.display_name,
    username: sees('profile', profile.username),
    bio: sees('profile', profile.bio),
    avatar_url: sees('profile', profile.avatar_url),
    first_name: sees('all', profile.first_name),
    last_name: sees('all', profile.last_name),
    email: sees('all', profile.email),
    phone: sees('all', profile.phone),
    custom_data: sees('profile', profile.custom_data),
    status: user.status,
    presence: toPresence(user, { sight, now }),
    roles: user.roles,
    tags: sees('profile', user.saas_metadata?.tags ?? []) ?? [],
    created_at: user.created_at.toISOString(),
    updated_at: user.updated_at.toISOString(),
    deleted_at: user.deleted_at?.toISOString() ?? null,
  };
}

const AWAY: PresenceResource = { state: 'offline', message: null, emoji: null, expires_at: null, is_online: false, last_seen: null };

/** What is shown of a presence: others see invisible users as offline, and only what these let be seen. */
export function toPresence({ presence, settings: { privacy } }: User, { sight, now }: { sight: Sight; now: number }): PresenceResource {
  const { state, expires_at, last_seen } = presence;
  if (sight === 'name') return AWAY;
  const isOver = expires_at !== null && expires_at.getTime() <= now;
  const lastSeen = sight === 'all' || privacy.show_last_seen ? (last_seen?.toISOString() ?? null) : null;
  if (sight !== 'all' && (!privacy.show_online_status || state === 'invisible')) return { ...AWAY, last_seen: lastSeen };
  return {
    state,
    message: isOver ? null : presence.message,
    emoji: isOver ? null : presence.emoji,
    expires_at: isOver ? null : (expires_at?.toISOString() ?? null),
    is_online: state !== 'offline' && state !== 'invisible',
    last_seen: lastSeen,
  };
}
