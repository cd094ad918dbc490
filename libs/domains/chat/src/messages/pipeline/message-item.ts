import { type EventRecord, PipelineItem } from '@caas/messaging-kafka';
import { type ConversationFacts, type Membership } from '../../conversations/conversation-directory.js';
import { clearOf } from '../encrypted-content.js';
import { type MessageChange, type StoredChange } from '../message-change.js';
import { type MessageContent } from '../message-content.js';
import { type AcceptedMessage, type StoredOutcome } from '../message-outcome.js';
import { type messageDeleted, type messageEdited, type messageSent } from '../messages.events.js';

export type CommandRecord = EventRecord<typeof messageSent> | EventRecord<typeof messageEdited> | EventRecord<typeof messageDeleted>;

/** A message to be stored, or a change of a stored one. */
export type MessageWork =
  | { readonly kind: 'sent'; readonly message: AcceptedMessage; stored?: StoredOutcome }
  | { readonly kind: 'changed'; readonly change: MessageChange; stored?: StoredChange };

/** A command of `chat.messages` on its way. */
export class MessageItem extends PipelineItem<CommandRecord> {
  readonly work: MessageWork;
  conversation: ConversationFacts | undefined;
  /** Who acts, once authorized. */
  member: Membership | undefined;

  constructor(record: CommandRecord) {
    super(record);
    this.work = workOf(record);
  }

  get messageId(): string {
    return this.record.payload.message_id;
  }

  get conversationId(): string {
    return this.record.payload.conversation_id;
  }

  /** On whose behalf the command was given; nobody's for what CAAS itself says. */
  get actorId(): string | undefined {
    const { payload } = this.record;
    return 'deleted_by' in payload ? payload.deleted_by : payload.sender_id;
  }

  /** What the command says in clear, where it says something. */
  get content(): MessageContent | undefined {
    if (this.work.kind === 'sent') return clearOf(this.work.message.content) ?? undefined;
    return this.work.change.kind === 'edited' ? this.work.change.content : undefined;
  }

  /** Puts other words into it. */
  say(content: MessageContent): void {
    if (this.work.kind === 'sent') this.work.message.content = content;
    else if (this.work.change.kind === 'edited') this.work.change.content = content;
  }

  get operation(): 'sent' | 'edited' | 'deleted' {
    return this.work.kind === 'sent' ? 'sent' : this.work.change.kind;
  }
}

/** Spelled out: spreading what they have in common costs more than the rest of the stage. */
function workOf({ id: eventId, envelope, payload }: CommandRecord): MessageWork {
  const { message_id: messageId, conversation_id: conversationId } = payload;
  if ('deleted_by' in payload) {
    const { deleted_by: actorId, deleted_at: at, deleted_for: scope } = payload;
    return { kind: 'changed', change: { kind: 'deleted', eventId, messageId, conversationId, actorId, at, scope } };
  }
  if ('new_content' in payload) {
    const { sender_id: actorId, edited_at: at, new_content: content, custom } = payload;
    return { kind: 'changed', change: { kind: 'edited', eventId, messageId, conversationId, actorId, at, content, custom, text: null } };
  }
  return {
    kind: 'sent',
    message: {
      eventId,
      messageId,
      conversationId,
      senderId: payload.sender_id ?? null,
      content: payload.content,
      text: null,
      expiresAt: payload.expires_at ?? null,
      clientMessageId: payload.client_message_id ?? null,
      rootMessageId: payload.root_message_id ?? null,
      parentMessageId: payload.parent_message_id ?? null,
      custom: payload.custom ?? null,
      forwarded: payload.forwarded_from ?? null,
      silent: payload.silent ?? false,
      acceptedAt: envelope.timestamp,
    },
  };
}

export interface Send {
  readonly item: MessageItem;
  readonly work: Extract<MessageWork, { kind: 'sent' }>;
}

export interface Change {
  readonly item: MessageItem;
  readonly work: Extract<MessageWork, { kind: 'changed' }>;
}

/** The sends of a batch. */
export function sendsOf(items: readonly MessageItem[]): Send[] {
  const sends: Send[] = [];
  for (const item of items) if (item.work.kind === 'sent') sends.push({ item, work: item.work });
  return sends;
}

/** The edits and deletions of a batch. */
export function changesOf(items: readonly MessageItem[]): Change[] {
  const changes: Change[] = [];
  for (const item of items) if (item.work.kind === 'changed') changes.push({ item, work: item.work });
  return changes;
}
