import { actor } from '@caas/identity';
import { defineEvent, fieldChanges } from '@caas/messaging-kafka';
import { idOf, text, timestampMs, z } from '@caas/schema';
import { CONVERSATION_ROLES } from '../conversations/member-shape.js';

const VERSION = '1.0.0';
const group = { group_id: idOf('grp') };
/** A group has no subscribers; those are a channel's. */
const role = z.enum(CONVERSATION_ROLES).exclude(['subscriber']);

export const groupCreated = defineEvent({
  type: 'group.created',
  version: VERSION,
  key: 'group_id',
  description: 'A group was created',
  payload: z.strictObject({
    ...group,
    conversation_id: idOf('conv'),
    creator_id: actor,
    name: text({ max: 100 }),
    description: text({ max: 1_000 }).optional(),
    created_at: timestampMs(),
  }),
});

export const groupUpdated = defineEvent({
  type: 'group.updated',
  version: VERSION,
  key: 'group_id',
  description: 'A group changed',
  payload: z.strictObject({ ...group, updated_by: actor, changes: fieldChanges, updated_at: timestampMs() }),
});

export const groupDeleted = defineEvent({
  type: 'group.deleted',
  version: VERSION,
  key: 'group_id',
  description: 'A group was removed',
  payload: z.strictObject({ ...group, deleted_by: actor, deleted_at: timestampMs() }),
});

export const memberJoined = defineEvent({
  type: 'member.joined',
  version: VERSION,
  key: 'group_id',
  description: 'A group has an active member more',
  payload: z.strictObject({
    ...group,
    conversation_id: idOf('conv'),
    user_id: idOf('usr'),
    role,
    added_by: actor.optional(),
    joined_at: timestampMs(),
  }),
});

export const memberLeft = defineEvent({
  type: 'member.left',
  version: VERSION,
  key: 'group_id',
  description: 'A group has a member less',
  payload: z.strictObject({
    ...group,
    conversation_id: idOf('conv'),
    user_id: idOf('usr'),
    cause: z.enum(['left', 'removed', 'banned']),
    removed_by: actor.optional(),
    reason: text({ max: 500 }).optional(),
    left_at: timestampMs(),
  }),
});

export const memberRoleChanged = defineEvent({
  type: 'member.role_changed',
  version: VERSION,
  key: 'group_id',
  description: 'A member of a group has another role',
  payload: z.strictObject({ ...group, user_id: idOf('usr'), old_role: role, new_role: role, changed_by: actor, changed_at: timestampMs() }),
});

/** Facts about groups and their members, in the order of each group. */
export const GROUP_EVENTS = [groupCreated, groupUpdated, groupDeleted, memberJoined, memberLeft, memberRoleChanged] as const;
