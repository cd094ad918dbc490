import { type FieldFilter, type Filter, type Mongo, op } from '@caas/data-access-mongo';
import { type TenantContext } from '@caas/runtime';
import { type ConversationAccess } from '../conversations/conversation-access.js';
import { type ConversationActor } from '../conversations/conversation-rules.js';
import { type Conversation, conversations } from '../conversations/conversations.collection.js';
import { groupMembers } from '../groups/group-members.collection.js';
import { type StoredMessage } from '../messages/messages.collection.js';

/** Conversations of one user that are searched at once: those with the latest activity. */
export const SEARCHED_CONVERSATIONS_MAX = 1_000;

/** Whose messages are searched. */
export interface ScopeInput {
  readonly tenant: TenantContext;
  /** Absent for a server key that searches the whole tenant. */
  readonly actor: ConversationActor | undefined;
  readonly conversationId: string | undefined;
}

/** In which conversations somebody may search, and from where on in each: part of the query, so that nothing else is ever read. */
export class SearchScope {
  readonly #mongo: Mongo;
  readonly #access: ConversationAccess;

  constructor({ mongo, access }: { mongo: Mongo; access: ConversationAccess }) {
    this.#mongo = mongo;
    this.#access = access;
  }

  /**
   * `undefined` when there is nothing to be searched. Throws what reading the conversation throws; a user without a conversation in mind searches those that
   * they are in and have not hidden, archived ones too.
   */
  async of({ tenant, actor, conversationId }: ScopeInput): Promise<Filter<StoredMessage> | undefined> {
    if (conversationId !== undefined) {
      const { member } = await this.#access.require(tenant, conversationId, { actor, action: 'read' });
      return behind(conversationId, member?.clearedSequence ?? 0);
    }
    return actor === undefined ? {} : this.#ofUser(tenant, actor.userId);
  }

  async #ofUser(tenant: TenantContext, userId: string): Promise<Filter<StoredMessage> | undefined> {
    const scope = this.#mongo.forTenant(tenant);
    const mine = { user_id: userId, status: 'active', 'settings.hidden': op.ne(true) } as const;
    const rows = await scope
      .repository(groupMembers)
      .findMany(mine, { limit: SEARCHED_CONVERSATIONS_MAX, select: ['conversation_id', 'settings'] });
    const embedded: Filter<Conversation> = { participants: op.elemMatch(mine) };
    const large = rows.map(({ conversation_id }) => conversation_id);
    const [all, cutOff] = await Promise.all([
      scope
        .repository(conversations)
        .findMany(large.length === 0 ? embedded : op.or<Conversation>(embedded, { conversation_id: op.in(large) }), {
          sort: { last_activity_at: -1 },
          limit: SEARCHED_CONVERSATIONS_MAX,
          select: ['conversation_id'],
        }),
      scope
        .repository(conversations)
        .findMany(
          { participants: op.elemMatch({ ...mine, 'settings.cleared_sequence': op.gt(0) }) },
          { limit: SEARCHED_CONVERSATIONS_MAX, select: ['conversation_id', 'participants'] },
        ),
    ]);
    const cleared = new Map([
      ...rows.map(({ conversation_id: id, settings }) => [id, settings.cleared_sequence ?? 0] as const),
      ...cutOff.map(({ conversation_id: id, participants }) => [id, clearedBy(userId, participants)] as const),
    ]);
    return within(
      all.map(({ conversation_id }) => conversation_id),
      cleared,
    );
  }
}

function clearedBy(userId: string, participants: Conversation['participants']): number {
  return participants.find(({ user_id }) => user_id === userId)?.settings.cleared_sequence ?? 0;
}

function within(ids: readonly string[], cleared: ReadonlyMap<string, number>): Filter<StoredMessage> | undefined {
  const whole = ids.filter((id) => (cleared.get(id) ?? 0) === 0);
  const parts = ids.flatMap((id) => {
    const sequence = cleared.get(id) ?? 0;
    return sequence === 0 ? [] : [behind(id, sequence)];
  });
  const filters: FieldFilter<StoredMessage>[] = [...(whole.length === 0 ? [] : [{ conversation_id: op.in(whole) }]), ...parts];
  const [first, ...more] = filters;
  return more.length === 0 ? first : op.or<StoredMessage>(...filters);
}

/** Messages of one conversation that its member has not cleared. */
function behind(conversationId: string, cleared: number): FieldFilter<StoredMessage> {
  return { conversation_id: conversationId, ...(cleared > 0 && { sequence: op.gt(cleared) }) };
}
