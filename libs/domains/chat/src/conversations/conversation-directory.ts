import { setImmediate as nextTurn } from 'node:timers/promises';
import { type Mongo, op } from '@caas/data-access-mongo';
import { type RedisAccess, type TenantCache } from '@caas/data-access-redis';
import { type TenantContext } from '@caas/runtime';
import { type Conversation, conversations, type ConversationType } from './conversations.collection.js';
import { type ConversationRole } from './member-shape.js';

/** A member as sending and storing need it. */
export interface Membership {
  readonly role: ConversationRole;
  readonly externalUserId: string;
  readonly displayName: string;
  readonly avatarUrl: string | null;
  /** What a moderator decided for this member; null is as the role says. */
  readonly canSend: boolean | null;
  readonly canDelete: boolean | null;
  /** When the member wants to be told of messages. */
  readonly notifications: 'all' | 'mentions' | 'none';
  /** Epoch milliseconds until which nothing is told; null while not muted. */
  readonly mutedUntil: number | null;
}

/** What authorization needs of a conversation. */
export interface ConversationFacts {
  readonly conversationId: string;
  readonly type: ConversationType;
  /** Of a group or channel; absent for a direct conversation. */
  readonly name?: string;
  readonly status: Conversation['status'];
  readonly onlyAdminsCanMessage: boolean;
  /** 0 where there is no such limit. */
  readonly slowModeSeconds: number;
  readonly disappearingSeconds: number;
  readonly retentionDays: number;
  /** Active members by user id. */
  readonly members: Readonly<Record<string, Membership>>;
}

/** How long a fact may be old when the message about a change got lost. */
const TTL_MS = 5_000;
const NEGATIVE_TTL_MS = 1_000;
const ENTRIES_MAX = 10_000;

/**
 * Who is in which conversation, cached in this process: what the send path and the pipeline ask for every message. A change invalidates
 * every process. The tenant is part of every key.
 */
export class ConversationDirectory {
  readonly #mongo: Mongo;
  readonly #cache: TenantCache<ConversationFacts>;

  constructor({ mongo, redis }: { mongo: Mongo; redis: RedisAccess }) {
    this.#mongo = mongo;
    this.#cache = redis.tenantCache('conversation', { l1TtlMs: TTL_MS, negativeTtlMs: NEGATIVE_TTL_MS, l1Max: ENTRIES_MAX });
  }

  /** `undefined` when the tenant has no such live conversation. Synchronous when cached. */
  get(tenant: TenantContext, conversationId: string): ConversationFacts | undefined | Promise<ConversationFacts | undefined> {
    return this.#cache.forTenant(tenant.tenantId).wrap(conversationId, async () => {
      const document = await this.#mongo.forTenant(tenant).repository(conversations).find(conversationId, { readFrom: 'primary' });
      return document === undefined ? undefined : factsOf(document);
    });
  }

  /** The live ones among `conversationIds`, with one read for all that are not cached. */
  async getMany(tenant: TenantContext, conversationIds: readonly string[]): Promise<ReadonlyMap<string, ConversationFacts>> {
    const missing: string[] = [];
    let read: Promise<ReadonlyMap<string, ConversationFacts>> | undefined;
    const load = async (id: string): Promise<ConversationFacts | undefined> => {
      missing.push(id);
      read ??= nextTurn().then(() => this.#readMany(tenant, missing)); // by then every cache miss has said its id
      return (await read).get(id);
    };
    const cached = this.#cache.forTenant(tenant.tenantId);
    const facts = await Promise.all(conversationIds.map(async (id) => cached.wrap(id, () => load(id))));
    return new Map(facts.flatMap((found) => (found === undefined ? [] : [[found.conversationId, found] as const])));
  }

  /** Call it when a conversation was created or its members changed. */
  invalidate(tenant: Pick<TenantContext, 'tenantId'>, conversationId: string): Promise<void> {
    return this.#cache.forTenant(tenant.tenantId).delete(conversationId);
  }

  async #readMany(tenant: TenantContext, ids: readonly string[]): Promise<ReadonlyMap<string, ConversationFacts>> {
    const documents = await this.#mongo
      .forTenant(tenant)
      .repository(conversations)
      .findMany({ conversation_id: op.in(ids) }, { limit: ids.length, readFrom: 'primary' });
    return new Map(documents.map((document) => [document.conversation_id, factsOf(document)]));
  }
}

function factsOf(conversation: Conversation): ConversationFacts {
  const active = conversation.participants.filter(({ status }) => status === 'active');
  const { name, settings } = conversation.metadata;
  return {
    conversationId: conversation.conversation_id,
    type: conversation.type,
    ...(name === null ? {} : { name }),
    status: conversation.status,
    onlyAdminsCanMessage: settings?.only_admins_can_message ?? false,
    slowModeSeconds: settings?.slow_mode_seconds ?? 0,
    disappearingSeconds: settings?.disappearing_seconds ?? 0,
    retentionDays: settings?.message_retention_days ?? 0,
    members: Object.fromEntries(
      active.map((participant) => [
        participant.user_id,
        {
          role: participant.role,
          externalUserId: participant.external_user_id,
          displayName: participant.display_name,
          avatarUrl: participant.avatar_url,
          canSend: participant.permissions?.can_send_messages ?? null,
          canDelete: participant.permissions?.can_delete_messages ?? null,
          notifications: participant.settings.notifications,
          mutedUntil: mutedUntil(participant.settings),
        },
      ]),
    ),
  };
}

function mutedUntil({ muted, muted_until }: Conversation['participants'][number]['settings']): number | null {
  if (!muted) return null;
  return muted_until === null ? Number.MAX_SAFE_INTEGER : muted_until.getTime();
}
