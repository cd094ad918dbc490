import { type Mongo, op } from '@caas/data-access-mongo';
import { type UserReader } from '@caas/identity';
import { type ActingUser, AppError, NotFoundError, type TenantContext } from '@caas/runtime';
import { type ConversationAccess } from '../conversations/conversation-access.js';
import { messages, type StoredMessage } from '../messages/messages.collection.js';
import { type ReadStatesService } from './read-states.service.js';
import { readStates } from './read-states.collection.js';
import { showsReceipts } from './receipt-privacy.js';

export type ReceiptStatus = 'delivered' | 'read';

/** What a user says of one message. */
export interface NewReceipt {
  readonly messageId: string;
  readonly status: ReceiptStatus;
  readonly deviceId?: string | undefined;
}

export interface ReceiptInput {
  readonly tenant: TenantContext;
  readonly user: ActingUser;
  readonly applicationId?: string | undefined;
}

type Place = Pick<StoredMessage, 'message_id' | 'conversation_id' | 'sequence'>;

/** The furthest message of a conversation that a user has got or read. */
interface Advance {
  readonly place: Place;
  readonly status: ReceiptStatus;
  readonly deviceId?: string | undefined;
}

export interface ReceiptsParts {
  readonly mongo: Mongo;
  readonly access: ConversationAccess;
  readonly states: Pick<ReadStatesService, 'rise'>;
  readonly users: Pick<UserReader, 'find'>;
}

/** Receipts: what users say of messages that they have got or read. */
export class ReceiptsService {
  readonly #parts: ReceiptsParts;

  constructor(parts: ReceiptsParts) {
    this.#parts = parts;
  }

  /** One receipt. Throws `RES_NOT_FOUND`, what access throws. */
  async confirm(input: ReceiptInput, receipt: NewReceipt): Promise<void> {
    const [outcome] = await this.confirmAll(input, [receipt]);
    if (outcome !== undefined) throw outcome;
  }

  /**
   * Many receipts: one look at the messages, and for each conversation and status one watermark, the furthest. Reading implies that it was delivered. Resolves
   * with what is wrong with each, `undefined` where nothing is.
   */
  async confirmAll(input: ReceiptInput, receipts: readonly NewReceipt[]): Promise<(AppError | undefined)[]> {
    const { tenant, user } = input;
    const places = await this.#parts.mongo
      .forTenant(tenant)
      .repository(messages)
      .findExisting([...new Set(receipts.map(({ messageId }) => messageId))], ['message_id', 'conversation_id', 'sequence']);
    const conversationIds = [...new Set([...places.values()].map(({ conversation_id }) => conversation_id))];
    const refusals = new Map(await Promise.all(conversationIds.map(async (id) => [id, await this.#refusalOf(tenant, id, user)] as const)));
    const furthest = new Map<string, Advance>();
    const outcomes = receipts.map(({ messageId, status, deviceId }) => {
      const place = places.get(messageId);
      if (place === undefined) return new NotFoundError();
      const refusal = refusals.get(place.conversation_id);
      if (refusal !== undefined) return refusal;
      const key = `${place.conversation_id}:${status}`;
      if ((furthest.get(key)?.place.sequence ?? 0) < place.sequence) furthest.set(key, { place, status, deviceId });
      return undefined;
    });
    const advances = [...furthest.values()];
    if (advances.length > 0) await this.#advance(input, advances);
    return outcomes;
  }

  async #refusalOf(tenant: TenantContext, conversationId: string, user: ActingUser): Promise<AppError | undefined> {
    try {
      await this.#parts.access.require(tenant, conversationId, { actor: user, action: 'mark_read' });
      return undefined;
    } catch (error) {
      if (error instanceof AppError && error.status < 500) return error;
      throw error;
    }
  }

  async #advance(input: ReceiptInput, advances: readonly Advance[]): Promise<void> {
    const { mongo, users } = this.#parts;
    const { tenant, user } = input;
    const ids = [...new Set(advances.map(({ place }) => place.conversation_id))];
    const [states, person] = await Promise.all([
      mongo
        .forTenant(tenant)
        .repository(readStates)
        .findMany({ user_id: user.userId, conversation_id: op.in(ids) }, { limit: ids.length, readFrom: 'primary' }),
      users.find(tenant, user.userId),
    ]);
    const before = new Map(states.map((state) => [state.conversation_id, state]));
    const risen = advances.filter(({ place, status }) => {
      const state = before.get(place.conversation_id);
      const last = status === 'read' ? state?.last_read_sequence : state?.last_delivered_sequence;
      return place.sequence > (last ?? 0);
    });
    // what is read is delivered with it
    const isTold = showsReceipts(person);
    for (const { place, status, deviceId } of [...risen].sort((left) => (left.status === 'read' ? -1 : 1))) {
      const { conversation_id: conversationId, message_id: messageId, sequence } = place;
      const mark = { conversationId, userId: user.userId, messageId, sequence, status, isTold, deviceId };
      await this.#parts.states.rise(tenant, { ...mark, applicationId: input.applicationId });
    }
  }
}
