import { toUserResource, type UserLists, type UserResource, type UserSight } from '@caas/identity';
import { type ActingUser, type Clock, type TenantContext } from '@caas/runtime';
import { type ConversationViews } from '../conversations/conversation-views.js';
import { type ConversationResource, toConversationResource } from '../conversations/conversations.resource.js';
import { type MessageResource } from '../messages/messages.resource.js';
import { type MessageSearch } from './message-search.js';

/** Names are no longer than this, so that no longer text begins one. */
const NAME_LENGTH_MAX = 100;

export interface EverywhereInput {
  readonly tenant: TenantContext;
  readonly user: ActingUser;
  /** Whether the caller may read users. */
  readonly seesUsers: boolean;
  readonly q: string;
  /** Of each kind. */
  readonly limit: number;
}

export interface Everything {
  readonly messages: { message: MessageResource; highlights: string[] }[];
  readonly conversations: ConversationResource[];
  readonly users: UserResource[];
}

/** What one search field of a client asks: messages, conversations and users at once, each as far as the user may see them. */
export class SearchEverywhere {
  readonly #parts: {
    readonly messages: MessageSearch;
    readonly conversations: Pick<ConversationViews, 'list'>;
    readonly users: Pick<UserLists, 'list'>;
    readonly sight: Pick<UserSight, 'of'>;
    readonly clock: Clock;
  };

  constructor(parts: {
    messages: MessageSearch;
    conversations: Pick<ConversationViews, 'list'>;
    users: Pick<UserLists, 'list'>;
    sight: Pick<UserSight, 'of'>;
    clock: Clock;
  }) {
    this.#parts = parts;
  }

  async find(input: EverywhereInput): Promise<Everything> {
    const { tenant, user, q, limit } = input;
    const isName = [...q].length <= NAME_LENGTH_MAX;
    const [messages, conversations, users] = await Promise.all([
      this.#parts.messages.find({ tenant, actor: user, query: { q, sort: 'relevance', limit } }),
      isName ? this.#conversations(input) : [],
      isName && input.seesUsers ? this.#users(input) : [],
    ]);
    return {
      messages: messages.items.map(({ message, highlights }) => ({ message, highlights: [...highlights] })),
      conversations,
      users,
    };
  }

  async #conversations({ tenant, user, q, limit }: EverywhereInput): Promise<ConversationResource[]> {
    const { items } = await this.#parts.conversations.list(tenant, { userId: user.userId, q }, { limit });
    return items.slice(0, limit).map((view) => toConversationResource(view, this.#parts.clock.now()));
  }

  async #users({ tenant, user, q, limit }: EverywhereInput): Promise<UserResource[]> {
    const { items } = await this.#parts.users.list(tenant, { q, banned: false }, { limit });
    const sight = await this.#parts.sight.of(tenant, user, items);
    return items.map((one) => toUserResource(one, { sight: sight.get(one.user_id) ?? 'name', now: this.#parts.clock.now() }));
  }
}
