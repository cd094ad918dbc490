import { type Mongo, op } from '@caas/data-access-mongo';
import { ConflictError, type TenantContext } from '@caas/runtime';
import { type ConversationChanges } from '../conversations/conversation-changes.js';
import { type Conversation, conversations } from '../conversations/conversations.collection.js';
import { type MemberSettings } from '../conversations/member-shape.js';
import { groupMembers } from '../groups/group-members.collection.js';
import { messages } from '../messages/messages.collection.js';
import { type Caller } from './members.service.js';

/** Conversations that a user keeps at the top. */
export const PINNED_CONVERSATIONS_MAX = 5;

/** A member who arranges the conversation for themselves. */
export type Own = Caller & { readonly actor: NonNullable<Caller['actor']> };

/**
 * How members have arranged conversations for themselves: muted, pinned, archived, hidden, cleared. Nobody else is told. Throws `AUTHZ_NOT_MEMBER` for
 * whoever is no member; doing the same again changes nothing.
 */
export class OwnViewService {
  readonly #mongo: Mongo;
  readonly #changes: ConversationChanges;

  constructor({ mongo, changes }: { mongo: Mongo; changes: ConversationChanges }) {
    this.#mongo = mongo;
    this.#changes = changes;
  }

  /** Nothing is told for so long; without a duration for good. Mentions may go on being told. */
  mute(
    tenant: TenantContext,
    conversationId: string,
    { durationSeconds, sparesMentions, ...own }: Own & { durationSeconds?: number | undefined; sparesMentions: boolean },
  ): Promise<Conversation> {
    return this.#arrange(tenant, conversationId, own, () => ({
      muted: true,
      muted_until: durationSeconds === undefined ? null : new Date(this.#changes.now.getTime() + durationSeconds * 1_000),
      mute_spares_mentions: sparesMentions,
    }));
  }

  unmute(tenant: TenantContext, conversationId: string, own: Own): Promise<Conversation> {
    return this.#arrange(tenant, conversationId, own, () => ({ muted: false, muted_until: null }));
  }

  /** Out of the list, until a new message comes or, with `keep`, for good. */
  archive(tenant: TenantContext, conversationId: string, { keep, ...own }: Own & { keep: boolean }): Promise<Conversation> {
    return this.#arrange(tenant, conversationId, own, () => ({ archived: true, archived_at: this.#changes.now, keep_archived: keep }));
  }

  unarchive(tenant: TenantContext, conversationId: string, own: Own): Promise<Conversation> {
    return this.#arrange(tenant, conversationId, own, () => ({ archived: false, archived_at: null }));
  }

  /** At the top of the list, by `order` and then by when it was pinned. Throws `CONV_PIN_LIMIT` for a sixth one. */
  async pin(tenant: TenantContext, conversationId: string, { order, ...own }: Own & { order?: number | undefined }): Promise<void> {
    await this.#arrange(tenant, conversationId, own, ({ pinned_at }) => ({
      pinned: true,
      pinned_at: pinned_at ?? this.#changes.now,
      pin_order: order ?? 0,
    }));
    // Counted afterwards: of two at once that are one too many together, both are taken back.
    if ((await this.#pinned(tenant, own.actor.userId)).length <= PINNED_CONVERSATIONS_MAX) return;
    await this.unpin(tenant, conversationId, own);
    throw new ConflictError(`At most ${PINNED_CONVERSATIONS_MAX} conversations can be pinned.`, {
      code: 'CONV_PIN_LIMIT',
      details: { limit: PINNED_CONVERSATIONS_MAX },
    });
  }

  async unpin(tenant: TenantContext, conversationId: string, own: Own): Promise<void> {
    await this.#arrange(tenant, conversationId, own, () => ({ pinned: false, pinned_at: null, pin_order: 0 }));
  }

  /** Pins these, in this order, and no others. */
  async setPinned(tenant: TenantContext, conversationIds: readonly string[], own: Own): Promise<void> {
    const wanted = new Set(conversationIds);
    for (const id of await this.#pinned(tenant, own.actor.userId)) if (!wanted.has(id)) await this.unpin(tenant, id, own);
    for (const [order, id] of [...wanted].entries()) await this.pin(tenant, id, { ...own, order });
  }

  /** Out of sight until a new message comes. */
  hide(tenant: TenantContext, conversationId: string, own: Own): Promise<Conversation> {
    return this.#arrange(tenant, conversationId, own, () => ({ hidden: true }));
  }

  restore(tenant: TenantContext, conversationId: string, own: Own): Promise<Conversation> {
    return this.#arrange(tenant, conversationId, own, () => ({ hidden: false }));
  }

  /** What came before, or up to and with a message, is not shown to this member any more. What is cleared stays cleared. */
  async clearHistory(
    tenant: TenantContext,
    conversationId: string,
    { before, ...own }: Own & { before?: string | undefined },
  ): Promise<void> {
    const upTo = before === undefined ? undefined : await this.#sequenceOf(tenant, conversationId, before);
    await this.#arrange(tenant, conversationId, own, ({ cleared_sequence = 0 }, { last_sequence }) => ({
      cleared_sequence: Math.max(cleared_sequence, upTo ?? last_sequence),
    }));
  }

  async #sequenceOf(tenant: TenantContext, conversationId: string, messageId: string): Promise<number> {
    const message = await this.#mongo
      .forTenant(tenant)
      .repository(messages)
      .findOne({ message_id: messageId, conversation_id: conversationId });
    return message?.sequence ?? 0;
  }

  /** Conversations that a user has pinned. */
  async #pinned(tenant: TenantContext, userId: string): Promise<string[]> {
    const scope = this.#mongo.forTenant(tenant);
    const options = { limit: PINNED_CONVERSATIONS_MAX * 2, readFrom: 'primary' } as const;
    const pinned = { user_id: userId, status: 'active', 'settings.pinned': true } as const;
    const [embedded, rows] = await Promise.all([
      scope.repository(conversations).findMany({ participants: op.elemMatch(pinned) }, { ...options, select: ['conversation_id'] }),
      scope.repository(groupMembers).findMany(pinned, { ...options, select: ['conversation_id'] }),
    ]);
    return [...embedded, ...rows].map(({ conversation_id }) => conversation_id);
  }

  async #arrange(
    tenant: TenantContext,
    conversationId: string,
    { actor: { userId }, origin }: Own,
    settle: (settings: MemberSettings, conversation: Conversation) => Partial<MemberSettings>,
  ): Promise<Conversation> {
    const { conversation } = await this.#changes.change(tenant, conversationId, {
      origin,
      decide: async (draft) => {
        await draft.require({ userId }, { action: 'arrange', now: this.#changes.now.getTime() });
        const member = draft.members.active(userId);
        if (member === undefined) return;
        const settings = { ...member.settings, ...settle(member.settings, draft.conversation) };
        if (JSON.stringify(settings) !== JSON.stringify(member.settings)) draft.members.put({ ...member, settings });
      },
    });
    return conversation;
  }
}
