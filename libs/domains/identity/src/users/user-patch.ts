import { mergePatch, patchOf } from '@caas/gateway-middleware';
import { freeForm, type JsonObject, text, z } from '@caas/schema';
import { writtenProfile } from './new-user-row.js';
import { settings as userSettings } from './user-shape.js';
import { type User } from './users.collection.js';

const { shape } = userSettings;
const { quiet_hours: quietHours, mute_until: _, ...notifications } = shape.notifications.shape;

/** What a caller changes about a user; what is left out stays, null clears. */
export const userPatch = patchOf({
  ...writtenProfile,
  /** Merged into what is there, member by member. */
  custom_data: freeForm().optional(),
  roles: z.array(text({ min: 1, max: 50 })).max(20),
  settings: patchOf({
    notifications: patchOf({ ...notifications, quiet_hours: quietHours }),
    privacy: patchOf(shape.privacy.shape),
    chat: patchOf(shape.chat.shape),
  }),
});
export type UserPatch = z.output<typeof userPatch>;

/** The parts of a user that a patch touches, as they are afterwards. */
export function patchedUser(
  user: User,
  { roles = user.roles, settings, custom_data, ...named }: UserPatch,
): Pick<User, 'profile' | 'roles' | 'settings'> {
  const profile = { ...user.profile, ...definedIn(named) };
  return {
    profile: {
      ...profile,
      username_lc: profile.username?.toLowerCase() ?? null,
      custom_data: custom_data === undefined ? profile.custom_data : (mergePatch(profile.custom_data, custom_data) as JsonObject | null),
    },
    roles,
    settings: {
      notifications: { ...user.settings.notifications, ...definedIn(settings?.notifications ?? {}) },
      privacy: { ...user.settings.privacy, ...definedIn(settings?.privacy ?? {}) },
      chat: { ...user.settings.chat, ...definedIn(settings?.chat ?? {}) },
    },
  };
}

type Defined<Fields> = { [Name in keyof Fields]?: Exclude<Fields[Name], undefined> };

function definedIn<Fields extends object>(fields: Fields): Defined<Fields> {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as Defined<Fields>;
}
