import { type Mongo } from '@caas/data-access-mongo';
import { type ChangeOrigin, type UserReader } from '@caas/identity';
import { type Producer } from '@caas/messaging-kafka';
import { type Clock, type Logger, type TenantContext, ValidationError } from '@caas/runtime';
import { messages } from '../messages/messages.collection.js';
import { type chatEvents } from '../messages/messages.events.js';
import { type ReadStatesService } from '../receipts/read-states.service.js';
import { showsReceipts } from '../receipts/receipt-privacy.js';
import { type ConversationAccess } from './conversation-access.js';
import { type ConversationActor } from './conversation-rules.js';
import { conversations } from './conversations.collection.js';
import { typingStarted, typingStopped } from './typing.events.js';

/** How long a typing indicator is worth something when nothing follows. */
const TYPING_MS = 3_000;

interface Place {
  readonly sequence: number;
  readonly messageId: string;
}

export interface ReadingParts {
  readonly mongo: Mongo;
  readonly access: ConversationAccess;
  readonly users: Pick<UserReader, 'find'>;
  readonly states: Pick<ReadStatesService, 'rise'>;
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
    const { mongo, access, users, states } = this.#parts;
    await access.require(tenant, conversationId, { actor, action: 'mark_read' });
    const scope = mongo.forTenant(tenant);
    const { last_message: last, last_sequence } = await scope.repository(conversations).get(conversationId, { readFrom: 'primary' });
    const place =
      messageId === undefined
        ? last && { sequence: last.sequence, messageId: last.message_id }
        : await this.#placeOf(tenant, conversationId, messageId);
    if (place === null) return { unread: 0 };
    const { userId } = actor;
    const isTold = showsReceipts(await users.find(tenant, userId));
    const { applicationId } = origin;
    const { last_read_sequence } = await states.rise(tenant, { conversationId, userId, ...place, status: 'read', isTold, applicationId });
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
}
