import { type Mongo, type Page } from '@caas/data-access-mongo';
import { type UserReader } from '@caas/identity';
import { type TenantContext, ValidationError } from '@caas/runtime';
import { type ConversationActor } from '../conversations/conversation-rules.js';
import { type MessageLists, type MessageListQuery } from './message-lists.js';
import { type MessageReader } from './message-reader.js';
import { type MessageViews } from './message-views.js';
import { messages } from './messages.collection.js';
import { type MessageResource } from './messages.resource.js';
import { type NewMessage } from './new-message.js';

/** People of a thread that are shown. */
export const THREAD_PARTICIPANTS_MAX = 100;

export interface ThreadInput {
  readonly tenant: TenantContext;
  readonly messageId: string;
  /** Absent for a server key that reads for the whole tenant. */
  readonly actor: ConversationActor | undefined;
}

/** A thread: its root, and who takes part. */
export interface Thread {
  readonly root: MessageResource;
  readonly replyCount: number;
  readonly lastReplyAt: Date | null;
  readonly participants: readonly { readonly userId: string; readonly displayName: string; readonly avatarUrl: string | null }[];
  /** Whether the actor wrote in it. */
  readonly isFollowing: boolean;
}

/** Threads are one level deep: a reply to a reply belongs to the root. */
export class MessageThreadsService {
  readonly #parts: { mongo: Mongo; users: Pick<UserReader, 'findMany'>; reader: MessageReader; lists: MessageLists; views: MessageViews };

  constructor(parts: {
    mongo: Mongo;
    users: Pick<UserReader, 'findMany'>;
    reader: MessageReader;
    lists: MessageLists;
    views: MessageViews;
  }) {
    this.#parts = parts;
  }

  /** The replies to a message or, where it is a reply itself, to the root of its thread. Throws what {@link MessageReader.getFor} throws. */
  async replies({ tenant, messageId, actor }: ThreadInput, query: MessageListQuery): Promise<Page<MessageResource>> {
    const { message, ...allowed } = await this.#parts.reader.getVisible(tenant, messageId, actor);
    return this.#parts.lists.replies({ tenant, actor }, { ...allowed, rootId: message.rootMessageId ?? messageId, query });
  }

  /** The thread of a message, with everybody who wrote in it. */
  async thread({ tenant, messageId, actor }: ThreadInput): Promise<Thread> {
    const { reader, views, mongo, users } = this.#parts;
    const asked = await reader.getVisible(tenant, messageId, actor);
    const rootId = asked.message.rootMessageId ?? messageId;
    const { message: root, conversation } = rootId === messageId ? asked : await reader.getVisible(tenant, rootId, actor);
    const filter = { conversation_id: root.conversationId, 'thread.root_message_id': rootId };
    const [shown, senders] = await Promise.all([
      views.one({ tenant, conversation, userId: actor?.userId }, root),
      mongo.forTenant(tenant).repository(messages).distinct('sender.user_id', filter),
    ]);
    const ids = [...new Set([root.senderId, ...senders])].filter((id): id is string => typeof id === 'string');
    const people = new Map((await users.findMany(tenant, ids.slice(0, THREAD_PARTICIPANTS_MAX))).map((user) => [user.user_id, user]));
    return {
      root: shown,
      replyCount: shown.reply_count,
      lastReplyAt: root.source.stored?.thread.last_reply_at ?? null,
      participants: ids.flatMap((userId) => {
        const person = people.get(userId);
        return person === undefined ? [] : [{ userId, displayName: person.profile.display_name, avatarUrl: person.profile.avatar_url }];
      }),
      isFollowing: actor !== undefined && ids.includes(actor.userId),
    };
  }

  /** What is sent, as a reply to a message: into its conversation and its thread, quoting it where it is a reply itself. Throws `MSG_DELETED`, `RES_STATE`. */
  async replyTo({ tenant, messageId, actor }: ThreadInput, said: NewMessage): Promise<{ conversationId: string; message: NewMessage }> {
    refuseReferences(said);
    const { message } = await this.#parts.reader.getLive(tenant, messageId, { actor, action: 'read' });
    const quoted = message.rootMessageId === null ? {} : { parent_message_id: messageId };
    return { conversationId: message.conversationId, message: { ...said, ...quoted, root_message_id: message.rootMessageId ?? messageId } };
  }
}

function refuseReferences(said: NewMessage): void {
  const given = (['root_message_id', 'parent_message_id'] as const).filter((name) => said[name] !== undefined);
  if (given.length === 0) return;
  throw new ValidationError(given.map((name) => ({ field: `/body/${name}`, code: 'not_allowed', message: 'is said by the path' })));
}
