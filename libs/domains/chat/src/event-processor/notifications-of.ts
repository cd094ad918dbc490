import { type User } from '@caas/identity';
import { type notificationQueued } from '@caas/notifications';
import { type PayloadOf } from '@caas/messaging-kafka';
import { deriveId } from '@caas/schema';
import { type ConversationFacts } from '../conversations/conversation-directory.js';
import { previewOf } from '../messages/message-content.js';
import { type ChatRecord } from './event-item.js';
import { mentionedMembers } from './mentioned-members.js';
import { isQuiet } from './quiet-hours.js';

type Notification = PayloadOf<typeof notificationQueued>;

const TITLE_LENGTH_MAX = 100;

export interface NotificationFacts {
  readonly conversation: ConversationFacts;
  /** Recipients as they are now; who is not among them is not told. */
  readonly people: ReadonlyMap<string, User>;
  readonly isPushEnabled: boolean;
  readonly now: number;
}

/** Members who may have to be told of a message, unless it is a silent one or CAAS itself says it: everyone but its sender, as far as they have not muted the conversation. */
export function recipientsOf({ payload }: ChatRecord<'message.persisted'>, conversation: ConversationFacts, now: number): string[] {
  if (payload.operation !== 'sent' || payload.silent === true || payload.content?.type === 'system') return [];
  const mentioned = mentionedMembers(conversation, payload.content);
  return Object.entries(conversation.members).flatMap(([userId, { notifications, mutedUntil, muteSparesMentions }]) => {
    const isMentioned = mentioned.has(userId);
    const isTold = notifications === 'all' || (notifications === 'mentions' && isMentioned);
    const isMuted = mutedUntil !== null && mutedUntil > now && !(muteSparesMentions && isMentioned);
    return userId === payload.sender_id || !isTold || isMuted ? [] : [userId];
  });
}

/** One notification for each recipient; its id follows from event, recipient and type, so that a repeat is the same notification. */
export function notificationsOf(record: ChatRecord<'message.persisted'>, facts: NotificationFacts): Notification[] {
  const { payload, id } = record;
  const { conversation, people, now } = facts;
  const mentioned = mentionedMembers(conversation, payload.content);
  return recipientsOf(record, conversation, now).flatMap((recipientId): Notification[] => {
    const person = people.get(recipientId);
    if (person === undefined || isMuted(person, now)) return [];
    const type = mentioned.has(recipientId) ? 'mention' : 'message';
    const isPushed =
      facts.isPushEnabled && person.settings.notifications.push_enabled && !isQuiet(person.settings.notifications.quiet_hours, now);
    return [
      {
        notification_id: deriveId('ntf', id, recipientId, type),
        recipient_id: recipientId,
        type,
        priority: type === 'mention' ? 'high' : 'normal',
        title: titleOf(conversation, payload.sender_id),
        body: person.settings.chat.message_preview && payload.content !== null ? (previewOf(payload.content) ?? '') : '',
        action_data: { conversation_id: payload.conversation_id, message_id: payload.message_id },
        channels: isPushed ? ['in_app', 'push'] : ['in_app'],
        collapse_key: payload.conversation_id,
        queued_at: payload.persisted_at,
      },
    ];
  });
}

function isMuted({ settings: { notifications } }: User, now: number): boolean {
  if (!notifications.mute_all) return false;
  return notifications.mute_until === null || notifications.mute_until.getTime() > now;
}

function titleOf({ members, name, type }: ConversationFacts, senderId: string | null): string {
  const sender = senderId === null ? undefined : members[senderId]?.displayName;
  const title = type === 'direct' || name === undefined ? (sender ?? 'New message') : sender === undefined ? name : `${sender} in ${name}`;
  return [...title].slice(0, TITLE_LENGTH_MAX).join('') || 'New message';
}
