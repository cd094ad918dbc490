import { type FieldFilter, type Filter, type Mongo, op, type Page, type PagePosition } from '@caas/data-access-mongo';
import { type Clock, type TenantContext, ValidationError } from '@caas/runtime';
import { isId } from '@caas/schema';
import { type Allowed, type ConversationAccess } from '../conversations/conversation-access.js';
import { type ConversationFacts, type Membership } from '../conversations/conversation-directory.js';
import { type ConversationActor } from '../conversations/conversation-rules.js';
import { conversations } from '../conversations/conversations.collection.js';
import { type MessageType } from './message-content.js';
import { isExpired } from './message-expiry.js';
import { messageHides } from './message-hides.collection.js';
import { type MessageViews } from './message-views.js';
import { type MessageResource } from './messages.resource.js';
import { messages, type StoredMessage } from './messages.collection.js';

/** Which messages of a conversation, and where to begin. */
export interface MessageListQuery {
  readonly order: 'asc' | 'desc';
  readonly limit: number;
  readonly cursor?: string | undefined;
  /** A message id or a sequence; one of the three. A cursor goes on from them. */
  readonly before?: string | undefined;
  readonly after?: string | undefined;
  readonly around?: string | undefined;
  readonly types?: readonly MessageType[] | undefined;
  readonly sender_id?: string | undefined;
  readonly pinned?: boolean | undefined;
  readonly include_deleted?: boolean | undefined;
  readonly include_replies?: boolean | undefined;
}

export interface MessageListInput {
  readonly tenant: TenantContext;
  /** Absent for a server key that reads for the whole tenant. */
  readonly actor: ConversationActor | undefined;
  readonly conversationId: string;
  readonly query: MessageListQuery;
}

const PLACES = ['before', 'after', 'around'] as const;

/** Pages of the messages of a conversation, by sequence. */
export class MessageLists {
  readonly #mongo: Mongo;
  readonly #access: ConversationAccess;
  readonly #views: MessageViews;
  readonly #clock: Clock;

  constructor(options: { mongo: Mongo; access: ConversationAccess; views: MessageViews; clock: Clock }) {
    this.#mongo = options.mongo;
    this.#access = options.access;
    this.#views = options.views;
    this.#clock = options.clock;
  }

  /**
   * Messages that begin no thread or are in none, unless replies are asked for. What the user deleted for themselves, and what has disappeared, is left out, so that a page may be shorter
   * than its limit. Throws `NotFoundError` for an unknown conversation, `AUTHZ_NOT_MEMBER` for a stranger, `VAL_REFERENCE` for a place that is not in the
   * conversation.
   */
  async list(input: MessageListInput): Promise<Page<MessageResource>> {
    const { tenant, actor, conversationId, query } = input;
    requireOnePlace(query);
    const { conversation, member } = await this.#access.require(tenant, conversationId, { actor, action: 'read' });
    const [filter, place] = await Promise.all([this.#filterOf(input, member), this.#placeOf(input)]);
    const page = place === undefined || query.around === undefined ? this.#page(input, filter, place) : this.#around(input, filter, place);
    return this.#shown(input, conversation, await page);
  }

  /** Replies in the thread of a root, whoever may see it is decided before. */
  async replies(
    { tenant, actor }: Pick<MessageListInput, 'tenant' | 'actor'>,
    { conversation, member, rootId, query }: Allowed & { rootId: string; query: MessageListQuery },
  ): Promise<Page<MessageResource>> {
    const { conversationId } = conversation;
    const input = { tenant, actor, conversationId, query };
    const filter: FieldFilter<StoredMessage> = {
      conversation_id: conversationId,
      'thread.root_message_id': rootId,
      ...afterCleared(member),
    };
    return this.#shown(input, conversation, await this.#page(input, filter, undefined));
  }

  async #filterOf({ tenant, conversationId, query }: MessageListInput, member: Membership | undefined): Promise<Filter<StoredMessage>> {
    const { types, sender_id, pinned, include_replies = false } = query;
    const pins = pinned === undefined ? [] : await this.#pins(tenant, conversationId);
    const fields: FieldFilter<StoredMessage> = {
      conversation_id: conversationId,
      ...afterCleared(member),
      ...(sender_id !== undefined && { 'sender.user_id': sender_id }),
      ...(pinned !== undefined && { message_id: pinned ? op.in(pins) : op.nin(pins) }),
      ...(!include_replies && pinned !== true && { 'thread.root_message_id': null }),
    };
    // The kind of an encrypted or erased message lies beside what it says.
    return types === undefined
      ? fields
      : op.and<StoredMessage>(fields, op.or<StoredMessage>({ 'content.type': op.in(types) }, { 'content.content_type': op.in(types) }));
  }

  async #pins(tenant: TenantContext, conversationId: string): Promise<string[]> {
    const row = await this.#mongo
      .forTenant(tenant)
      .repository(conversations)
      .find(conversationId, { select: ['pinned_messages'] });
    return row?.pinned_messages.map(({ message_id }) => message_id) ?? [];
  }

