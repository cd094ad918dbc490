import { type Mongo, op } from '@caas/data-access-mongo';
import { type Clock, type TenantContext } from '@caas/runtime';
import { type Conversation } from '../conversations/conversations.collection.js';
import { NOTHING_READ, type ReadState, readStates } from './read-states.collection.js';

/** A message that a user has got or read, by its place. */
export interface Mark {
  readonly conversationId: string;
  readonly userId: string;
  readonly sequence: number;
}

/** How far users have read. Watermarks only rise, whatever order their marks come in. */
export class ReadStatesService {
  readonly #mongo: Mongo;
  readonly #clock: Clock;

  constructor(options: { mongo: Mongo; clock: Clock }) {
    this.#mongo = options.mongo;
    this.#clock = options.clock;
  }

  /** Everything up to this message is read, and so delivered. A mark below the watermark changes nothing. Resolves with the state as it is then. */
  async markRead(tenant: TenantContext, { messageId, ...mark }: Mark & { messageId: string }): Promise<ReadState> {
    const document = await this.stateOf(tenant, mark);
    const now = new Date(this.#clock.now());
    const risen = await this.#repository(tenant).findOneAndUpdate(
      { read_state_id: document.read_state_id, last_read_sequence: op.lt(mark.sequence) },
      {
        set: { last_read_sequence: mark.sequence, last_read_message_id: messageId, last_read_at: now, unread_mentions: 0 },
        max: { last_delivered_sequence: mark.sequence, last_delivered_at: now },
      },
    );
    return risen ?? this.#repository(tenant).get(document.read_state_id, { readFrom: 'primary' });
  }

  /** Everything up to this message has reached one of the user's devices. */
  async markDelivered(tenant: TenantContext, mark: Mark): Promise<void> {
    const document = await this.stateOf(tenant, mark);
    await this.#repository(tenant).findOneAndUpdate(
      { read_state_id: document.read_state_id, last_delivered_sequence: op.lt(mark.sequence) },
      { set: { last_delivered_sequence: mark.sequence, last_delivered_at: new Date(this.#clock.now()) } },
    );
  }

  /** How many messages of each conversation the user has not read: one query for all. A gap in the sequences counts as unread. */
  async unreadCounts(
    tenant: TenantContext,
    userId: string,
    conversations: readonly Pick<Conversation, 'conversation_id' | 'last_sequence'>[],
  ): Promise<Map<string, number>> {
    if (conversations.length === 0) return new Map();
    const ids = conversations.map(({ conversation_id }) => conversation_id);
    const states = await this.#repository(tenant).findMany({ conversation_id: op.in(ids), user_id: userId }, { limit: ids.length });
    const read = new Map(states.map(({ conversation_id, last_read_sequence }) => [conversation_id, last_read_sequence]));
    return new Map(
      conversations.map(({ conversation_id, last_sequence }) => [
        conversation_id,
        Math.max(0, last_sequence - (read.get(conversation_id) ?? 0)),
      ]),
    );
  }

  /** The state of a user in a conversation; made where there is none. */
  async stateOf(tenant: TenantContext, { conversationId, userId }: Pick<Mark, 'conversationId' | 'userId'>): Promise<ReadState> {
    const key = { conversation_id: conversationId, user_id: userId };
    const { document } = await this.#repository(tenant).findOrCreate(key, { ...key, ...NOTHING_READ });
    return document;
  }

  #repository(tenant: TenantContext) {
    return this.#mongo.forTenant(tenant).repository(readStates);
  }
}
