import { type Clock, type TenantContext } from '@caas/runtime';
import { type ConversationActor, isAllowed } from '../conversations/conversation-rules.js';
import { type MessageContent } from './message-content.js';
import { type LiveMessage, type MessageReader } from './message-reader.js';
import { plainContentOf } from './stored-content.js';

/** What a message said, and since when. */
export interface MessageVersion {
  /** Null where it is not shown, or is not in clear. */
  readonly content: MessageContent | null;
  readonly since: Date;
  readonly isCurrent: boolean;
}

/** Earlier versions of messages. */
export class MessageHistory {
  readonly #reader: MessageReader;
  readonly #clock: Clock;

  constructor(options: { reader: MessageReader; clock: Clock }) {
    this.#reader = options.reader;
    this.#clock = options.clock;
  }

  /** The versions, the latest first. Their words are for the sender, for whoever moderates, and for a server key alone. Throws as {@link MessageReader.getVisible} does. */
  async list(tenant: TenantContext, messageId: string, actor: ConversationActor | undefined): Promise<MessageVersion[]> {
    const visible = await this.#reader.getVisible(tenant, messageId, actor);
    const { message } = visible;
    const present = { content: message.content, since: new Date(message.editedAt ?? message.sentAt), isCurrent: true };
    const earlier = (message.source.stored?.edit.history ?? []).map(({ content, edited_at }) => ({
      content: plainContentOf(content),
      since: edited_at,
      isCurrent: false,
    }));
    const isShown = this.#seesAll(visible, actor);
    return [present, ...earlier.reverse().map((version) => (isShown ? version : { ...version, content: null }))];
  }

  #seesAll({ message, conversation, member }: LiveMessage, actor: ConversationActor | undefined): boolean {
    if (member === undefined) return true; // a server key alone, or staff of the application
    return message.senderId === actor?.userId || isAllowed(member, { conversation, action: 'delete_messages', now: this.#clock.now() });
  }
}
