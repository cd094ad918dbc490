import { type ActingUser, AppError } from '@caas/runtime';
import { type SettingsDocument, type SettingsService } from '@caas/tenancy';
import { type Allowed, type ConversationAccess } from '../conversations/conversation-access.js';
import { requireClear, requireContent, requireTypeEnabled, rulesIn } from './content-rules.js';
import { type MessageContent } from './message-content.js';
import { type LiveMessage, type MessageReader } from './message-reader.js';
import { type CommandOrigin, type MessageSender } from './message-sender.js';
import { type Forwarded } from './messages.events.js';

export const FORWARDED_MESSAGES_MAX = 10;
export const FORWARD_TARGETS_MAX = 5;

export interface ForwardInput extends CommandOrigin {
  readonly sender: ActingUser;
  readonly messageIds: readonly string[];
  readonly conversationIds: readonly string[];
  readonly hideSender: boolean;
}

/** What became of one message in one conversation: the id of the new message, or why there is none. */
export interface ForwardOutcome {
  readonly sourceId: string;
  readonly conversationId: string;
  readonly outcome: { readonly messageId: string } | { readonly error: AppError };
}

/** A message that can be said again. */
interface Source {
  readonly content: MessageContent;
  readonly forwarded: Forwarded;
}

/** Says messages again in other conversations. Both ends are asked: the sender reads the one and may send in the other. */
export class MessageForwardService {
  readonly #reader: MessageReader;
  readonly #access: ConversationAccess;
  readonly #settings: Pick<SettingsService, 'get'>;
  readonly #sender: MessageSender;

  constructor(options: {
    reader: MessageReader;
    access: ConversationAccess;
    settings: Pick<SettingsService, 'get'>;
    sender: MessageSender;
  }) {
    this.#reader = options.reader;
    this.#access = options.access;
    this.#settings = options.settings;
    this.#sender = options.sender;
  }

  /** One outcome for each message in each conversation, in the order of the messages. What is wrong with one leaves the others alone. */
  async forward(input: ForwardInput): Promise<ForwardOutcome[]> {
    const { tenant, messageIds, conversationIds } = input;
    const { settings } = await this.#settings.get(tenant);
    const [sources, targets] = await Promise.all([
      Promise.all(messageIds.map((id) => attempt(() => this.#source(input, id, settings)))),
      Promise.all(conversationIds.map((id) => attempt(() => this.#target(input, id, settings)))),
    ]);
    const pairs = messageIds.flatMap((sourceId, index) =>
      conversationIds.map((conversationId, place) => ({ sourceId, conversationId, index, place })),
    );
    return Promise.all(
      pairs.map(async ({ sourceId, conversationId, index, place }): Promise<ForwardOutcome> => {
        const outcome = await attempt(async () => ({
          messageId: await this.#send(input, settings, { source: valueOf(sources[index]), target: valueOf(targets[place]) }),
        }));
        return { sourceId, conversationId, outcome: 'error' in outcome ? outcome : outcome.value };
      }),
    );
  }

  async #source({ tenant, sender, hideSender }: ForwardInput, messageId: string, settings: SettingsDocument): Promise<Source> {
    const live = await this.#reader.getLive(tenant, messageId, { actor: sender, action: 'read' });
    const { message } = live;
    if (message.content === null || message.type === 'system')
      throw new AppError('VAL_SEMANTIC', 'System messages and encrypted ones cannot be forwarded.');
    requireTypeEnabled(message.type, settings);
    return { content: message.content, forwarded: forwardedFrom(live, hideSender) };
  }

  async #target({ tenant, sender }: ForwardInput, conversationId: string, settings: SettingsDocument): Promise<Allowed> {
    const allowed = await this.#access.require(tenant, conversationId, { actor: sender, action: 'send' });
    requireClear(allowed.conversation, settings);
    return allowed;
  }

  async #send(
    { tenant, request, applicationId, sender }: ForwardInput,
    settings: SettingsDocument,
    { source: { content, forwarded }, target: { conversation, member } }: { source: Source; target: Allowed },
  ): Promise<string> {
    const { message } = await this.#sender.send({
      tenant,
      request,
      applicationId,
      sender,
      member,
      conversation,
      content: requireContent(content, rulesIn(conversation, settings)),
      said: {},
      forwarded,
    });
    return message.message_id;
  }
}

/** Where it was said first: a message that was forwarded before keeps its origin. */
function forwardedFrom({ message, conversation }: LiveMessage, hideSender: boolean): Forwarded {
  const { stored, recent } = message.source;
  const earlier = stored?.forwarded ?? null;
  const name = earlier === null ? (stored?.sender.display_name ?? recent?.sender.display_name ?? null) : earlier.original_sender_name;
  return {
    message_id: earlier?.original_message_id ?? message.messageId,
    conversation_id: earlier?.original_conversation_id ?? conversation.conversationId,
    ...(!hideSender && name !== null && { sender_name: name }),
  };
}

type Attempt<Value> = { readonly value: Value } | { readonly error: AppError };

/** What rules refuse is an outcome; what breaks is thrown. */
async function attempt<Value>(work: () => Promise<Value>): Promise<Attempt<Value>> {
  try {
    return { value: await work() };
  } catch (error) {
    if (error instanceof AppError) return { error };
    throw error;
  }
}

function valueOf<Value>(tried: Attempt<Value> | undefined): Value {
  if (tried !== undefined && 'value' in tried) return tried.value;
  throw tried?.error ?? new TypeError('Nothing was tried.');
}
