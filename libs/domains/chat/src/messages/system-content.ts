import { actor } from '@caas/identity';
import { httpUrl, idOf, int32, text, timestampMs, z, type JsonObject } from '@caas/schema';
import { CONVERSATION_ROLES } from '../conversations/member-shape.js';

/** Kinds of message that CAAS itself writes into a conversation. */
export const SYSTEM_TYPES = [
  'user_joined',
  'user_left',
  'user_removed',
  'user_banned',
  'role_changed',
  'group_created',
  'name_changed',
  'description_changed',
  'avatar_changed',
  'settings_changed',
  'message_pinned',
  'message_unpinned',
  'encryption_changed',
  'key_rotated',
  'call_started',
  'call_ended',
  'call_missed',
] as const;
export type SystemType = (typeof SYSTEM_TYPES)[number];

/** Bytes of the data as JSON: two descriptions, with every character escaped. */
export const SYSTEM_DATA_BYTES_MAX = 16_384;

const user_id = idOf('usr');
const by = actor.nullable();
const call_id = text({ min: 1, max: 64 });
const words = text({ max: 1_000 }).nullable();
const picture = httpUrl().nullable();
const kind = <const Type extends SystemType, Data extends z.ZodRawShape>(type: Type, data: Data) =>
  z.strictObject({ type: z.literal(type), data: z.strictObject(data) });

/** What happened in a conversation, with the data of each kind. */
export const systemEvent = z.discriminatedUnion('type', [
  kind('user_joined', { user_id, by }),
  kind('user_left', { user_id }),
  kind('user_removed', { user_id, by, reason: text({ max: 500 }).nullable() }),
  kind('user_banned', { user_id, by, until: timestampMs().nullable() }),
  kind('role_changed', { user_id, from: z.enum(CONVERSATION_ROLES), to: z.enum(CONVERSATION_ROLES), by }),
  kind('group_created', { by, name: text({ min: 1, max: 100 }) }),
  kind('name_changed', { from: words, to: words, by }),
  kind('description_changed', { from: words, to: words, by }),
  kind('avatar_changed', { from: picture, to: picture, by }),
  kind('settings_changed', { keys: z.array(text({ min: 1, max: 64 })).max(20), by }),
  kind('message_pinned', { message_id: idOf('msg'), by }),
  kind('message_unpinned', { message_id: idOf('msg'), by }),
  kind('encryption_changed', { enabled: z.boolean(), by }),
  kind('key_rotated', { key_version: int32({ min: 0 }) }),
  kind('call_started', { call_id, kind: z.enum(['voice', 'video']), by }),
  kind('call_ended', { call_id, duration: int32({ min: 0 }) }),
  kind('call_missed', { call_id }),
]);
export type SystemEvent = z.output<typeof systemEvent>;

/**
 * What a system message says. Its data travels and is stored as a free-form object, so that a new kind is no new schema of the topic: readers
 * that do not know it show nothing. Never encrypted, has no sender, counts in no quota.
 */
export function toSystemContent(event: SystemEvent): { type: 'system'; system: { type: SystemType; data: JsonObject } } {
  return { type: 'system', system: { type: event.type, data: { ...event.data } } };
}
