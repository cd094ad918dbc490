import { type Mongo, op } from '@caas/data-access-mongo';
import { type UserReader } from '@caas/identity';
import { type TenantContext } from '@caas/runtime';
import { type ConversationFacts } from '../conversations/conversation-directory.js';
import { conversations } from '../conversations/conversations.collection.js';
import { reactions } from '../reactions/reactions.collection.js';
import { readStates } from '../receipts/read-states.collection.js';
import { showsReceipts } from '../receipts/receipt-privacy.js';
import { type KnownMessage } from './known-message.js';
import { type MessageResource, toMessageResource } from './messages.resource.js';
import { type StoredMessage } from './messages.collection.js';

/** Who looks at messages. */
export interface Onlooker {
  readonly tenant: TenantContext;
  /** Absent for a server key that reads for the whole tenant. */
  readonly userId: string | undefined;
}

/** Who looks at messages of one conversation. */
export interface Viewer extends Onlooker {
  readonly conversation: ConversationFacts;
}

/** Beyond, how far a message has come is not told for each. */
const TOLD_MEMBERS_MAX = 100;
const REACTIONS_MAX = 10_000;
const STATES_MAX = 10_000;

/** Shows messages as somebody sees them: their own reactions, what is pinned, and how far what they sent has come. A fixed number of queries a page. */
export class MessageViews {
  readonly #mongo: Mongo;
  readonly #users: Pick<UserReader, 'findMany'>;

  constructor(options: { mongo: Mongo; users: Pick<UserReader, 'findMany'> }) {
    this.#mongo = options.mongo;
    this.#users = options.users;
  }

  /** Messages of one conversation, in their order. */
  many({ conversation, ...onlooker }: Viewer, messages: readonly StoredMessage[]): Promise<MessageResource[]> {
    return this.across(onlooker, new Map([[conversation.conversationId, conversation]]), messages);
  }

  /** Messages of several conversations, in their order. A conversation without facts tells nothing of how far its messages have come. */
  async across(
    onlooker: Onlooker,
    facts: ReadonlyMap<string, ConversationFacts>,
    messages: readonly StoredMessage[],
  ): Promise<MessageResource[]> {
    if (messages.length === 0) return [];
    const [pinned, mine, statusOf] = await Promise.all([
      this.#pinned(onlooker, messages),
      this.#mine(onlooker, messages),
      this.#statuses(onlooker, facts, messages),
    ]);
    return messages.map((message) =>
      toMessageResource(message, {
        status: statusOf(message),
        mine: mine.get(message.message_id) ?? [],
        pinned: pinned.has(message.message_id),
      }),
    );
  }

  /** One message, stored or not. */
  async one(viewer: Viewer, { source }: KnownMessage): Promise<MessageResource> {
    if (source.recent !== undefined) return source.recent;
    const [shown] = await this.many(viewer, [source.stored]);
    return shown ?? toMessageResource(source.stored);
  }

  async #pinned({ tenant }: Onlooker, messages: readonly StoredMessage[]): Promise<ReadonlySet<string>> {
    const ids = [...new Set(messages.map(({ conversation_id }) => conversation_id))];
    const rows = await this.#mongo
      .forTenant(tenant)
      .repository(conversations)
      .findMany({ conversation_id: op.in(ids) }, { select: ['pinned_messages'], limit: ids.length });
    return new Set(rows.flatMap(({ pinned_messages }) => pinned_messages.map(({ message_id }) => message_id)));
  }

  async #mine({ tenant, userId }: Onlooker, messages: readonly StoredMessage[]): Promise<ReadonlyMap<string, string[]>> {
    const mine = new Map<string, string[]>();
    const reacted = messages.filter(({ reactions_summary }) => reactions_summary.total_count > 0).map(({ message_id }) => message_id);
    if (userId === undefined || reacted.length === 0) return mine;
    const rows = await this.#mongo
      .forTenant(tenant)
      .repository(reactions)
      .findMany({ message_id: op.in(reacted), user_id: userId }, { select: ['message_id', 'emoji'], limit: REACTIONS_MAX });
    for (const { message_id, emoji } of rows) mine.set(message_id, [...(mine.get(message_id) ?? []), emoji]);
    return mine;
  }

  /** `read` and `delivered` where all others who show it have it; nothing is asked for a page without messages of the viewer's own. */
  async #statuses(
    { tenant, userId }: Onlooker,
    facts: ReadonlyMap<string, ConversationFacts>,
    messages: readonly StoredMessage[],
  ): Promise<(message: StoredMessage) => Status> {
    const isMine = ({ sender }: StoredMessage): boolean => userId !== undefined && sender.user_id === userId;
    const told = new Map<string, readonly string[]>();
    for (const message of messages) {
      const conversation = isMine(message) ? facts.get(message.conversation_id) : undefined;
      const others = conversation === undefined ? [] : othersOf(conversation, userId);
      if (others.length > 0) told.set(message.conversation_id, others);
    }
    if (told.size === 0) return () => 'sent';
    const marks = await this.#marks(tenant, told);
    return (message) => {
      const reached = isMine(message) && message.deletion === null ? marks.get(message.conversation_id) : undefined;
      if (reached === undefined) return 'sent';
      return message.sequence <= reached.read ? 'read' : message.sequence <= reached.delivered ? 'delivered' : 'sent';
    };
  }

  /** How far everybody who shows it has come, by conversation: two reads for all. */
  async #marks(tenant: TenantContext, told: ReadonlyMap<string, readonly string[]>): Promise<ReadonlyMap<string, Marks>> {
    const ids = [...new Set([...told.values()].flat())];
    const [states, people] = await Promise.all([
      this.#mongo
        .forTenant(tenant)
        .repository(readStates)
        .findMany(
          { conversation_id: op.in([...told.keys()]), user_id: op.in(ids) },
          { select: ['conversation_id', 'user_id', 'last_read_sequence', 'last_delivered_sequence'], limit: STATES_MAX },
        ),
      this.#users.findMany(tenant, ids),
    ]);
    const shown = new Set(people.filter(showsReceipts).map(({ user_id }) => user_id));
    const byPlace = new Map(states.map((state) => [`${state.conversation_id}:${state.user_id}`, state]));
    return new Map(
      [...told].flatMap(([conversationId, others]) => {
        const rows = others.filter((id) => shown.has(id)).map((id) => byPlace.get(`${conversationId}:${id}`));
        if (rows.length === 0) return [];
        const read = Math.min(...rows.map((row) => row?.last_read_sequence ?? 0));
        const delivered = Math.min(...rows.map((row) => row?.last_delivered_sequence ?? 0));
        return [[conversationId, { read, delivered }] as const];
      }),
    );
  }
}

/** How far messages of a conversation have come. */
interface Marks {
  readonly read: number;
  readonly delivered: number;
}

/** Whose marks tell how far a message has come; nobody's where there are too many. */
function othersOf({ membership, members }: ConversationFacts, userId: string | undefined): readonly string[] {
  const others = membership === 'collection' ? [] : Object.keys(members).filter((id) => id !== userId);
  return others.length >= TOLD_MEMBERS_MAX ? [] : others;
}

type Status = MessageResource['status'];
