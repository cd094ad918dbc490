import { type Mongo } from '@caas/data-access-mongo';
import { ConflictError, type TenantContext } from '@caas/runtime';
import { messages, type StoredMessage } from '../messages/messages.collection.js';
import { EMOJI_PER_MESSAGE_MAX } from './emoji.js';
import { type Reaction, reactions } from './reactions.collection.js';

/** A user's reaction to a message. */
export interface NewReaction {
  readonly messageId: string;
  readonly userId: string;
  /** In NFC, or the id of a custom one. */
  readonly emoji: string;
  readonly custom?: { readonly type: 'custom' | 'sticker'; readonly url: string };
}

type Summary = StoredMessage['reactions_summary'];

/** Reactions with their summary on the message; both change in one transaction. */
export class ReactionsService {
  readonly #mongo: Mongo;

  constructor(options: { mongo: Mongo }) {
    this.#mongo = options.mongo;
  }

  /**
   * Adds a reaction and resolves with the summary; the same one again changes nothing. Throws `NotFoundError` for an unknown message and
   * `ConflictError` `RES_CONFLICT` for a 51st emoji.
   */
  add(tenant: TenantContext, { messageId, userId, emoji, custom }: NewReaction): Promise<Summary> {
    return this.#mongo.withTransaction(async () => {
      const message = await this.#messages(tenant).get(messageId, { readFrom: 'primary' });
      const { by_emoji } = message.reactions_summary;
      if (!Object.hasOwn(by_emoji, emoji) && Object.keys(by_emoji).length >= EMOJI_PER_MESSAGE_MAX) {
        throw new ConflictError(`A message has at most ${EMOJI_PER_MESSAGE_MAX} different reactions.`, {
          details: { limit: EMOJI_PER_MESSAGE_MAX },
        });
      }
      const key = { message_id: messageId, user_id: userId, emoji };
      const { created } = await this.#reactions(tenant).findOrCreate(key, {
        ...key,
        conversation_id: message.conversation_id,
        emoji_type: custom?.type ?? 'unicode',
        custom_emoji_id: custom === undefined ? null : emoji,
        custom_emoji_url: custom?.url ?? null,
        expires_at: message.expires_at,
      });
      return created ? this.#count(tenant, message, { emoji, by: 1 }) : message.reactions_summary;
    });
  }

  /** Takes a reaction back and resolves with the summary; one that is not there changes nothing. Throws `NotFoundError` for an unknown message. */
  remove(tenant: TenantContext, { messageId, userId, emoji }: Pick<NewReaction, 'messageId' | 'userId' | 'emoji'>): Promise<Summary> {
    return this.#mongo.withTransaction(async () => {
      const message = await this.#messages(tenant).get(messageId, { readFrom: 'primary' });
      const removed = await this.#reactions(tenant).findOneAndDelete({ message_id: messageId, user_id: userId, emoji });
      return removed === undefined ? message.reactions_summary : this.#count(tenant, message, { emoji, by: -1 });
    });
  }

  /** Who reacted to a message, oldest first. */
  list(tenant: TenantContext, messageId: string): Promise<Reaction[]> {
    return this.#reactions(tenant).findMany({ message_id: messageId }, { sort: { created_at: 1 } });
  }

  /** An emoji that nobody uses any more leaves the summary. */
  async #count(tenant: TenantContext, message: StoredMessage, { emoji, by }: { emoji: string; by: 1 | -1 }): Promise<Summary> {
    const path = `reactions_summary.by_emoji.${emoji}` as const;
    const repository = this.#messages(tenant);
    const isLast = by < 0 && (message.reactions_summary.by_emoji[emoji] ?? 0) <= 1;
    if (isLast) await repository.update(message.message_id, { unset: [path], inc: { 'reactions_summary.total_count': by } });
    else await repository.updateManyById([{ id: message.message_id, inc: { [path]: by, 'reactions_summary.total_count': by } }]);
    return (await repository.get(message.message_id, { readFrom: 'primary' })).reactions_summary;
  }

  #messages(tenant: TenantContext) {
    return this.#mongo.forTenant(tenant).repository(messages);
  }

  #reactions(tenant: TenantContext) {
    return this.#mongo.forTenant(tenant).repository(reactions);
  }
}
