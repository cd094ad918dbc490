import { type Mongo } from '@caas/data-access-mongo';
import { type RedisAccess, type TenantCooldowns } from '@caas/data-access-redis';
import { type Producer, type SendReceipt } from '@caas/messaging-kafka';
import {
  type ActingUser,
  type Clock,
  ConflictError,
  isPromise,
  type QuotaCheck,
  type Quotas,
  RateLimitedError,
  type ReplyChannel,
  type TenantContext,
} from '@caas/runtime';
import { deriveId, type JsonObject, newId } from '@caas/schema';
import { type ConversationFacts, type Membership } from '../conversations/conversation-directory.js';
import { toContentResource } from './content.resource.js';
import { type SaidContent, typeOf } from './encrypted-content.js';
import { REPLY_TO_HEADER } from './message-reply.js';
import { messages, type StoredMessage } from './messages.collection.js';
import { type chatMessages, type Forwarded, messageSent } from './messages.events.js';
import { mentionsOf, type MessageResource, NO_REACTIONS, NOT_DELETED, NOT_EDITED, toMessageResource } from './messages.resource.js';
import { type RecentMessages } from './recent-messages.js';
import { type PendingReply, replyArrived, type Wait, waitForReply } from './reply-wait.js';
import { isSlowed } from './slow-mode-rule.js';

/** What every command says about where it comes from. */
export interface CommandOrigin {
  readonly tenant: TenantContext;
  readonly request: { readonly id: string; readonly traceId: string };
  readonly applicationId?: string | undefined;
}

/** A message that may be sent: who sends it where is decided, its content is made. */
export interface Sending extends CommandOrigin {
  readonly sender: ActingUser;
  /** Absent where staff of the application send, whose pace nobody limits. */
  readonly member: Membership | undefined;
  readonly conversation: Pick<ConversationFacts, 'conversationId' | 'slowModeSeconds'>;
  readonly content: SaidContent;
  readonly said: {
    readonly client_message_id?: string | undefined;
    readonly root_message_id?: string | undefined;
    readonly parent_message_id?: string | undefined;
    readonly metadata?: JsonObject | undefined;
    readonly silent?: boolean | undefined;
    readonly expires_in_seconds?: number | undefined;
  };
  readonly forwarded?: Forwarded | undefined;
  /** How long to wait for the stored form, in seconds; absent answers as soon as the message is accepted. */
  readonly wait?: Wait | undefined;
}

/** The message as it was accepted, or, after a wait, as it is stored. */
export interface SendResult {
  readonly status: 'accepted' | 'stored';
  /** What the plan leaves, this one included. */
  readonly quota: QuotaCheck;
  readonly message: MessageResource;
}

export interface MessageSenderParts {
  readonly mongo: Mongo;
  readonly redis: Pick<RedisAccess, 'tenantCooldowns'>;
  readonly producer: Producer<typeof chatMessages>;
  readonly replies: ReplyChannel;
  readonly quotas: Pick<Quotas, 'require' | 'release'>;
  readonly recent: Pick<RecentMessages, 'accepted'>;
  readonly clock: Clock;
}

/** What sending adds to what is said. */
interface Accepted {
  readonly messageId: string;
  readonly eventId: string;
  readonly acceptedAt: number;
}

/** The last step of every send: slow mode, quota, then Kafka. Nothing here writes messages to the store: Kafka is the log of record, the worker stores. */
export class MessageSender {
  readonly #parts: MessageSenderParts;
  readonly #cooldowns: TenantCooldowns;

  constructor(parts: MessageSenderParts) {
    this.#parts = parts;
    this.#cooldowns = parts.redis.tenantCooldowns('slow-mode');
  }

  /**
   * Accepts a message: acknowledged by Kafka (`acks=all`). With `client_message_id` the message's id follows from sender and client id, so a resend is the same
   * message wherever and whenever it arrives. Throws `RATE_SLOW_MODE`, `QuotaExceededError` when the plan allows no more, and `UnavailableError` when Kafka
   * does not take it or its answer is unknown; the same resend is safe then.
   */
  send(sending: Sending): Promise<SendResult> {
    const { tenant, sender, said, conversation, member } = sending;
    const accepted: Accepted = {
      messageId:
        said.client_message_id === undefined ? newId('msg') : deriveId('msg', tenant.tenantId, sender.userId, said.client_message_id),
      eventId: newId('evt'),
      acceptedAt: this.#parts.clock.now(),
    };
    return member !== undefined && isSlowed(conversation, member) ? this.#sendSlowly(sending, accepted) : this.#reserve(sending, accepted);
  }

