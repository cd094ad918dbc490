import { type Mongo, op, type Page } from '@caas/data-access-mongo';
import { type Producer, type SendReceipt } from '@caas/messaging-kafka';
import {
  type ActingUser,
  AppError,
  type Clock,
  ConflictError,
  InternalError,
  isPromise,
  type Quotas,
  type ReplyChannel,
  type TenantContext,
} from '@caas/runtime';
import { deriveId, freeForm, idOf, int32, newId, text, z } from '@caas/schema';
import { type ConversationAccess } from '../conversations/conversation-access.js';
import { type ConversationActor } from '../conversations/conversation-rules.js';
import { MESSAGE_TYPES, type MessageContent, SENDABLE_TYPES, sendableContent } from './message-content.js';
import { REPLY_TO_HEADER } from './message-reply.js';
import { messages, type StoredMessage } from './messages.collection.js';
import { type chatMessages, messageSent } from './messages.events.js';
import { type MessageResource, NOT_DELETED, NOT_EDITED, toMessageResource } from './messages.resource.js';
import { type PendingReply, replyArrived, type Wait, waitForReply } from './reply-wait.js';

/** What a caller says about a message. `type` stands outside the content, as everywhere in the API. */
export const newMessage = z.strictObject({
  type: z.enum(MESSAGE_TYPES),
  content: sendableContent.omit({ type: true }),
  client_message_id: text({ min: 1, max: 64 }).optional(),
  root_message_id: idOf('msg').optional(),
  parent_message_id: idOf('msg').optional(),
  metadata: freeForm().optional(),
  /** It disappears so long after it was accepted. */
  expires_in_seconds: int32({ min: 5, max: 31_536_000 }).optional(),
});
export type NewMessage = z.output<typeof newMessage>;

export interface SendInput {
  readonly tenant: TenantContext;
  readonly sender: ActingUser;
  readonly conversationId: string;
  readonly message: NewMessage;
  readonly request: { readonly id: string; readonly traceId: string };
  readonly applicationId?: string | undefined;
  /** How long to wait for the stored form, in seconds; absent answers as soon as the message is accepted. */
  readonly wait?: Wait | undefined;
}

export interface SendResult {
  readonly status: 'accepted' | 'stored';
  readonly message: MessageResource;
}

/** Sending and reading messages. Nothing here writes messages to the store: Kafka is the log of record, the worker stores. */
export class MessagesService {
  readonly #mongo: Mongo;
  readonly #access: ConversationAccess;
  readonly #producer: Producer<typeof chatMessages>;
  readonly #replies: ReplyChannel;
  readonly #quotas: Pick<Quotas, 'require' | 'release'>;
  readonly #clock: Clock;

  constructor(options: {
    mongo: Mongo;
    access: ConversationAccess;
    producer: Producer<typeof chatMessages>;
    replies: ReplyChannel;
    quotas: Pick<Quotas, 'require' | 'release'>;
    clock: Clock;
  }) {
    this.#mongo = options.mongo;
    this.#access = options.access;
    this.#producer = options.producer;
    this.#replies = options.replies;
    this.#quotas = options.quotas;
    this.#clock = options.clock;
  }

