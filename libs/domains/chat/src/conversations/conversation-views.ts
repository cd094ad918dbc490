import { type Filter, type Mongo, op, type Page } from '@caas/data-access-mongo';
import { type TenantContext } from '@caas/runtime';
import { groupMembers } from '../groups/group-members.collection.js';
import { fromParticipant, fromRow, isActive, type Member } from '../members/member.js';
import { readStates } from '../receipts/read-states.collection.js';
import { type Conversation, conversations, type ConversationType } from './conversations.collection.js';
import { type ConversationView, PREVIEW_MEMBERS_MAX } from './conversations.resource.js';

/** Conversations of one user that are looked at one by one: those whose members are a collection, and those that may be unread. */
const OF_ONE_USER_MAX = 1_000;
const PINNED_MAX = 10;

export interface ConversationFilter {
  /** Whose list it is; absent for a server key, whose list is the tenant's. */
  readonly userId?: string | undefined;
  readonly type?: ConversationType | undefined;
  readonly archived?: boolean | undefined;
  readonly pinned?: boolean | undefined;
  readonly unread?: boolean | undefined;
  /** Beginning of the name, or of a member's. */
  readonly q?: string | undefined;
  readonly updatedSince?: Date | undefined;
  /** Somebody who is in it as well. */
  readonly memberId?: string | undefined;
}

type Conditions = Filter<Conversation>[];

/** Reads conversations as their members see them. */
export class ConversationViews {
  readonly #mongo: Mongo;

  constructor({ mongo }: { mongo: Mongo }) {
    this.#mongo = mongo;
  }

  /** One conversation. Throws `NotFoundError`. Whether the caller may see it is decided before. */
  async get(tenant: TenantContext, conversationId: string, userId?: string): Promise<ConversationView> {
    return this.of(tenant, await this.#conversations(tenant).get(conversationId), userId);
  }

  /** A conversation that was just read, with the first of its members. */
  async of(tenant: TenantContext, conversation: Conversation, userId?: string): Promise<ConversationView> {
    const [[view], preview] = await Promise.all([
      this.#viewsOf(tenant, [conversation], userId),
      conversation.membership === 'embedded' ? undefined : this.#firstMembers(tenant, conversation.conversation_id),
    ]);
    return { conversation, me: view?.me, preview: preview ?? view?.preview ?? [] };
  }

  /** Latest activity first; of one user the pinned ones in front of the first page. */
  async list(
    tenant: TenantContext,
    filter: ConversationFilter,
    { limit, cursor }: { limit: number; cursor?: string | undefined },
  ): Promise<Page<ConversationView>> {
    const { userId } = filter;
    const repository = this.#conversations(tenant);
    const pinsApart = userId !== undefined && filter.pinned === undefined;
    const pinned =
      pinsApart && cursor === undefined
        ? await repository.findMany(await this.#filterOf(tenant, { ...filter, pinned: true }), {
            sort: { last_activity_at: -1 },
            limit: PINNED_MAX,
          })
        : [];
    const rest = await repository.page(await this.#filterOf(tenant, pinsApart ? { ...filter, pinned: false } : filter), {
      sort: { last_activity_at: -1 },
      limit: Math.max(1, limit - pinned.length),
      cursor,
    });
    return { ...rest, items: await this.#viewsOf(tenant, [...inPinOrder(pinned, userId), ...rest.items], userId) };
  }