  async #sendSlowly(sending: Sending, accepted: Accepted): Promise<SendResult> {
    const { tenant, sender, conversation } = sending;
    const id = `${conversation.conversationId}:${sender.userId}`;
    const pause = { holder: accepted.messageId, ms: conversation.slowModeSeconds * 1_000 };
    const waitMs = await this.#cooldowns.begin(tenant.tenantId, id, pause);
    if (waitMs > 0) {
      const details = { retryAfterSeconds: Math.ceil(waitMs / 1_000) };
      throw new RateLimitedError('The conversation is in slow mode.', { code: 'RATE_SLOW_MODE', details });
    }
    try {
      return await this.#reserve(sending, accepted);
    } catch (error) {
      await this.#cooldowns.end(tenant.tenantId, id, accepted.messageId);
      throw error;
    }
  }

  #reserve(sending: Sending, accepted: Accepted): Promise<SendResult> {
    const reserved = this.#parts.quotas.require(sending.tenant, 'messages_count');
    if (isPromise(reserved)) return reserved.then((quota) => this.#accept(sending, accepted, quota));
    return this.#accept(sending, accepted, reserved);
  }

  /** One promise between what is cached and the answer: what a send costs is mostly what it allocates. */
  #accept(sending: Sending, accepted: Accepted, quota: QuotaCheck): Promise<SendResult> {
    if (sending.wait !== undefined) return this.#sendAndWait(sending, accepted, { wait: sending.wait, quota });
    return this.#publish(sending, accepted).then(
      () => this.#accepted(sending, accepted, quota),
      (error: unknown) => this.#giveUp(sending.tenant, error),
    );
  }

  #publish(
    { tenant, sender, conversation, content, said, forwarded, request, applicationId }: Sending,
    { messageId, eventId, acceptedAt }: Accepted,
    headers?: Readonly<Record<string, string>>,
  ): Promise<SendReceipt> {
    return this.#parts.producer.send({
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
        conversation_id: conversation.conversationId,
        sender_id: sender.userId,
        content,
        client_message_id: said.client_message_id,
        root_message_id: said.root_message_id,
        parent_message_id: said.parent_message_id,
        custom: said.metadata,
        expires_at: said.expires_in_seconds === undefined ? undefined : acceptedAt + said.expires_in_seconds * 1_000,
        silent: said.silent,
        forwarded_from: forwarded,
      },
      headers,
    });
  }

  #accepted(sending: Sending, accepted: Accepted, quota: QuotaCheck): SendResult {
    const message = acceptedResource(sending, accepted);
    this.#parts.recent.accepted(sending.tenant, message);
    return { status: 'accepted', message, quota };
  }

  /** Gives the reserved message back; should Kafka have it all the same, the worker counts it. */
  #giveUp(tenant: TenantContext, error: unknown): never {
    this.#parts.quotas.release(tenant, 'messages_count');
    throw error;
  }

  async #sendAndWait(
    sending: Sending,
    accepted: Accepted,
    { wait, quota }: { readonly wait: Wait; readonly quota: QuotaCheck },
  ): Promise<SendResult> {
    const { replies } = this.#parts;
    const reply = waitForReply(replies, accepted.eventId, wait);
    try {
      await this.#publish(sending, accepted, { [REPLY_TO_HEADER]: replies.address });
    } catch (error) {
      reply.cancel();
      this.#giveUp(sending.tenant, error);
    }
    const known = this.#accepted(sending, accepted, quota);
    const stored = await this.#settle(sending, accepted.messageId, reply);
    return stored === undefined ? known : { status: 'stored', message: toMessageResource(stored), quota };
  }

  /** The stored message once the worker has answered, or `undefined` when time was up and the store does not have it yet. */
  async #settle({ tenant, conversation }: Sending, messageId: string, reply: PendingReply): Promise<StoredMessage | undefined> {
    await replyArrived(reply); // without an answer in time the store is asked all the same
    const stored = await this.#parts.mongo.forTenant(tenant).repository(messages).find(messageId, { readFrom: 'primary' });
    if (stored === undefined || stored.conversation_id === conversation.conversationId) return stored;
    throw new ConflictError('The sender used this client_message_id in another conversation.', { code: 'MSG_DUPLICATE_CLIENT_ID' });
  }
}

function acceptedResource(
  { sender, conversation, content, said, forwarded }: Sending,
  { messageId, acceptedAt }: Accepted,
): MessageResource {
  const time = new Date(acceptedAt).toISOString();
  return {
    message_id: messageId,
    conversation_id: conversation.conversationId,
    sequence: null,
    sender: { user_id: sender.userId, external_id: sender.externalId, display_name: sender.displayName, avatar_url: sender.avatarUrl },
    type: typeOf(content),
    content: toContentResource(content),
    mentions: mentionsOf(content),
    root_message_id: said.root_message_id ?? null,
    parent_message_id: said.parent_message_id ?? null,
    reply_count: 0,
    forwarded:
      forwarded === undefined ? null : { original_message_id: forwarded.message_id, original_sender_name: forwarded.sender_name ?? null },
    reactions: NO_REACTIONS,
    status: 'accepted',
    problem: null,
    edited: NOT_EDITED,
    deleted: NOT_DELETED,
    pinned: false,
    client_message_id: said.client_message_id ?? null,
    metadata: said.metadata ?? null,
    created_at: time,
    updated_at: time,
    expires_at: said.expires_in_seconds === undefined ? null : new Date(acceptedAt + said.expires_in_seconds * 1_000).toISOString(),
  };
}