  /**
   * Accepts a message: authorized, then acknowledged by Kafka (`acks=all`). With `client_message_id` the message's id follows from sender and
   * client id, so a resend is the same message wherever and whenever it arrives. Throws `QuotaExceededError` when the plan allows no more, and
   * `UnavailableError` when Kafka does not take it or its answer is unknown; the same resend is safe then.
   */
  send(input: SendInput): Promise<SendResult> {
    try {
      const { tenant, sender, conversationId, message } = input;
      if (!SENDABLE_TYPES.has(message.type))
        throw new AppError('MSG_TYPE_DISABLED', `Messages of type ${message.type} cannot be sent yet.`);
      const allowed = this.#access.require(tenant, conversationId, { actor: sender, action: 'send' });
      return isPromise(allowed) ? allowed.then(() => this.#admit(input)) : this.#admit(input);
    } catch (error) {
      return Promise.reject(error instanceof Error ? error : new InternalError('A send failed without an error.', { cause: error }));
    }
  }

  #admit(input: SendInput): Promise<SendResult> {
    const reserved = this.#quotas.require(input.tenant, 'messages_count');
    return isPromise(reserved) ? reserved.then(() => this.#accept(input)) : this.#accept(input);
  }

  /** One promise between what is cached and the answer: what a send costs is mostly what it allocates. */
  #accept(input: SendInput): Promise<SendResult> {
    const { tenant, sender, message } = input;
    const accepted: Accepted = {
      messageId:
        message.client_message_id === undefined ? newId('msg') : deriveId('msg', tenant.tenantId, sender.userId, message.client_message_id),
      eventId: newId('evt'),
      acceptedAt: this.#clock.now(),
      content: { ...message.content, type: 'text' },
    };
    if (input.wait !== undefined) return this.#sendAndWait(input, accepted, input.wait);
    return this.#publish(input, accepted).then(
      () => ({ status: 'accepted', message: acceptedResource(input, accepted) }),
      (error: unknown) => this.#giveUp(tenant, error),
    );
  }

  #publish(
    { tenant, sender, conversationId, message, request, applicationId }: SendInput,
    { messageId, eventId, acceptedAt, content }: Accepted,
    headers?: Readonly<Record<string, string>>,
  ): Promise<SendReceipt> {
    return this.#producer.send({
      tenant,
      event: messageSent,
      isChecked: true, // the route checked what the caller wrote; the rest was made here
      id: eventId,
      timestamp: acceptedAt,
      correlationId: request.id,
      traceId: request.traceId,
      applicationId,
      metadata: { user_id: sender.userId },
      payload: {
        message_id: messageId,
        conversation_id: conversationId,
        sender_id: sender.userId,
        content,
        client_message_id: message.client_message_id,
        root_message_id: message.root_message_id,
        parent_message_id: message.parent_message_id,
        custom: message.metadata,
        expires_at: message.expires_in_seconds === undefined ? undefined : acceptedAt + message.expires_in_seconds * 1_000,
      },
      headers,
    });
  }

  /** Gives the reserved message back; should Kafka have it all the same, the worker counts it. */
  #giveUp(tenant: TenantContext, error: unknown): never {
    this.#quotas.release(tenant, 'messages_count');
    throw error;
  }

  async #sendAndWait(input: SendInput, accepted: Accepted, wait: Wait): Promise<SendResult> {
    const { tenant, conversationId } = input;
    const { messageId } = accepted;
    const reply = waitForReply(this.#replies, accepted.eventId, wait);
    try {
      await this.#publish(input, accepted, { [REPLY_TO_HEADER]: this.#replies.address });
    } catch (error) {
      reply.cancel();
      this.#giveUp(tenant, error);
    }
    const stored = await this.#settle(tenant, { messageId, conversationId, reply });
    if (stored !== undefined) return { status: 'stored', message: toMessageResource(stored) };
    return { status: 'accepted', message: acceptedResource(input, accepted) };
  }

  /** Messages of one conversation by sequence. Throws `NotFoundError` for an unknown conversation, `AUTHZ_NOT_MEMBER` for a stranger. */
  async list(input: {
    tenant: TenantContext;
    actor: ConversationActor | undefined;
    conversationId: string;
    order: 'asc' | 'desc';
    limit: number;
    cursor?: string | undefined;
  }): Promise<Page<StoredMessage>> {
    const { tenant, conversationId, limit, cursor } = input;
    const { member } = await this.#access.require(tenant, conversationId, { actor: input.actor, action: 'read' });
    const cleared = member?.clearedSequence ?? 0;
    return this.#mongo
      .forTenant(tenant)
      .repository(messages)
      .page(
        { conversation_id: conversationId, ...(cleared > 0 && { sequence: op.gt(cleared) }) },
        { sort: { sequence: input.order === 'asc' ? 1 : -1 }, limit, cursor },
      );
  }

  /** One stored message; a deleted one is a placeholder without content. The same `NotFoundError` for an unknown one and for one of another tenant. */
  async get(tenant: TenantContext, messageId: string, actor: ConversationActor | undefined): Promise<StoredMessage> {
    const message = await this.#mongo.forTenant(tenant).repository(messages).get(messageId, { includeDeleted: true });
    await this.#access.require(tenant, message.conversation_id, { actor, action: 'read' });
    return message;
  }

  /** The stored message once the worker has answered, or `undefined` when time was up and the store does not have it yet. */
  async #settle(
    tenant: TenantContext,
    sent: { messageId: string; conversationId: string; reply: PendingReply },
  ): Promise<StoredMessage | undefined> {
    await replyArrived(sent.reply); // without an answer in time the store is asked all the same
    const stored = await this.#mongo.forTenant(tenant).repository(messages).find(sent.messageId, { readFrom: 'primary' });
    if (stored === undefined || stored.conversation_id === sent.conversationId) return stored;
    throw new ConflictError('The sender used this client_message_id in another conversation.', { code: 'MSG_DUPLICATE_CLIENT_ID' });
  }
}

/** What sending adds to what the caller said. */
interface Accepted {
  readonly messageId: string;
  readonly eventId: string;
  readonly acceptedAt: number;
  readonly content: MessageContent;
}

function acceptedResource({ sender, message, conversationId }: SendInput, accepted: Accepted): MessageResource {
  const time = new Date(accepted.acceptedAt).toISOString();
  return {
    message_id: accepted.messageId,
    conversation_id: conversationId,
    sequence: null,
    sender: { user_id: sender.userId, external_id: sender.externalId, display_name: sender.displayName, avatar_url: sender.avatarUrl },
    type: message.type,
    content: accepted.content,
    root_message_id: message.root_message_id ?? null,
    parent_message_id: message.parent_message_id ?? null,
    reply_count: 0,
    status: 'accepted',
    edited: NOT_EDITED,
    deleted: NOT_DELETED,
    client_message_id: message.client_message_id ?? null,
    metadata: message.metadata ?? null,
    created_at: time,
    updated_at: time,
  };
}
