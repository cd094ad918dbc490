import { type ChangeOrigin } from '@caas/identity';
import { type ActingUser, ConflictError, NotFoundError, type TenantContext } from '@caas/runtime';
import { type ConversationChanges } from '../conversations/conversation-changes.js';
import { type ConversationActor } from '../conversations/conversation-rules.js';
import { PINNED_MESSAGES_MAX } from '../conversations/conversations.collection.js';
import { type MessageReader } from './message-reader.js';

export interface PinInput {
  readonly tenant: TenantContext;
  readonly messageId: string;
  readonly actor: (ConversationActor & Pick<ActingUser, 'userId'>) | undefined;
  readonly origin: ChangeOrigin;
}

/** What is pinned in conversations. The conversation is the only home of it; a system message tells the members. */
export class MessagePinsService {
  readonly #reader: MessageReader;
  readonly #changes: ConversationChanges;

  constructor(options: { reader: MessageReader; changes: ConversationChanges }) {
    this.#reader = options.reader;
    this.#changes = options.changes;
  }

  /** Pins a message; again changes nothing. Throws `CONV_PIN_LIMIT` for a 51st one, `MSG_DELETED`, `RES_STATE` for a rejected one, and what access throws. */
  async pin({ tenant, messageId, actor, origin }: PinInput): Promise<void> {
    const { message } = await this.#reader.getLive(tenant, messageId, { actor, action: 'pin_messages' });
    await this.#changes.change(tenant, message.conversationId, {
      origin,
      decide: async (draft) => {
        await draft.require(actor, { action: 'pin_messages', now: this.#changes.now.getTime() });
        const { pinned_messages: pinned } = draft.conversation;
        if (pinned.some(({ message_id }) => message_id === messageId)) return;
        if (pinned.length >= PINNED_MESSAGES_MAX) {
          throw new ConflictError(`A conversation has at most ${PINNED_MESSAGES_MAX} pinned messages.`, {
            code: 'CONV_PIN_LIMIT',
            details: { limit: PINNED_MESSAGES_MAX },
          });
        }
        draft.set({ pinned_messages: [...pinned, { message_id: messageId, pinned_by: origin.by, pinned_at: this.#changes.now }] });
        draft.say({ type: 'message_pinned', data: { message_id: messageId, by: origin.by } });
      },
    });
  }

  /** Takes a pin off, also of a message that was deleted since; one that is not there changes nothing. */
  async unpin({ tenant, messageId, actor, origin }: PinInput): Promise<void> {
    const { message, allowed } = await this.#reader.getFor(tenant, messageId, actor);
    if (allowed === undefined) throw new NotFoundError();
    await this.#changes.change(tenant, message.conversationId, {
      origin,
      decide: async (draft) => {
        await draft.require(actor, { action: 'pin_messages', now: this.#changes.now.getTime() });
        const { pinned_messages: pinned } = draft.conversation;
        const kept = pinned.filter(({ message_id }) => message_id !== messageId);
        if (kept.length === pinned.length) return;
        draft.set({ pinned_messages: kept });
        draft.say({ type: 'message_unpinned', data: { message_id: messageId, by: origin.by } });
      },
    });
  }
}
