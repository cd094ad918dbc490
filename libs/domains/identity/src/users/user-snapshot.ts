import { idOf, text } from '@caas/schema';

/** Whom a status, a role or a deletion came from: a user, an admin, an API key, or a part of CAAS. */
export const actor = text({ min: 1, max: 100 });

/**
 * How a user is shown where they are only named: a copy of the profile, refreshed when it changes, never the source of anything. The fields
 * that say who it is are the caller's to make nullable.
 */
export const userSnapshot = {
  user_id: idOf('usr'),
  external_user_id: text({ max: 255 }),
  display_name: text({ max: 100 }),
  avatar_url: text({ max: 2_048 }).nullable(),
} as const;
