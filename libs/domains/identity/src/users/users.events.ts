import { defineEvent, fieldChanges } from '@caas/messaging-kafka';
import { idOf, int32, text, timestampMs, z } from '@caas/schema';

const VERSION = '1.0.0';
const actor = text({ min: 1, max: 100 });

/** What a person could be found by. In events only where the tenant's setting `events.include_pii` says so. */
const personalData = z.strictObject({
  username: text({ max: 32 }).optional(),
  first_name: text({ max: 100 }).optional(),
  last_name: text({ max: 100 }).optional(),
  bio: text({ max: 160 }).optional(),
  phone: text({ max: 20 }).optional(),
});

export const userCreated = defineEvent({
  type: 'user.created',
  version: VERSION,
  key: 'user_id',
  description: 'A tenant has a user more',
  payload: z.strictObject({
    user_id: idOf('usr'),
    external_user_id: text({ max: 255 }).optional(),
    display_name: text({ max: 100 }),
    avatar_url: text({ max: 2_048 }).optional(),
    email: text({ max: 254 }).optional(),
    profile: personalData.optional(),
    created_by: actor.optional(),
    created_at: timestampMs(),
  }),
});

export const userUpdated = defineEvent({
  type: 'user.updated',
  version: VERSION,
  key: 'user_id',
  description: 'Profile, roles or status of a user changed',
  payload: z.strictObject({ user_id: idOf('usr'), updated_by: actor, updated_at: timestampMs(), changes: fieldChanges }),
});

export const userDeleted = defineEvent({
  type: 'user.deleted',
  version: VERSION,
  key: 'user_id',
  description: 'A user was deleted; copies of their data go',
  payload: z.strictObject({
    user_id: idOf('usr'),
    deleted_by: actor,
    deleted_at: timestampMs(),
    reason: text({ max: 500 }).optional(),
    /** Days until the row itself is removed. */
    data_retention_days: int32({ min: 0 }),
  }),
});

/** Facts about users, in the order of each user. */
export const USER_EVENTS = [userCreated, userUpdated, userDeleted] as const;
