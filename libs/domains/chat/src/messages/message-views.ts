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

/** Who looks at messages of one conversation. */
export interface Viewer {
  readonly tenant: TenantContext;
  readonly conversation: ConversationFacts;
  /** Absent for a server key that reads for the whole tenant. */
  readonly userId: string | undefined;
}

/** Beyond, how far a message has come is not told for each. */
const TOLD_MEMBERS_MAX = 100;
const REACTIONS_MAX = 10_000;

/** Shows messages as somebody sees them: their own reactions, what is pinned, and how far what they sent has come. A fixed number of queries a page. */
export class MessageViews {
  readonly #mongo: Mongo;
  readonly #users: Pick<UserReader, 'findMany'>;

  constructor(options: { mongo: Mongo; users: Pick<UserReader, 'findMany'> }) {
    this.#mongo = options.mongo;
    this.#users = options.users;
  }

  /** Messages of one conversation, in their order. */
  async many(viewer: Viewer, messages: readonly StoredMessage[]): Promise<MessageResource[]> {
    if (messages.length === 0) return [];
    const [pinned, mine, statusOf] = await Promise.all([
      this.#pinned(viewer),
      this.#mine(viewer, messages),
      this.#statuses(viewer, messages),
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

  async #pinned({ tenant, conversation }: Viewer): Promise<ReadonlySet<string>> {
    const row = await this.#mongo
      .forTenant(tenant)
      .repository(conversations)
      .find(conversation.conversationId, { select: ['pinned_messages'] });
    return new Set(row?.pinned_messages.map(({ message_id }) => message_id));
  }

  async #mine({ tenant, userId }: Viewer, messages: readonly StoredMessage[]): Promise<ReadonlyMap<string, string[]>> {
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
    { tenant, conversation, userId }: Viewer,
    messages: readonly StoredMessage[],
  ): Promise<(message: StoredMessage) => Status> {
    const others = conversation.membership === 'collection' ? [] : Object.keys(conversation.members).filter((id) => id !== userId);
    const isMine = ({ sender }: StoredMessage): boolean => userId !== undefined && sender.user_id === userId;
    if (!messages.some(isMine) || others.length === 0 || others.length >= TOLD_MEMBERS_MAX) return () => 'sent';
    const [states, people] = await Promise.all([
      this.#mongo
        .forTenant(tenant)
        .repository(readStates)
        .findMany(
          { conversation_id: conversation.conversationId, user_id: op.in(others) },
          { select: ['user_id', 'last_read_sequence', 'last_delivered_sequence'], limit: others.length },
        ),
      this.#users.findMany(tenant, others),
    ]);
    const shown = new Set(people.filter(showsReceipts).map(({ user_id }) => user_id));
    if (shown.size === 0) return () => 'sent';
    const byUser = new Map(states.map((state) => [state.user_id, state]));
    const reached = (field: 'last_read_sequence' | 'last_delivered_sequence'): number =>
      Math.min(...[...shown].map((id) => byUser.get(id)?.[field] ?? 0));
    const [read, delivered] = [reached('last_read_sequence'), reached('last_delivered_sequence')];
    return (message) => {
      if (!isMine(message) || message.deletion !== null) return 'sent';
      return message.sequence <= read ? 'read' : message.sequence <= delivered ? 'delivered' : 'sent';
    };
  }
}

type Status = MessageResource['status'];