  /** What a user has not read, over all conversations that they have not hidden: messages, conversations with any, mentions. */
  async unread(tenant: TenantContext, userId: string): Promise<{ total: number; conversations: number; mentions: number }> {
    const mine = await this.#ofUser(tenant, userId, {});
    const [all, states] = await Promise.all([
      this.#conversations(tenant).findMany(op.and<Conversation>({ status: 'active' }, mine), {
        limit: OF_ONE_USER_MAX,
        select: ['conversation_id', 'last_sequence'],
      }),
      this.#mongo.forTenant(tenant).repository(readStates).findMany({ user_id: userId }, { limit: OF_ONE_USER_MAX }),
    ]);
    const read = new Map(states.map((state) => [state.conversation_id, state]));
    const unread = all.map((one) => Math.max(0, one.last_sequence - (read.get(one.conversation_id)?.last_read_sequence ?? 0)));
    return {
      total: unread.reduce((sum, count) => sum + count, 0),
      conversations: unread.filter((count) => count > 0).length,
      mentions: all.reduce((sum, one) => sum + (read.get(one.conversation_id)?.unread_mentions ?? 0), 0),
    };
  }

  async #filterOf(tenant: TenantContext, filter: ConversationFilter): Promise<Filter<Conversation>> {
    const { userId, type, updatedSince, memberId, q } = filter;
    const conditions: Conditions = [{ status: 'active', ...(type !== undefined && { type }) }];
    if (userId !== undefined) conditions.push(await this.#ofUser(tenant, userId, filter));
    if (memberId !== undefined) conditions.push(await this.#ofUser(tenant, memberId, {}));
    if (updatedSince !== undefined) {
      conditions.push(op.or<Conversation>({ updated_at: op.gte(updatedSince) }, { last_activity_at: op.gte(updatedSince) }));
    }
    if (q !== undefined) {
      const begins = op.startsWith(q, { ignoreCase: true });
      conditions.push(op.or<Conversation>({ 'metadata.name': begins }, { 'participants.display_name': begins }));
    }
    const [first, ...more] = conditions;
    return first !== undefined && more.length === 0 ? first : op.and<Conversation>(...conditions);
  }

  /** Conversations that a user is in, of either home, as they have arranged them. */
  async #ofUser(
    tenant: TenantContext,
    userId: string,
    { archived, pinned, unread }: Pick<ConversationFilter, 'archived' | 'pinned' | 'unread'>,
  ): Promise<Filter<Conversation>> {
    const arranged = {
      user_id: userId,
      status: 'active',
      'settings.hidden': op.ne(true),
      ...(archived !== undefined && { 'settings.archived': archived }),
      ...(pinned !== undefined && { 'settings.pinned': pinned }),
    } as const;
    const rows = await this.#mongo
      .forTenant(tenant)
      .repository(groupMembers)
      .findMany(arranged, { limit: OF_ONE_USER_MAX, select: ['conversation_id'] });
    const embedded: Filter<Conversation> = { participants: op.elemMatch(arranged) };
    const ids = rows.map(({ conversation_id }) => conversation_id);
    const mine = ids.length === 0 ? embedded : op.or<Conversation>(embedded, { conversation_id: op.in(ids) });
    if (unread === undefined) return mine;
    const unreadIds = await this.#unreadOf(tenant, userId, mine);
    return op.and<Conversation>(mine, { conversation_id: unread ? op.in(unreadIds) : op.nin(unreadIds) });
  }

  /** Which of a user's conversations have something that they have not read. */
  async #unreadOf(tenant: TenantContext, userId: string, mine: Filter<Conversation>): Promise<string[]> {
    const states = this.#mongo.forTenant(tenant).repository(readStates);
    const [all, read] = await Promise.all([
      this.#conversations(tenant).findMany(mine, { limit: OF_ONE_USER_MAX, select: ['conversation_id', 'last_sequence'] }),
      states.findMany({ user_id: userId }, { limit: OF_ONE_USER_MAX, select: ['conversation_id', 'last_read_sequence'] }),
    ]);
    const seen = new Map(read.map(({ conversation_id, last_read_sequence }) => [conversation_id, last_read_sequence]));
    return all.filter((one) => one.last_sequence > (seen.get(one.conversation_id) ?? 0)).map(({ conversation_id }) => conversation_id);
  }

  /** One read for the watermarks of all, and one for the members of large ones. */
  async #viewsOf(tenant: TenantContext, all: readonly Conversation[], userId: string | undefined): Promise<ConversationView[]> {
    if (userId === undefined || all.length === 0)
      return all.map((conversation) => ({ conversation, preview: previewOf(conversation), me: undefined }));
    const scope = this.#mongo.forTenant(tenant);
    const ids = all.map(({ conversation_id }) => conversation_id);
    const large = all.flatMap(({ membership, conversation_id }) => (membership === 'collection' ? [conversation_id] : []));
    const [states, rows] = await Promise.all([
      scope.repository(readStates).findMany({ conversation_id: op.in(ids), user_id: userId }, { limit: ids.length }),
      large.length === 0
        ? []
        : scope.repository(groupMembers).findMany({ conversation_id: op.in(large), user_id: userId }, { limit: large.length }),
    ]);
    const reads = new Map(states.map((state) => [state.conversation_id, state]));
    const members = new Map(rows.map((row) => [row.conversation_id, fromRow(row)]));
    return all.map((conversation) => {
      const { conversation_id: id, participants } = conversation;
      const embedded = participants.find(({ user_id }) => user_id === userId);
      const member: Member | undefined = embedded === undefined ? members.get(id) : fromParticipant(embedded);
      const me = member !== undefined && isActive(member) ? { member, read: reads.get(id) } : undefined;
      return { conversation, preview: previewOf(conversation), me };
    });
  }

  async #firstMembers(tenant: TenantContext, conversationId: string): Promise<Member[]> {
    const filter = { conversation_id: conversationId, status: 'active' } as const;
    const rows = await this.#mongo.forTenant(tenant).repository(groupMembers).findMany(filter, { limit: PREVIEW_MEMBERS_MAX });
    return rows.map(fromRow);
  }

  #conversations(tenant: TenantContext) {
    return this.#mongo.forTenant(tenant).repository(conversations);
  }
}

function previewOf({ participants }: Conversation): ConversationView['preview'] {
  return participants.filter(({ status }) => status === 'active').slice(0, PREVIEW_MEMBERS_MAX);
}

/** By the order that the user gave them, then the latest pinned first. */
function inPinOrder(pinned: readonly Conversation[], userId: string | undefined): Conversation[] {
  const settingsOf = ({ participants }: Conversation) => participants.find(({ user_id }) => user_id === userId)?.settings;
  return [...pinned].sort((one, other) => {
    const [left, right] = [settingsOf(one), settingsOf(other)];
    return (left?.pin_order ?? 0) - (right?.pin_order ?? 0) || (right?.pinned_at?.getTime() ?? 0) - (left?.pinned_at?.getTime() ?? 0);
  });
}
