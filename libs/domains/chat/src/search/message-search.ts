import { type Filter, type Mongo, op, type Page } from '@caas/data-access-mongo';
import { type Clock, type TenantContext } from '@caas/runtime';
import { type ConversationDirectory } from '../conversations/conversation-directory.js';
import { type ConversationActor } from '../conversations/conversation-rules.js';
import { type MessageType } from '../messages/message-content.js';
import { messageHides } from '../messages/message-hides.collection.js';
import { type MessageViews } from '../messages/message-views.js';
import { messages, type StoredMessage } from '../messages/messages.collection.js';
import { type MessageResource } from '../messages/messages.resource.js';
import { highlightsOf } from './highlights.js';
import { scanMessages } from './message-scan.js';
import { type SearchScope } from './search-scope.js';
import { SearchWords } from './search-words.js';

export interface MessageSearchQuery {
  readonly q: string;
  readonly conversation_id?: string | undefined;
  readonly sender_id?: string | undefined;
  readonly types?: readonly MessageType[] | undefined;
  readonly from?: string | undefined;
  readonly to?: string | undefined;
  readonly has?: 'file' | 'link' | 'mention' | undefined;
  readonly sort: 'relevance' | 'recent';
  readonly limit: number;
  readonly cursor?: string | undefined;
}

export interface MessageSearchInput {
  readonly tenant: TenantContext;
  /** Absent for a server key that searches the whole tenant. */
  readonly actor: ConversationActor | undefined;
  readonly query: MessageSearchQuery;
}

export interface FoundMessage {
  readonly message: MessageResource;
  readonly highlights: readonly string[];
}

const NOTHING: Page<never> = { items: [], nextCursor: null, prevCursor: null, hasMore: false };

/** Where each thing that a message can have shows. */
const HAS: Readonly<Record<NonNullable<MessageSearchQuery['has']>, Filter<StoredMessage>>> = {
  file: { 'content.media.file_id': op.exists() },
  link: { 'metadata.links': op.exists() },
  mention: { 'content.mentions.user_id': op.exists() },
};

/** Finds messages by their words: by the tenant's text index, or where the server has none among the newest messages. */
export class MessageSearch {
  readonly #parts: {
    readonly mongo: Mongo;
    readonly scope: SearchScope;
    readonly directory: ConversationDirectory;
    readonly views: MessageViews;
    readonly clock: Clock;
  };

  constructor(parts: { mongo: Mongo; scope: SearchScope; directory: ConversationDirectory; views: MessageViews; clock: Clock }) {
    this.#parts = parts;
  }

  /**
   * Messages that hold all words of `q`, in conversations that the actor may read. What is encrypted, deleted, expired, or cleared or deleted by the actor for
   * themselves is not found; a page from which the latter was taken is shorter. Throws what {@link SearchScope.of} throws.
   */
  async find({ tenant, actor, query }: MessageSearchInput): Promise<Page<FoundMessage>> {
    const words = new SearchWords(query.q);
    const scope = await this.#parts.scope.of({ tenant, actor, conversationId: query.conversation_id });
    if (scope === undefined) return NOTHING;
    const page = await this.#page(tenant, { words, filter: this.#filterOf(scope, query), query, userId: actor?.userId });
    return { ...page, items: await this.#shown(tenant, { userId: actor?.userId, words, found: page.items }) };
  }

  #filterOf(scope: Filter<StoredMessage>, { sender_id, types, from, to, has }: MessageSearchQuery): Filter<StoredMessage> {
    return op.and<StoredMessage>(
      scope,
      op.or<StoredMessage>({ expires_at: null }, { expires_at: op.gt(new Date(this.#parts.clock.now())) }),
      ...(sender_id === undefined ? [] : [{ 'sender.user_id': sender_id }]),
      ...(types === undefined ? [] : [{ 'content.type': op.in(types) }]),
      ...(from === undefined ? [] : [{ created_at: op.gte(new Date(from)) }]),
      ...(to === undefined ? [] : [{ created_at: op.lt(new Date(to)) }]),
      ...(has === undefined ? [] : [HAS[has]]),
    );
  }

  #page(
    tenant: TenantContext,
    {
      words,
      filter,
      query: { limit, cursor, ...asked },
      userId,
    }: { words: SearchWords; filter: Filter<StoredMessage>; query: MessageSearchQuery; userId: string | undefined },
  ): Promise<Page<StoredMessage>> {
    const { mongo } = this.#parts;
    const boundTo = { userId, ...asked };
    if (!mongo.capabilities.has('textSearch')) return scanMessages(mongo, tenant, { words, filter, limit, cursor, boundTo });
    const sort = asked.sort === 'recent' ? ({ created_at: -1 } as const) : undefined;
    return mongo.forTenant(tenant).repository(messages).search(words.phrases, filter, { sort, limit, cursor, boundTo });
  }

  async #shown(
    tenant: TenantContext,
    { userId, words, found }: { userId: string | undefined; words: SearchWords; found: readonly StoredMessage[] },
  ): Promise<FoundMessage[]> {
    if (found.length === 0) return [];
    const hidden = userId === undefined ? undefined : await this.#hidden(tenant, userId, found);
    const kept = hidden === undefined ? found : found.filter(({ message_id }) => !hidden.has(message_id));
    const ids = [...new Set(kept.map(({ conversation_id }) => conversation_id))];
    const facts = await this.#parts.directory.getMany(tenant, ids);
    const shown = await this.#parts.views.across({ tenant, userId }, facts, kept);
    return shown.map((message, index) => ({ message, highlights: highlightsOf(textOf(kept[index]), words) }));
  }

  async #hidden(tenant: TenantContext, userId: string, found: readonly StoredMessage[]): Promise<ReadonlySet<string>> {
    const ids = found.map(({ message_id }) => message_id);
    const rows = await this.#parts.mongo
      .forTenant(tenant)
      .repository(messageHides)
      .findMany({ user_id: userId, message_id: op.in(ids) }, { select: ['message_id'], limit: ids.length });
    return new Set(rows.map(({ message_id }) => message_id));
  }
}

function textOf(message: StoredMessage | undefined): string {
  const content = message?.content;
  return content !== undefined && 'text' in content ? (content.text ?? '') : '';
}
