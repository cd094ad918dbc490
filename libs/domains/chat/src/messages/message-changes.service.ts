import { type Mongo } from '@caas/data-access-mongo';
import { type Producer } from '@caas/messaging-kafka';
import { type ActingUser, type Clock, ConflictError, type ReplyChannel, type TenantContext } from '@caas/runtime';
import { newId, z } from '@caas/schema';
import { type SettingsService } from '@caas/tenancy';
import { type ConversationAccess } from '../conversations/conversation-access.js';
import { isAllowed } from '../conversations/conversation-rules.js';
import { requireChangeable } from './change-rules.js';
import { type MessageContent, sendableContent } from './message-content.js';
import { REPLY_TO_HEADER } from './message-reply.js';
import { messages, type StoredMessage } from './messages.collection.js';
import { type chatMessages, messageDeleted, messageEdited } from './messages.events.js';
import { type MessageResource, toMessageResource } from './messages.resource.js';
import { type PendingReply, replyArrived, type Wait, waitForReply } from './reply-wait.js';
import { contentTypeOf, plainContentOf } from './stored-content.js';

/** What a caller changes about a message: its text, or the caption of its media. */
export const messageEdit = z.strictObject({ content: sendableContent.omit({ type: true }) });
export type NewEdit = z.output<typeof messageEdit>;

export interface ChangeInput {
  readonly tenant: TenantContext;
  readonly actor: ActingUser;
  readonly messageId: string;
  readonly request: { readonly id: string; readonly traceId: string };
  readonly applicationId?: string;
  /** Absent answers as soon as the change is accepted. */
  readonly wait?: Wait;
}

type Command = Omit<Parameters<Producer<typeof chatMessages>['send']>[0], 'tenant'>;

/** Edits and deletions. Like sends they are accepted by Kafka and stored by the worker; nothing here writes to the store. */
export class MessageChangesService {
  readonly #mongo: Mongo;
  readonly #access: ConversationAccess;
  readonly #settings: Pick<SettingsService, 'get'>;
  readonly #producer: Producer<typeof chatMessages>;
  readonly #replies: ReplyChannel;
  readonly #clock: Clock;

  constructor(options: {
    mongo: Mongo;
    access: ConversationAccess;
    settings: Pick<SettingsService, 'get'>;
    producer: Producer<typeof chatMessages>;
    replies: ReplyChannel;
    clock: Clock;
  }) {
    this.#mongo = options.mongo;
    this.#access = options.access;
    this.#settings = options.settings;
    this.#producer = options.producer;
    this.#replies = options.replies;
    this.#clock = options.clock;
  }

  /**
   * Accepts an edit of a stored message. Resolves with the message as it will be, or, after a wait, as it is. Throws `RES_NOT_FOUND`, also for a message of
   * another tenant, `AUTHZ_NOT_MEMBER`, `AUTHZ_DENIED`, `MSG_DELETED`, `MSG_NOT_EDITABLE`, `MSG_EDIT_WINDOW_CLOSED`, and what Kafka's absence throws.
   */
  async edit(input: ChangeInput, { content: said }: NewEdit): Promise<{ status: 'accepted' | 'stored'; message: MessageResource }> {
    const { tenant, actor } = input;
    const stored = await this.#find(tenant, input.messageId);
    const content = editedContent(stored, said);
    // Later than the version that it replaces, whatever the clocks of two gateways say: of two edits the older one loses.
    const at = Math.max(this.#clock.now(), (stored.edit.edited_at?.getTime() ?? 0) + 1);
    await this.#require(input, stored, { kind: 'edited', content, at });
    const isDone = await this.#send(input, {
      event: messageEdited,
      timestamp: at,
      payload: { ...placeOf(stored), sender_id: actor.userId, new_content: content, edited_at: at },
    });
    if (!isDone) return { status: 'accepted', message: { ...toMessageResource({ ...stored, content }), status: 'accepted' } };
    return { status: 'stored', message: toMessageResource(await this.#find(tenant, input.messageId)) };
  }

  /** Accepts a deletion. Deleting for everyone what is deleted is done already. Throws as `edit` does, and `AUTHZ_ROLE_TOO_LOW`. */
  async delete(input: ChangeInput, scope: 'everyone' | 'self'): Promise<{ status: 'accepted' | 'done' }> {
    const { actor } = input;
    const stored = await this.#find(input.tenant, input.messageId);
    const at = this.#clock.now();
    await this.#require(input, stored, { kind: 'deleted', scope, at });
    if (scope === 'everyone' && stored.deletion !== null) return { status: 'done' };
    const isDone = await this.#send(input, {
      event: messageDeleted,
      timestamp: at,
      payload: {
        ...placeOf(stored),
        sender_id: stored.sender.user_id ?? actor.userId,
        deleted_by: actor.userId,
        deleted_at: at,
        soft_delete: true,
        deleted_for: scope,
      },
    });
    return { status: isDone ? 'done' : 'accepted' };
  }

  #find(tenant: TenantContext, messageId: string): Promise<StoredMessage> {
    return this.#mongo.forTenant(tenant).repository(messages).get(messageId, { includeDeleted: true, readFrom: 'primary' });
  }

  async #require(
    { tenant, actor }: ChangeInput,
    stored: StoredMessage,
    change: { kind: 'edited'; content: MessageContent; at: number } | { kind: 'deleted'; scope: 'everyone' | 'self'; at: number },
  ): Promise<void> {
    const [{ conversation, member }, { settings }] = await Promise.all([
      this.#access.require(tenant, stored.conversation_id, { actor, action: 'read' }),
      this.#settings.get(tenant),
    ]);
    const mayDeleteOthers = member !== undefined && isAllowed(member, { conversation, action: 'delete_messages', now: change.at });
    const target = {
      conversationId: stored.conversation_id,
      senderId: stored.sender.user_id,
      type: contentTypeOf(stored.content),
      isEncrypted: stored.content.type === 'encrypted',
      isDeleted: stored.deletion !== null,
      sentAt: stored.delivery.sent_at.getTime(),
    };
    requireChangeable(
      { ...change, conversationId: stored.conversation_id, actorId: actor.userId },
      { target, mayDeleteOthers, chat: settings.chat },
    );
  }

  /** Whether the worker said in time that it is done. */
  async #send({ tenant, actor, request, applicationId, wait }: ChangeInput, command: Command): Promise<boolean> {
    const id = newId('evt');
    const reply: PendingReply | undefined = wait === undefined ? undefined : waitForReply(this.#replies, id, wait);
    try {
      await this.#producer.send({
        ...command,
        tenant,
        id,
        correlationId: request.id,
        traceId: request.traceId,
        ...(applicationId === undefined ? {} : { applicationId }),
        metadata: { user_id: actor.userId },
        ...(reply === undefined ? {} : { headers: { [REPLY_TO_HEADER]: this.#replies.address } }),
      });
    } catch (error) {
      reply?.cancel();
      throw error;
    }
    return reply !== undefined && (await replyArrived(reply));
  }
}

const placeOf = ({ message_id, conversation_id }: StoredMessage) => ({ message_id, conversation_id });

/** The content with what is said now; for media it is the caption. */
function editedContent({ content }: StoredMessage, said: NewEdit['content']): MessageContent {
  const plain = plainContentOf(content);
  switch (plain?.type) {
    case 'image':
    case 'video':
    case 'audio':
    case 'file':
      return { ...plain, text: said.text };
    case 'text':
    case undefined: // erased or encrypted: the rules say which
      return { type: 'text', ...said };
    default:
      throw new ConflictError('Messages of this kind cannot be edited.', { code: 'MSG_NOT_EDITABLE' });
  }
}
