import { actor, userSnapshot } from '@caas/identity';
import { bsonDate, int32, int64, text, z } from '@caas/schema';

/** Roles in a conversation, from the highest. Whoever keeps the members, conversation or `group_members`, has these. */
export const CONVERSATION_ROLES = ['owner', 'admin', 'moderator', 'member', 'subscriber'] as const;
export type ConversationRole = (typeof CONVERSATION_ROLES)[number];

/** Former members keep their row, so that their messages have a name. */
export const MEMBER_STATUSES = ['active', 'left', 'removed', 'banned'] as const;

/** What one member may do in place of what their role says; null is as the role says. */
export const memberPermissions = z.strictObject({
  can_send_messages: z.boolean().nullable(),
  can_send_media: z.boolean().nullable(),
  can_add_members: z.boolean().nullable(),
  can_remove_members: z.boolean().nullable(),
  can_change_info: z.boolean().nullable(),
  can_pin_messages: z.boolean().nullable(),
  can_delete_messages: z.boolean().nullable(),
  can_start_calls: z.boolean().nullable(),
});

export type MemberPermissions = z.output<typeof memberPermissions>;
export type MemberPermission = keyof MemberPermissions;

/** Everything as the role says. */
export const NO_PERMISSIONS: MemberPermissions = {
  can_send_messages: null,
  can_send_media: null,
  can_add_members: null,
  can_remove_members: null,
  can_change_info: null,
  can_pin_messages: null,
  can_delete_messages: null,
  can_start_calls: null,
};

/** Until when moderators have taken a member's word, who did and why. */
const silence = z.strictObject({
  /** Null for good. */
  until: bsonDate().nullable(),
  by: actor,
  reason: text({ max: 500 }).nullable(),
});

/** How one member has arranged the conversation for themselves. */
const memberSettings = z.strictObject({
  muted: z.boolean(),
  /** Null while muted: for good. */
  muted_until: bsonDate().nullable(),
  pinned: z.boolean(),
  pinned_at: bsonDate().nullable(),
  archived: z.boolean(),
  archived_at: bsonDate().nullable(),
  notifications: z.enum(['all', 'mentions', 'none']),
  /** Of a mute: mentions are told all the same. */
  mute_spares_mentions: z.boolean().optional(),
  /** Of the archive: new messages do not bring the conversation back. */
  keep_archived: z.boolean().optional(),
  /** Among the pinned ones, the smallest first. */
  pin_order: int32({ min: 0, max: 100 }).optional(),
  /** Out of the list until a new message comes. */
  hidden: z.boolean().optional(),
  /** Messages up to here are not shown to this member. */
  cleared_sequence: int64({ min: 0 }).optional(),
});
export type MemberSettings = z.output<typeof memberSettings>;

/** A member as both homes of membership have them. */
export const memberFields = {
  ...userSnapshot,
  role: z.enum(CONVERSATION_ROLES),
  permissions: memberPermissions.nullable(),
  status: z.enum(MEMBER_STATUSES),
  settings: memberSettings,
  /** Absent while the member may speak. One that has run out counts as absent. */
  silenced: silence.nullable().optional(),
} as const;

/** The settings of a member who has not arranged anything. A fresh object each time. */
export function memberSettingsDefaults(): MemberSettings {
  return {
    muted: false,
    muted_until: null,
    pinned: false,
    pinned_at: null,
    archived: false,
    archived_at: null,
    notifications: 'all',
  };
}