  /** The sequence that the caller named, by itself or by its message. */
  async #placeOf({ tenant, conversationId, query }: MessageListInput): Promise<number | undefined> {
    const name = query.cursor === undefined ? PLACES.find((place) => query[place] !== undefined) : undefined;
    const value = name === undefined ? undefined : query[name];
    if (name === undefined || value === undefined) return undefined;
    if (!isId('msg', value)) return Number(value);
    const message = await this.#mongo
      .forTenant(tenant)
      .repository(messages)
      .find(value, { includeDeleted: true, select: ['conversation_id', 'sequence'] });
    if (message?.conversation_id === conversationId) return message.sequence;
    throw new ValidationError([{ field: `/query/${name}`, code: 'reference', message: 'names no message of this conversation' }], {
      code: 'VAL_REFERENCE',
    });
  }

  #page({ tenant, query }: MessageListInput, filter: Filter<StoredMessage>, place: number | undefined): Promise<Page<StoredMessage>> {
    const isTowardsEnd = (query.before !== undefined) === (query.order === 'desc');
    const from: PagePosition | undefined =
      place === undefined ? undefined : { direction: isTowardsEnd ? 'forward' : 'backward', values: [place] };
    return this.#read(tenant, filter, { ...query, from });
  }

  /** The message in the middle, half of the rest on either side. */
  async #around({ tenant, query }: MessageListInput, filter: Filter<StoredMessage>, place: number): Promise<Page<StoredMessage>> {
    const { order, limit } = query;
    const before = Math.floor(limit / 2);
    const step = order === 'desc' ? 1 : -1;
    const [first, second] = await Promise.all([
      before === 0 ? undefined : this.#read(tenant, filter, { order, limit: before, from: { direction: 'backward', values: [place] } }),
      this.#read(tenant, filter, { order, limit: limit - before, from: { direction: 'forward', values: [place + step] } }),
    ]);
    return {
      ...second,
      items: [...(first?.items ?? []), ...second.items],
      prevCursor: first === undefined ? second.prevCursor : first.prevCursor,
    };
  }

  #read(
    tenant: TenantContext,
    filter: Filter<StoredMessage>,
    {
      order,
      limit,
      cursor,
      from,
      include_deleted,
    }: Pick<MessageListQuery, 'order' | 'limit' | 'cursor' | 'include_deleted'> & { from?: PagePosition | undefined },
  ): Promise<Page<StoredMessage>> {
    return this.#mongo
      .forTenant(tenant)
      .repository(messages)
      .page(filter, { sort: { sequence: order === 'asc' ? 1 : -1 }, limit, cursor, from, includeDeleted: include_deleted === true });
  }

  async #shown(
    { tenant, actor }: MessageListInput,
    conversation: ConversationFacts,
    page: Page<StoredMessage>,
  ): Promise<Page<MessageResource>> {
    const userId = actor?.userId;
    const hidden = await this.#hidden({ tenant, userId, conversationId: conversation.conversationId }, page.items);
    const now = this.#clock.now();
    const items = page.items.filter((message) => !hidden.has(message.sequence) && !isExpired(message, now));
    return { ...page, items: await this.#views.many({ tenant, conversation, userId }, items) };
  }

  /** What the user deleted for themselves, of the part of the conversation that a page shows. */
  async #hidden(
    { tenant, userId, conversationId }: { tenant: TenantContext; userId: string | undefined; conversationId: string },
    items: readonly StoredMessage[],
  ): Promise<ReadonlySet<number>> {
    if (userId === undefined || items.length === 0) return new Set();
    const sequences = items.map(({ sequence }) => sequence);
    const rows = await this.#mongo
      .forTenant(tenant)
      .repository(messageHides)
      .findMany(
        { user_id: userId, conversation_id: conversationId, sequence: op.in(sequences) },
        { select: ['sequence'], limit: items.length },
      );
    return new Set(rows.map(({ sequence }) => sequence));
  }
}

/** What a member cleared for themselves is not shown to them. */
function afterCleared(member: Membership | undefined): FieldFilter<StoredMessage> {
  const cleared = member?.clearedSequence ?? 0;
  return cleared > 0 ? { sequence: op.gt(cleared) } : {};
}

function requireOnePlace(query: MessageListQuery): void {
  const given = PLACES.filter((place) => query[place] !== undefined);
  if (given.length < 2) return;
  throw new ValidationError(
    given.slice(1).map((place) => ({ field: `/query/${place}`, code: 'exclusive', message: `cannot go with ${given[0]}` })),
  );
}
