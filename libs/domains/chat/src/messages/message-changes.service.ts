import { type Producer } from '@caas/messaging-kafka';
import { type ActingUser, type Clock, ConflictError, type ReplyChannel, type TenantContext } from '@caas/runtime';
import { freeForm, newId, text, z } from '@caas/schema';
import { type SettingsDocument, type SettingsService } from '@caas/tenancy';
import { isAllowed } from '../conversations/conversation-rules.js';
import { requireChangeable } from './change-rules.js';
import { type ContentSettings, requireText, rulesIn } from './content-rules.js';
import { toContentResource } from './content.resource.js';
import { type KnownMessage } from './known-message.js';
import { textOf } from './message-composer.js';
import { formatting, type MessageContent, TEXT_LENGTH_MAX } from './message-content.js';
import { type LiveMessage, type MessageReader } from './message-reader.js';
import { REPLY_TO_HEADER } from './message-reply.js';
import { type CommandOrigin } from './message-sender.js';
import { type MessageViews } from './message-views.js';
import { type chatMessages, messageDeleted, messageEdited } from './messages.events.js';
import { mentionsOf, type MessageResource } from './messages.resource.js';
import { newMentions } from './new-message.js';
import { type RecentMessages } from './recent-messages.js';
import { type PendingReply, replyArrived, type Wait, waitForReply } from './reply-wait.js';
import { saidText } from './said-text.js';

/** What a caller changes about a message: its text, or the caption of its media, whom it mentions, and what they keep with it. */
export const messageEdit = z.strictObject({
  content: z.strictObject({ text: text({ max: TEXT_LENGTH_MAX }), formatting: formatting.optional() }).optional(),
  mentions: newMentions.optional(),
  metadata: freeForm().optional(),
});
export type NewEdit = z.output<typeof messageEdit>;

export interface ChangeInput extends CommandOrigin {
  readonly actor: ActingUser;
  readonly messageId: string;
  /** Absent answers as soon as the change is accepted. */
  readonly wait?: Wait;
}

type Command = Omit<Parameters<Producer<typeof chatMessages>['send']>[0], 'tenant'>;

export interface MessageChangesParts {
  readonly reader: MessageReader;
  readonly views: MessageViews;
  readonly recent: Pick<RecentMessages, 'accepted'>;
  readonly settings: Pick<SettingsService, 'get'>;
  readonly producer: Producer<typeof chatMessages>;
  readonly replies: ReplyChannel;
  readonly clock: Clock;
}

/** Edits and deletions. Like sends they are accepted by Kafka and stored by the worker; nothing here writes to the store. */
export class MessageChangesService {
  readonly #parts: MessageChangesParts;

  constructor(parts: MessageChangesParts) {
    this.#parts = parts;
  }

  /**
   * Accepts an edit of a message, stored or not yet. Resolves with the message as it will be, or, after a wait, as it is. Throws `RES_NOT_FOUND`, also for a
   * message of another tenant, `AUTHZ_NOT_MEMBER`, `AUTHZ_DENIED`, `MSG_DELETED`, `MSG_NOT_EDITABLE`, `MSG_EDIT_WINDOW_CLOSED`, what the rules of the content
   * say, and what Kafka's absence throws.
   */
  async edit(input: ChangeInput, said: NewEdit): Promise<{ status: 'accepted' | 'stored'; message: MessageResource }> {
    const { tenant, actor } = input;
    const [seen, { settings }] = await Promise.all([this.#seen(input), this.#parts.settings.get(tenant)]);
    const { message } = seen;
    // Later than the version that it replaces, whatever the clocks of two gateways say: of two edits the older one loses.
    const at = Math.max(this.#parts.clock.now(), (message.editedAt ?? 0) + 1);
    requireEdit(input, seen, { at, settings });
    const content = editedContent(seen, said, rulesIn(seen.conversation, settings));
    const isDone = await this.#send(input, {
      event: messageEdited,
      timestamp: at,
      payload: { ...placeOf(message), sender_id: actor.userId, new_content: content, custom: said.metadata, edited_at: at },
    });
    if (isDone) return { status: 'stored', message: await this.#shown(input) };
    const accepted = { ...(await this.#shownAs(input, seen)), ...editedFields(content, said), status: 'accepted' as const };
    this.#notice(tenant, seen, accepted, at);
    return { status: 'accepted', message: accepted };
  }

  /** Accepts a deletion. Deleting for everyone what is deleted is done already. Throws as `edit` does, and `AUTHZ_ROLE_TOO_LOW`. */
  async delete(input: ChangeInput, scope: 'everyone' | 'self'): Promise<{ status: 'accepted' | 'done' }> {
    const { tenant, actor } = input;
    const [seen, { settings }] = await Promise.all([this.#seen(input), this.#parts.settings.get(tenant)]);
    const { message } = seen;
    const at = this.#parts.clock.now();
    const change = { kind: 'deleted' as const, scope, at, conversationId: message.conversationId, actorId: actor.userId };
    requireChangeable(change, { target: message, mayDeleteOthers: mayDeleteOthers(seen, at), chat: settings.chat });
    if (scope === 'everyone' && message.isDeleted) return { status: 'done' };
    const isDone = await this.#send(input, {
      event: messageDeleted,
      timestamp: at,
      payload: {
        ...placeOf(message),
        sender_id: message.senderId ?? actor.userId,
        deleted_by: actor.userId,
        deleted_at: at,
        soft_delete: true,
        deleted_for: scope,
      },
    });
    if (scope === 'everyone' && message.source.recent !== undefined)
      this.#parts.recent.accepted(tenant, erased(message.source.recent, actor.userId, at));
    return { status: isDone ? 'done' : 'accepted' };
  }

  /** The message, and the conversation whose rules decide. */
  #seen({ tenant, actor, messageId }: ChangeInput): Promise<LiveMessage> {
    return this.#parts.reader.getVisible(tenant, messageId, actor);
  }

  async #shown(input: ChangeInput): Promise<MessageResource> {
    return this.#shownAs(input, await this.#seen(input));
  }

  #shownAs({ tenant, actor }: ChangeInput, { message, conversation }: LiveMessage): Promise<MessageResource> {
    return this.#parts.views.one({ tenant, conversation, userId: actor.userId }, message);
  }

  /** Whoever reads a message before it is stored reads what it will say. */
  #notice(tenant: TenantContext, { message }: LiveMessage, accepted: MessageResource, at: number): void {
    const { recent } = message.source;
    if (recent === undefined) return;
    const edited = { is_edited: true, edited_at: new Date(at).toISOString(), count: recent.edited.count + 1 };
    this.#parts.recent.accepted(tenant, { ...accepted, edited });
  }

