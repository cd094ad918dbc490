import { announcing, type Outbox } from '@caas/composition';
import { type Mongo } from '@caas/data-access-mongo';
import { type ChangeOrigin, type UserReader } from '@caas/identity';
import { type Producer } from '@caas/messaging-kafka';
import { type Clock, type Logger, NotFoundError, type TenantContext, ValidationError, VersionConflictError } from '@caas/runtime';
import { messages } from '../messages/messages.collection.js';
import { type chatEvents } from '../messages/messages.events.js';
import { messageRead } from '../receipts/receipts.events.js';
import { NOTHING_READ, type ReadState, readStates } from '../receipts/read-states.collection.js';
import { type ConversationAccess } from './conversation-access.js';
import { type ConversationActor } from './conversation-rules.js';
import { conversations } from './conversations.collection.js';
import { typingStarted, typingStopped } from './typing.events.js';

/** How long a typing indicator is worth something when nothing follows. */
const TYPING_MS = 3_000;
const ROUNDS_MAX = 10;

interface Place {
  readonly sequence: number;
  readonly messageId: string;
}

export interface ReadingParts {
  readonly mongo: Mongo;
  readonly access: ConversationAccess;
  readonly users: Pick<UserReader, 'find'>;
  readonly outbox: Outbox;
  readonly events: Pick<Producer<typeof chatEvents>, 'send'>;
  readonly clock: Clock;
  readonly logger: Logger;
}

/** How far members have read, and that they are writing. Told to others only by those who let it be seen. */
export class ReadingService {
  readonly #parts: ReadingParts;

  constructor(parts: ReadingParts) {
    this.#parts = parts;
  }

  /**
   * Everything up to a message is read; up to the latest one unless given. The watermark never moves back, and `message.read` is told once for each advance.
   * Resolves with how many messages are unread then. Throws `VAL_REFERENCE` for a message of another conversation.
   */
  async read(
    tenant: TenantContext,
    conversationId: string,
    { actor, messageId, origin }: { actor: ConversationActor; messageId?: string | undefined; origin: ChangeOrigin },
  ): Promise<{ unread: number }> {
    const { mongo, access } = this.#parts;
    await access.require(tenant, conversationId, { actor, action: 'mark_read' });
    const scope = mongo.forTenant(tenant);
    const { last_message: last, last_sequence } = await scope.repository(conversations).get(conversationId, { readFrom: 'primary' });
    const place =
      messageId === undefined
        ? last && { sequence: last.sequence, messageId: last.message_id }
        : await this.#placeOf(tenant, conversationId, messageId);
    if (place === null) return { unread: 0 };
    const { last_read_sequence } = await this.#raise(tenant, { conversationId, userId: actor.userId, place, origin });
    return { unread: Math.max(0, last_sequence - last_read_sequence) };
  }

  /** Tells that somebody writes, or stopped. Best effort: nothing is stored, and what is lost is lost. Throws what sending would. */
  async type(
    tenant: TenantContext,
    conversationId: string,
    { actor, state }: { actor: ConversationActor; state: 'start' | 'stop' },
  ): Promise<void> {
    const { access, users, events, clock, logger } = this.#parts;
    await access.require(tenant, conversationId, { actor, action: 'send' });
    const user = await users.find(tenant, actor.userId);
    if (user?.settings.privacy.show_typing_indicator !== true) return;
    const at = clock.now();
    const about = { conversation_id: conversationId, user_id: actor.userId };
    const sent =
      state === 'start'
        ? events.send({ tenant, event: typingStarted, payload: { ...about, started_at: at, expires_at: at + TYPING_MS } })
        : events.send({ tenant, event: typingStopped, payload: { ...about, stopped_at: at } });
    sent.catch((error: unknown) => logger.debug({ err: error }, 'typing indicator lost'));
  }

  async #placeOf(tenant: TenantContext, conversationId: string, messageId: string): Promise<Place> {
    const message = await this.#parts.mongo
      .forTenant(tenant)
      .repository(messages)
      .findOne({ message_id: messageId, conversation_id: conversationId }, { includeDeleted: true, select: ['sequence'] });
    if (message !== undefined) return { sequence: message.sequence, messageId };
    const issue = { field: '/body/message_id', code: 'reference', message: 'names no message of this conversation' };
    throw new ValidationError([issue], { code: 'VAL_REFERENCE' });
  }

  /** Raises the watermark, guarded by the row as it was read; of two at once one looks again. */
  async #raise(
    tenant: TenantContext,
    { conversationId, userId, place, origin }: { conversationId: string; userId: string; place: Place; origin: ChangeOrigin },
  ): Promise<ReadState> {
    const repository = this.#parts.mongo.forTenant(tenant).repository(readStates);
    const key = { conversation_id: conversationId, user_id: userId };
    for (let round = 1; ; round += 1) {
      const { document: before } = await repository.findOrCreate(key, { ...key, ...NOTHING_READ });
      if (before.last_read_sequence >= place.sequence) return before;
      try {
        return await this.#commit(tenant, { before, place, origin });
      } catch (error) {
        if (!(error instanceof VersionConflictError || error instanceof NotFoundError) || round >= ROUNDS_MAX) throw error;
      }
    }
  }

  async #commit(
    tenant: TenantContext,
    { before, place, origin }: { before: ReadState; place: Place; origin: ChangeOrigin },
  ): Promise<ReadState> {
    const { mongo, outbox, users, clock } = this.#parts;
    const now = clock.now();
    const { read_state_id: id, __v: version, conversation_id, user_id } = before;
    const at = new Date(now);
    const isTold = (await users.find(tenant, user_id))?.settings.privacy.show_read_receipts === true;
    const { applicationId } = origin;
    const common = { tenant, timestamp: now, ...(applicationId !== undefined && { applicationId }) };
    const payload = { message_id: place.messageId, conversation_id, reader_id: user_id, read_at: now, up_to: true };
    return outbox.commit({
      events: isTold ? [announcing({ ...common, event: messageRead, payload })] : [],
      proof: { collection: readStates.name, tenantId: tenant.tenantId, id, version: version + 1 },
      write: () =>
        mongo
          .forTenant(tenant)
          .repository(readStates)
          .update(
            id,
            {
              set: { last_read_sequence: place.sequence, last_read_message_id: place.messageId, last_read_at: at, unread_mentions: 0 },
              max: { last_delivered_sequence: place.sequence, last_delivered_at: at },
            },
            { expectedVersion: version },
          ),
    });
  }
}
