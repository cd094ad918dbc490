import { type Mongo } from '@caas/data-access-mongo';
import { AppError, type Clock, ConflictError, NotFoundError, type TenantContext } from '@caas/runtime';
import { type Allowed, type ConversationAccess } from '../conversations/conversation-access.js';
import { type ConversationAction } from '../conversations/conversation-actions.js';
import { type ConversationActor } from '../conversations/conversation-rules.js';
import { isExpired } from './message-expiry.js';
import { type KnownMessage, knownFromRecent, knownFromStore } from './known-message.js';
import { messageHides } from './message-hides.collection.js';
import { messages } from './messages.collection.js';
import { type RecentMessages } from './recent-messages.js';

/** Finds messages for whoever acts on them, also those that are accepted and not stored yet. */
export class MessageReader {
  readonly #mongo: Mongo;
  readonly #access: ConversationAccess;
  readonly #recent: Pick<RecentMessages, 'find'>;
  readonly #clock: Clock;

  constructor(options: { mongo: Mongo; access: ConversationAccess; recent: Pick<RecentMessages, 'find'>; clock: Clock }) {
    this.#mongo = options.mongo;
    this.#access = options.access;
    this.#recent = options.recent;
    this.#clock = options.clock;
  }

  /** The message with this id, whoever may see it. Throws the same `NotFoundError` for an unknown one, for one that has disappeared and for one of another tenant. */
  async get(tenant: TenantContext, messageId: string): Promise<KnownMessage> {
    const repository = this.#mongo.forTenant(tenant).repository(messages);
    const stored = await repository.find(messageId, { includeDeleted: true, readFrom: 'primary' });
    if (stored !== undefined && isExpired(stored, this.#clock.now())) throw new NotFoundError();
    if (stored !== undefined) return knownFromStore(stored);
    const recent = await this.#recent.find(tenant, messageId);
    if (recent === undefined) throw new NotFoundError();
    return knownFromRecent(recent);
  }

  /**
   * The message as somebody may see it, with what they are in its conversation. A rejected one is its sender's alone, member or not; one that the actor deleted
   * for themselves is gone. Without an actor: for the whole tenant. Throws `RES_NOT_FOUND` and what {@link ConversationAccess.require} throws.
   */
  async getFor(tenant: TenantContext, messageId: string, actor: ConversationActor | undefined): Promise<SeenMessage> {
    const message = await this.get(tenant, messageId);
    if (message.isRejected) {
      if (actor !== undefined && message.senderId !== actor.userId) throw new NotFoundError();
      return { message, allowed: undefined };
    }
    return { message, allowed: await this.#allowed(tenant, message, { actor, action: 'read' }) };
  }

  /** As {@link getFor}, for what a rejected message does not have. Throws `RES_STATE` for one. */
  async getVisible(tenant: TenantContext, messageId: string, actor: ConversationActor | undefined): Promise<LiveMessage> {
    const { message, allowed } = await this.getFor(tenant, messageId, actor);
    if (allowed === undefined) throw new ConflictError('The message was rejected.', { code: 'RES_STATE' });
    return { message, ...allowed };
  }

  /** As {@link getFor}, for whoever does something with it: it is neither rejected (`RES_STATE`) nor deleted (`MSG_DELETED`). */
  async getLive(
    tenant: TenantContext,
    messageId: string,
    asked: { actor: ConversationActor | undefined; action: ConversationAction },
  ): Promise<LiveMessage> {
    const message = await this.get(tenant, messageId);
    if (message.isRejected && asked.actor !== undefined && message.senderId !== asked.actor.userId) throw new NotFoundError();
    if (message.isRejected) throw new ConflictError('The message was rejected.', { code: 'RES_STATE' });
    const allowed = await this.#allowed(tenant, message, asked);
    if (message.isDeleted) throw new AppError('MSG_DELETED', 'The message was deleted.');
    return { message, ...allowed };
  }

  async #allowed(
    tenant: TenantContext,
    message: KnownMessage,
    asked: { actor: ConversationActor | undefined; action: ConversationAction },
  ): Promise<Allowed> {
    const [allowed, isHidden] = await Promise.all([
      this.#access.require(tenant, message.conversationId, asked),
      this.#isHidden(tenant, message, asked.actor?.userId),
    ]);
    const { stored } = message.source;
    if (isHidden || (stored !== undefined && stored.sequence <= (allowed.member?.clearedSequence ?? 0))) throw new NotFoundError();
    return allowed;
  }

  async #isHidden(
    tenant: TenantContext,
    { conversationId, source: { stored } }: KnownMessage,
    userId: string | undefined,
  ): Promise<boolean> {
    if (userId === undefined || stored === undefined) return false;
    const filter = { user_id: userId, conversation_id: conversationId, sequence: stored.sequence };
    return this.#mongo.forTenant(tenant).repository(messageHides).exists(filter);
  }
}

export interface LiveMessage extends Allowed {
  readonly message: KnownMessage;
}

export interface SeenMessage {
  readonly message: KnownMessage;
  /** Absent for a rejected message. */
  readonly allowed: Allowed | undefined;
}
