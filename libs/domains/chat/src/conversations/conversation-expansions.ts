import { type TenantContext } from '@caas/runtime';
import { z } from '@caas/schema';
import { type MemberViews } from '../members/member-views.js';
import { memberResource, type MemberResource, toMemberResource } from '../members/members.resource.js';
import { type MessageLists } from '../messages/message-lists.js';
import { messageResource, type MessageResource } from '../messages/messages.resource.js';
import { type ConversationActor } from './conversation-rules.js';
import { type Conversation, PINNED_MESSAGES_MAX } from './conversations.collection.js';
import { conversationResource } from './conversations.resource.js';

/** What may be asked for with a conversation: names with commas between them. */
export const EXPAND_FORM = /^(?:members|pinned)(?:,(?:members|pinned))?$/u;

const MEMBERS_MAX = 100;

/** A conversation with what was asked for in `expand`. */
export const expandedConversation = conversationResource.extend({
  /** The first ones, by user id; the rest is listed by its own route. */
  members: z.array(memberResource).max(MEMBERS_MAX).optional(),
  /** The latest first. */
  pinned_messages: z.array(messageResource).max(PINNED_MESSAGES_MAX).optional(),
});

export interface Expansions {
  readonly members?: MemberResource[];
  readonly pinned_messages?: MessageResource[];
}

/** Reads what callers want to see with a conversation. Whether they may see the conversation is decided before. */
export class ConversationExpansions {
  readonly #parts: { readonly members: MemberViews; readonly lists: MessageLists; readonly now: () => number };

  constructor(parts: { members: MemberViews; lists: MessageLists; now: () => number }) {
    this.#parts = parts;
  }

  async of(
    tenant: TenantContext,
    conversation: Conversation,
    { actor, asked = '' }: { actor: ConversationActor | undefined; asked?: string | undefined },
  ): Promise<Expansions> {
    const names = asked.split(',');
    const [members, pinned] = await Promise.all([
      names.includes('members') ? this.#members(tenant, conversation) : undefined,
      names.includes('pinned') ? this.#pinned(tenant, conversation, actor) : undefined,
    ]);
    return { ...(members && { members }), ...(pinned && { pinned_messages: pinned }) };
  }

  async #members(tenant: TenantContext, conversation: Conversation): Promise<MemberResource[]> {
    const { items } = await this.#parts.members.list(tenant, conversation, { status: 'active', limit: MEMBERS_MAX });
    return items.map((view) => toMemberResource(view, conversation, this.#parts.now()));
  }

  async #pinned(tenant: TenantContext, conversation: Conversation, actor: ConversationActor | undefined): Promise<MessageResource[]> {
    if (conversation.pinned_messages.length === 0) return [];
    const query = { pinned: true, order: 'desc', limit: PINNED_MESSAGES_MAX } as const;
    const { items } = await this.#parts.lists.list({ tenant, actor, conversationId: conversation.conversation_id, query });
    return [...items];
  }
}
