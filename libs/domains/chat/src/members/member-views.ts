import { type Mongo, op, type Page } from '@caas/data-access-mongo';
import { type UserReader } from '@caas/identity';
import { currentRequest, type TenantContext } from '@caas/runtime';
import { type Conversation } from '../conversations/conversations.collection.js';
import { type ConversationRole, type MEMBER_STATUSES } from '../conversations/member-shape.js';
import { type GroupMember, groupMembers } from '../groups/group-members.collection.js';
import { readStates } from '../receipts/read-states.collection.js';
import { fromParticipant, fromRow, type Member } from './member.js';
import { type MemberView } from './members.resource.js';

export interface MemberFilter {
  readonly status: (typeof MEMBER_STATUSES)[number];
  readonly role?: ConversationRole | undefined;
  /** Beginning of the name. */
  readonly q?: string | undefined;
}

type Cursor = ReturnType<Mongo['cursors']['decode']>;

interface Paging {
  readonly limit: number;
  readonly cursor?: string | undefined;
}

/** Reads the members of conversations, page by page, whichever home they have. */
export class MemberViews {
  readonly #mongo: Mongo;
  readonly #users: Pick<UserReader, 'findMany'>;

  constructor({ mongo, users }: { mongo: Mongo; users: Pick<UserReader, 'findMany'> }) {
    this.#mongo = mongo;
    this.#users = users;
  }

  /** By user id. How far somebody has read is shown of those who let it be seen. */
  async list(
    tenant: TenantContext,
    conversation: Conversation,
    { limit, cursor, ...filter }: MemberFilter & Paging,
  ): Promise<Page<MemberView>> {
    const page =
      conversation.membership === 'embedded'
        ? this.#embedded(tenant, conversation, { ...filter, limit, cursor })
        : await this.#collected(tenant, conversation, { ...filter, limit, cursor });
    return { ...page, items: await this.of(tenant, conversation.conversation_id, page.items) };
  }

  /** Members with what may be shown of their reading: two reads for all. */
  async of(tenant: TenantContext, conversationId: string, members: readonly Member[]): Promise<MemberView[]> {
    if (members.length === 0) return [];
    const ids = members.map(({ user_id }) => user_id);
    const [states, users] = await Promise.all([
      this.#mongo
        .forTenant(tenant)
        .repository(readStates)
        .findMany({ conversation_id: conversationId, user_id: op.in(ids) }, { limit: ids.length }),
      this.#users.findMany(tenant, ids),
    ]);
    const shown = new Set(users.filter(({ settings }) => settings.privacy.show_read_receipts).map(({ user_id }) => user_id));
    const read = new Map(states.map((state) => [state.user_id, state.last_read_message_id]));
    return members.map((member) => ({ member, lastReadMessageId: shown.has(member.user_id) ? (read.get(member.user_id) ?? null) : null }));
  }

  async #collected(
    tenant: TenantContext,
    { conversation_id }: Conversation,
    { status, role, q, ...paging }: MemberFilter & Paging,
  ): Promise<Page<Member>> {
    const page = await this.#mongo
      .forTenant(tenant)
      .repository(groupMembers)
      .page(
        {
          conversation_id,
          status,
          ...(role !== undefined && { role }),
          ...(q !== undefined && { display_name: op.startsWith(q, { ignoreCase: true }) }),
        },
        { sort: { user_id: 1 }, ...paging },
      );
    return { ...page, items: page.items.map((row: GroupMember) => fromRow(row)) };
  }

  #embedded(
    { tenantId }: TenantContext,
    { conversation_id: id, participants }: Conversation,
    { status, role, q, limit, cursor }: MemberFilter & Paging,
  ): Page<Member> {
    const binding = {
      tenantId,
      collection: 'conversations.participants',
      route: currentRequest()?.route,
      sort: [['user_id', 1]] as const,
      filter: { id, status, role, q },
    };
    const from = cursor === undefined ? undefined : this.#mongo.cursors.decode(cursor, binding);
    const begins = q?.toLowerCase();
    const all = participants
      .filter((one) => one.status === status && (role === undefined || one.role === role))
      .filter((one) => begins === undefined || one.display_name.toLowerCase().startsWith(begins))
      .sort((one, other) => (one.user_id < other.user_id ? -1 : 1));
    const { start, end } = windowOf(
      all.map(({ user_id }) => user_id),
      { from, limit },
    );
    const shown = all.slice(start, end);
    const at = (direction: Cursor['direction'], index: number): string =>
      this.#mongo.cursors.encode({ direction, values: [all[index]?.user_id ?? ''] }, binding);
    return {
      items: shown.map(fromParticipant),
      nextCursor: end < all.length ? at('forward', end - 1) : null,
      prevCursor: start > 0 && shown.length > 0 ? at('backward', start) : null,
      hasMore: end < all.length,
    };
  }
}

/** Which of the sorted ids are on the page. */
function windowOf(ids: readonly string[], { from, limit }: { from: Cursor | undefined; limit: number }): { start: number; end: number } {
  if (from === undefined) return { start: 0, end: Math.min(limit, ids.length) };
  const position = String(from.values[0]);
  if (from.direction === 'forward') {
    const next = ids.findIndex((id) => id > position);
    const start = next === -1 ? ids.length : next;
    return { start, end: Math.min(start + limit, ids.length) };
  }
  const end = ids.findIndex((id) => id >= position);
  const last = end === -1 ? ids.length : end;
  return { start: Math.max(0, last - limit), end: last };
}
