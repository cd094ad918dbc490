import { type EventRecord, PipelineItem } from '@caas/messaging-kafka';
import { type ConversationFacts } from '../conversations/conversation-directory.js';
import { type chatEvents } from '../messages/messages.events.js';

type ChatEvent = (typeof chatEvents)['events'][number];
export type ChatEventType = ChatEvent['type'];
/** The record of an event of `chat.events`, by its type. */
export type ChatRecord<Type extends ChatEventType = ChatEventType> = EventRecord<Extract<ChatEvent, { type: Type }>>;

/** A fact of `chat.events` on its way. */
export class EventItem extends PipelineItem {
  /** Where it is about one; absent when there is none any more. */
  conversation: ConversationFacts | undefined;
  /** The number of the message that a receipt is about. */
  sequence: number | undefined;

  get conversationId(): string | undefined {
    return (this.record.payload as { conversation_id?: string }).conversation_id;
  }

  /** The record, when it is of this type. */
  as<Type extends ChatEventType>(type: Type): ChatRecord<Type> | undefined {
    return this.record.type === type ? (this.record as unknown as ChatRecord<Type>) : undefined;
  }
}

/** The records of one type with their items. */
export function recordsOf<Type extends ChatEventType>(items: readonly EventItem[], type: Type) {
  return items.flatMap((item) => {
    const record = item.as(type);
    return record === undefined ? [] : [{ item, record }];
  });
}

/** Whoever got or read a message. */
export function receiptsOf(items: readonly EventItem[]) {
  return [
    ...recordsOf(items, 'message.delivered').map(({ item, record }) => ({ item, record, userId: record.payload.recipient_id })),
    ...recordsOf(items, 'message.read').map(({ item, record }) => ({ item, record, userId: record.payload.reader_id })),
  ];
}
