import { actor } from '@caas/identity';
import { defineEvent, fieldChanges } from '@caas/messaging-kafka';
import { idOf, int32, text, timestampMs, z } from '@caas/schema';
import { CONVERSATION_TYPES } from './conversations.collection.js';
import { CONVERSATION_ROLES } from './member-shape.js';

const VERSION = '1.0.0';
/** Members that the event of a creation names; the rest is asked for. */
export const PARTICIPANTS_TOLD_MAX = 100;

const conversation = { conversation_id: idOf('conv') };
const role = z.enum(CONVERSATION_ROLES);
const reason = text({ max: 500 }).optional();

const participant = z.strictObject({
  user_id: idOf('usr'),
  role,
  joined_at: timestampMs(),
  invited_by: actor.optional(),
  permissions: z
    .array(text({ min: 1, max: 50 }))
    .max(20)
    .optional(),
});

const settings = z.strictObject({
  is_public: z.boolean(),
  allow_invites: z.boolean(),
  require_approval: z.boolean(),
  mute_notifications: z.boolean(),
  encryption_enabled: z.boolean(),
  message_retention_days: int32({ min: 0 }).optional(),
  max_participants: int32({ min: 1 }).optional(),
  only_admins_can_message: z.boolean().optional(),
  slow_mode_seconds: int32({ min: 0 }).optional(),
});

export const conversationCreated = defineEvent({
  type: 'conversation.created',
  version: VERSION,
  key: 'conversation_id',
  description: 'A conversation was created',
  payload: z.strictObject({
    ...conversation,
    type: z.enum(CONVERSATION_TYPES),
    name: text({ max: 100 }).optional(),
    description: text({ max: 1_000 }).optional(),
    created_by: actor,
    participants: z.array(participant).max(PARTICIPANTS_TOLD_MAX),
    settings,
    created_at: timestampMs(),
  }),
});

/** Name, description, picture or settings changed; the last message and the counters tell nobody. */
export const conversationUpdated = defineEvent({
  type: 'conversation.updated',
  version: VERSION,
  key: 'conversation_id',
  description: 'Metadata or settings of a conversation changed',
  payload: z.strictObject({ ...conversation, updated_by: actor, updated_at: timestampMs(), changes: fieldChanges }),
});

export const conversationDeleted = defineEvent({
  type: 'conversation.deleted',
  version: VERSION,
  key: 'conversation_id',
  description: 'A conversation was deleted',
  payload: z.strictObject({ ...conversation, deleted_by: actor, deleted_at: timestampMs(), reason }),
});

/** A member joined or was added, in a conversation of any type. */
export const participantAdded = defineEvent({
  type: 'participant.added',
  version: VERSION,
  key: 'conversation_id',
  description: 'A conversation has a member more',
  payload: z.strictObject({
    ...conversation,
    participant,
    added_by: actor,
    added_at: timestampMs(),
    invitation_message: text({ max: 500 }).optional(),
  }),
});

/** A member left, was removed or banned. */
export const participantRemoved = defineEvent({
  type: 'participant.removed',
  version: VERSION,
  key: 'conversation_id',
  description: 'A conversation has a member less',
  payload: z.strictObject({ ...conversation, participant_id: idOf('usr'), removed_by: actor, removed_at: timestampMs(), reason }),
});

export const participantRoleChanged = defineEvent({
  type: 'participant.role_changed',
  version: VERSION,
  key: 'conversation_id',
  description: 'A member of a conversation has another role',
  payload: z.strictObject({
    ...conversation,
    participant_id: idOf('usr'),
    old_role: role,
    new_role: role,
    changed_by: actor,
    changed_at: timestampMs(),
  }),
});

/** Facts about conversations and who is in them, in the order of each conversation. */
export const CONVERSATION_EVENTS = [
  conversationCreated,
  conversationUpdated,
  conversationDeleted,
  participantAdded,
  participantRemoved,
  participantRoleChanged,
] as const;