  /** Whether the worker said in time that it is done. */
  async #send({ tenant, actor, request, applicationId, wait }: ChangeInput, command: Command): Promise<boolean> {
    const id = newId('evt');
    const reply: PendingReply | undefined = wait === undefined ? undefined : waitForReply(this.#parts.replies, id, wait);
    try {
      await this.#parts.producer.send({
        ...command,
        tenant,
        id,
        correlationId: request.id,
        traceId: request.traceId,
        ...(applicationId === undefined ? {} : { applicationId }),
        metadata: { user_id: actor.userId },
        ...(reply === undefined ? {} : { headers: { [REPLY_TO_HEADER]: this.#parts.replies.address } }),
      });
    } catch (error) {
      reply?.cancel();
      throw error;
    }
    return reply !== undefined && (await replyArrived(reply));
  }
}

const placeOf = ({ messageId, conversationId }: KnownMessage) => ({ message_id: messageId, conversation_id: conversationId });

function requireEdit({ actor }: ChangeInput, { message }: LiveMessage, { at, settings }: { at: number; settings: SettingsDocument }): void {
  const change = {
    kind: 'edited' as const,
    content: { type: message.type },
    at,
    conversationId: message.conversationId,
    actorId: actor.userId,
  };
  requireChangeable(change, { target: message, mayDeleteOthers: false, chat: settings.chat });
}

/** Whether who sees a message may delete it though others sent it. */
export function mayDeleteOthers({ conversation, member }: LiveMessage, now: number): boolean {
  return member !== undefined && isAllowed(member, { conversation, action: 'delete_messages', now });
}

/** The content with what is said now; for media it is the caption. An edit that says nothing new keeps it. */
function editedContent(
  { message, conversation, member }: LiveMessage,
  { content: said, mentions }: NewEdit,
  settings: ContentSettings,
): MessageContent {
  const { content } = message;
  if (content === null) throw notEditable(); // unreachable: the rules said why before
  if (said === undefined && mentions === undefined) return content;
  switch (content.type) {
    case 'image':
    case 'video':
    case 'audio':
    case 'file':
      if (said === undefined || said.formatting !== undefined || mentions !== undefined) throw notEditable();
      return { ...content, text: requireText(saidText(said.text), content.type, settings) };
    case 'text':
      return textOf(
        said?.text ?? content.text,
        { content: { formatting: said === undefined ? content.formatting : said.formatting }, mentions },
        { allowed: { conversation, member }, settings },
      );
    default:
      throw notEditable();
  }
}

function editedFields(content: MessageContent, { metadata }: NewEdit): Partial<MessageResource> {
  return { content: toContentResource(content), mentions: mentionsOf(content), ...(metadata && { metadata }) };
}

/** A placeholder in place of a message that is not stored yet. */
function erased(recent: MessageResource, deletedBy: string, at: number): MessageResource {
  const by_type = deletedBy === recent.sender.user_id ? ('sender' as const) : ('admin' as const);
  return { ...recent, content: null, mentions: [], deleted: { is_deleted: true, at: new Date(at).toISOString(), by_type } };
}

const notEditable = (): ConflictError =>
  new ConflictError('Messages of this kind cannot be edited, or not into this.', { code: 'MSG_NOT_EDITABLE' });
