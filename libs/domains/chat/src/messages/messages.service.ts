import { type ActingUser, InternalError, isPromise, type TenantContext } from '@caas/runtime';
import { type SettingsDocument, type SettingsService } from '@caas/tenancy';
import { type Allowed, type ConversationAccess } from '../conversations/conversation-access.js';
import { type ConversationActor } from '../conversations/conversation-rules.js';
import { rulesIn } from './content-rules.js';
import { type SaidContent } from './encrypted-content.js';
import { type MessageComposer } from './message-composer.js';
import { type MessageReader } from './message-reader.js';
import { type CommandOrigin, type MessageSender, type SendResult } from './message-sender.js';
import { type MessageViews } from './message-views.js';
import { type MessageResource, toMessageResource } from './messages.resource.js';
import { type NewMessage } from './new-message.js';
import { type Wait } from './reply-wait.js';

export interface SendInput extends CommandOrigin {
  readonly sender: ActingUser;
  readonly conversationId: string;
  readonly message: NewMessage;
  /** How long to wait for the stored form, in seconds; absent answers as soon as the message is accepted. */
  readonly wait?: Wait | undefined;
}

export interface MessagesServiceParts {
  readonly access: ConversationAccess;
  readonly settings: Pick<SettingsService, 'get'>;
  readonly composer: MessageComposer;
  readonly sender: MessageSender;
  readonly reader: MessageReader;
  readonly views: MessageViews;
}

/** Sending messages, and reading single ones. */
export class MessagesService {
  readonly #parts: MessagesServiceParts;

  constructor(parts: MessagesServiceParts) {
    this.#parts = parts;
  }

  /**
   * Accepts a message: authorized and composed from what is cached, then as {@link MessageSender.send} does. Throws what the rules of the conversation
   * (`message-rules.ts`), of the content (`MessageComposer`) and the sender say.
   */
  send(input: SendInput): Promise<SendResult> {
    const { access, settings } = this.#parts;
    const { tenant, sender, conversationId } = input;
    try {
      const allowed = access.require(tenant, conversationId, { actor: sender, action: 'send' });
      const chosen = settings.get(tenant);
      if (!isPromise(allowed) && !isPromise(chosen)) return this.#admit(input, allowed, chosen.settings);
      return Promise.all([allowed, chosen]).then(([loaded, known]) => this.#admit(input, loaded, known.settings));
    } catch (error) {
      return Promise.reject(error instanceof Error ? error : new InternalError('A send failed without an error.', { cause: error }));
    }
  }

  #admit(input: SendInput, allowed: Allowed, settings: SettingsDocument): Promise<SendResult> {
    const { tenant, sender, message } = input;
    const content = this.#parts.composer.compose(message, {
      tenant,
      senderId: sender.userId,
      allowed,
      settings: rulesIn(allowed.conversation, settings),
    });
    return isPromise(content) ? content.then((composed) => this.#send(input, allowed, composed)) : this.#send(input, allowed, content);
  }

  #send(
    { tenant, request, applicationId, sender, message, wait }: SendInput,
    { conversation, member }: Allowed,
    content: SaidContent,
  ): Promise<SendResult> {
    return this.#parts.sender.send({
      tenant,
      request,
      applicationId,
      sender,
      member,
      conversation,
      content,
      said: message,
      wait,
    });
  }

  /**
   * One message: as stored; as accepted, before that; as rejected, to its sender. A deleted one is a placeholder without content. The same `NotFoundError` for
   * an unknown one and for one of another tenant.
   */
  async get(tenant: TenantContext, messageId: string, actor: ConversationActor | undefined): Promise<MessageResource> {
    const { message, allowed } = await this.#parts.reader.getFor(tenant, messageId, actor);
    if (message.source.recent !== undefined) return message.source.recent;
    if (allowed === undefined) return toMessageResource(message.source.stored);
    return this.#parts.views.one({ tenant, conversation: allowed.conversation, userId: actor?.userId }, message);
  }
}
