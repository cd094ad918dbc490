import { announcing, type Outbox } from '@caas/composition';
import { type Mongo, op } from '@caas/data-access-mongo';
import { type Clock, NotFoundError, type TenantContext, VersionConflictError } from '@caas/runtime';
import { type Conversation } from '../conversations/conversations.collection.js';
import { raised, watermarksOf } from './read-marks.js';
import { NOTHING_READ, type ReadState, readStates } from './read-states.collection.js';
import { messageDelivered, messageRead } from './receipts.events.js';

/** Rounds of looking and writing; each lost one means that another device of the user was faster. */
const ROUNDS_MAX = 10;

/** A message that a user has got or read, by its place, and what is told of it. */
export interface Mark {
  readonly conversationId: string;
  readonly userId: string;
  readonly messageId: string;
  readonly sequence: number;
  /** What is read is delivered with it. */
  readonly status: 'delivered' | 'read';
  /** Whether others are told; a user who hides receipts moves their own mark only. */
  readonly isTold: boolean;
  readonly deviceId?: string | undefined;
  readonly applicationId?: string | undefined;
}

/**
 * How far users have got and read conversations: the one way in which callers raise a watermark, and the one emitter of `message.read` and `message.delivered`. Watermarks
 * only rise, whatever order their marks come in, and each rise is told of once, in the same write.
 */
export class ReadStatesService {
  readonly #mongo: Mongo;
  readonly #outbox: Outbox;
  readonly #clock: Clock;

  constructor(options: { mongo: Mongo; outbox: Outbox; clock: Clock }) {
    this.#mongo = options.mongo;
    this.#outbox = options.outbox;
    this.#clock = options.clock;
  }

  /** Everything up to this message is got or read. A mark below the watermark changes nothing and tells nothing. Resolves with the state as it is then. */
  async rise(tenant: TenantContext, mark: Mark): Promise<ReadState> {
    const key = { conversation_id: mark.conversationId, user_id: mark.userId };
    for (let round = 1; ; round += 1) {
      const { document: before } = await this.#repository(tenant).findOrCreate(key, { ...key, ...NOTHING_READ });
      if (mark.sequence <= reached(before, mark.status)) return before;
      try {
        return await this.#commit(tenant, before, mark);
      } catch (error) {
        if (!(error instanceof VersionConflictError || error instanceof NotFoundError) || round >= ROUNDS_MAX) throw error;
      }
    }
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

  /** Guarded by the row as it was read, together with what is told. */
  #commit(tenant: TenantContext, before: ReadState, mark: Mark): Promise<ReadState> {
    const { read_state_id: id, __v: version } = before;
    const at = this.#clock.now();
    const { sequence, messageId } = mark;
    const set = raised(watermarksOf(before), {
      ...(mark.status === 'read' && { read: { sequence, messageId, at } }),
      delivered: { sequence, at },
      mentions: [],
    });
    return this.#outbox.commit({
      events: mark.isTold ? [factOf(tenant, mark, at)] : [],
      proof: { collection: readStates.name, tenantId: tenant.tenantId, id, version: version + 1 },
      write: () => this.#repository(tenant).update(id, { set }, { expectedVersion: version }),
    });
  }

  #repository(tenant: TenantContext) {
    return this.#mongo.forTenant(tenant).repository(readStates);
  }
}

const reached = (state: ReadState, status: Mark['status']): number =>
  status === 'read' ? state.last_read_sequence : state.last_delivered_sequence;

/** Each attempt tells its own fact: of several devices at once one commits, and what the others give up must not be what that one told. */
function factOf(tenant: TenantContext, { userId, messageId, conversationId, status, deviceId, applicationId }: Mark, at: number) {
  const common = { tenant, timestamp: at, ...(applicationId !== undefined && { applicationId }) };
  const about = { message_id: messageId, conversation_id: conversationId };
  if (status === 'read') {
    return announcing({ ...common, event: messageRead, payload: { ...about, reader_id: userId, read_at: at, up_to: true } });
  }
  const device = deviceId === undefined ? {} : { device_id: deviceId };
  const payload = { ...about, recipient_id: userId, ...device, delivered_at: at, delivery_method: 'websocket' as const };
  return announcing({ ...common, event: messageDelivered, payload });
}
