import { type Announcement, announcing, type Outbox } from '@caas/composition';
import { type Mongo } from '@caas/data-access-mongo';
import { type ChangeOrigin } from '@caas/identity';
import { type Clock, type TenantContext, VersionConflictError } from '@caas/runtime';
import { deriveId } from '@caas/schema';
import { messageSent } from '../messages/messages.events.js';
import { type SystemEvent, toSystemContent } from '../messages/system-content.js';
import { ConversationDraft } from './conversation-draft.js';
import { type ConversationDirectory } from './conversation-directory.js';
import { type Conversation, conversations } from './conversations.collection.js';

/** Rounds of looking and writing; each lost one means that somebody changed the conversation in between. */
const ROUNDS_MAX = 10;

export interface ChangeOptions {
  readonly origin: ChangeOrigin;
  /** The version that the caller has seen; another one is their mistake and not repeated. */
  readonly expectedVersion?: number | undefined;
}

/**
 * The one way in which conversations and their members change: looked at, decided, and written together with the events and the system messages of the
 * change, guarded by the version that was looked at. Of two changes at once one looks again. Then every process forgets the conversation.
 */
export class ConversationChanges {
  readonly #mongo: Mongo;
  readonly #directory: ConversationDirectory;
  readonly #outbox: Outbox;
  readonly #clock: Clock;

  constructor(options: { mongo: Mongo; directory: ConversationDirectory; outbox: Outbox; clock: Clock }) {
    this.#mongo = options.mongo;
    this.#directory = options.directory;
    this.#outbox = options.outbox;
    this.#clock = options.clock;
  }

  get now(): Date {
    return new Date(this.#clock.now());
  }

  /**
   * `decide` looks at the conversation and drafts the change; it may run again, and what it throws is thrown. A draft without changes writes nothing.
   * Resolves with what it returned and the conversation as it is then. Throws `NotFoundError`, and `VersionConflictError` for another `expectedVersion`.
   */
  async change<Result>(
    tenant: TenantContext,
    conversationId: string,
    { origin, expectedVersion, decide }: ChangeOptions & { decide: (draft: ConversationDraft) => Promise<Result> | Result },
  ): Promise<{ result: Result; conversation: Conversation }> {
    for (let round = 1; ; round += 1) {
      try {
        const conversation = await this.#repository(tenant).get(conversationId, { readFrom: 'primary' });
        if (expectedVersion !== undefined && expectedVersion !== conversation.__v) throw staleVersion(conversation);
        const draft = new ConversationDraft({ mongo: this.#mongo, tenant, conversation });
        const result = await decide(draft);
        if (draft.isEmpty) return { result, conversation };
        draft.rotateKey(this.now);
        return { result, conversation: await this.#commit(tenant, draft, origin) };
      } catch (error) {
        if (!(error instanceof VersionConflictError) || expectedVersion !== undefined || round >= ROUNDS_MAX) throw error;
      }
    }
  }

  async #commit(tenant: TenantContext, draft: ConversationDraft, { applicationId }: ChangeOrigin): Promise<Conversation> {
    const { conversation_id: id, __v: version } = draft.conversation;
    const members = draft.members.update();
    const timestamp = this.#clock.now();
    const changed = await this.#outbox.commit({
      events: [
        ...draft.announcements({ timestamp, applicationId }),
        ...draft.said.map((event, index) => systemMessage(event, { tenant, conversationId: id, version: version + 1, index, timestamp })),
      ],
      proof: { collection: conversations.name, tenantId: tenant.tenantId, id, version: version + 1 },
      write: async () => {
        const set = {
          ...draft.fields,
          ...(members !== undefined && {
            membership: members.membership,
            participants: members.participants,
            'stats.participant_count': members.activeCount,
            ...(draft.conversation.channel !== null && { 'channel.subscriber_count': members.subscriberCount }),
          }),
        };
        const stored = await this.#repository(tenant).update(id, { set }, { expectedVersion: version });
        if (members !== undefined) await draft.members.write(members);
        if (draft.removedBy !== undefined) await this.#repository(tenant).softDelete(id, draft.removedBy);
        return stored;
      },
    });
    await this.#directory.invalidate(tenant, id, draft.members.changedUsers);
    return changed;
  }

  #repository(tenant: TenantContext) {
    return this.#mongo.forTenant(tenant).repository(conversations);
  }
}

/** What CAAS says in a conversation goes the way of every message: over the log, numbered and stored by the worker. Its id follows from the change. */
export function systemMessage(
  event: SystemEvent,
  {
    tenant,
    conversationId,
    version,
    index,
    timestamp,
  }: { tenant: TenantContext; conversationId: string; version: number; index: number; timestamp: number },
): Announcement {
  const parts = [tenant.tenantId, conversationId, String(version), String(index)] as const;
  return announcing({
    tenant,
    timestamp,
    id: deriveId('evt', 'system', ...parts),
    event: messageSent,
    payload: { message_id: deriveId('msg', 'system', ...parts), conversation_id: conversationId, content: toSystemContent(event) },
  });
}

function staleVersion({ __v }: Conversation): VersionConflictError {
  return new VersionConflictError('The conversation was changed in the meantime.', { currentVersion: __v });
}
