import { setImmediate as nextTurn } from 'node:timers/promises';
import { type Mongo, op } from '@caas/data-access-mongo';
import { type RedisAccess, type TenantCache } from '@caas/data-access-redis';
import { RelationshipsService } from '@caas/identity';
import { isPromise, systemClock, type TenantContext } from '@caas/runtime';
import { type GroupMember, groupMembers } from '../groups/group-members.collection.js';
import { groups } from '../groups/groups.collection.js';
import { directKeyOf } from './direct-pair.js';
import { type Conversation, conversations } from './conversations.collection.js';
import { type ConversationFacts, factsOf, type Standing, standingOf, withStandings } from './membership.js';

export { type ConversationFacts, type Membership } from './membership.js';

/** How long a fact may be old when the message about a change got lost. */
const TTL_MS = 5_000;
const NEGATIVE_TTL_MS = 1_000;
const ENTRIES_MAX = 10_000;
/** Members of conversations whose members are a collection, one entry each. */
const STANDINGS_MAX = 50_000;

/** Users that are asked for, by conversation. */
export type AskedUsers = ReadonlyMap<string, ReadonlySet<string>>;

/**
 * Who is in which conversation, cached in this process: what the send path and the pipeline ask for every message. A change invalidates
 * every process. The tenant is part of every key. Members of a large conversation or channel are looked up one by one, when somebody asks for them.
 */
export class ConversationDirectory {
  readonly #mongo: Mongo;
  readonly #relationships: Pick<RelationshipsService, 'blockedAmong'>;
  readonly #cache: TenantCache<ConversationFacts>;
  readonly #standings: TenantCache<Standing>;

  constructor({ mongo, redis }: { mongo: Mongo; redis: RedisAccess }) {
    this.#mongo = mongo;
    this.#relationships = new RelationshipsService({ mongo, clock: systemClock });
    this.#cache = redis.tenantCache('conversation', { l1TtlMs: TTL_MS, negativeTtlMs: NEGATIVE_TTL_MS, l1Max: ENTRIES_MAX });
    this.#standings = redis.tenantCache('conversation-member', { l1TtlMs: TTL_MS, l1Max: STANDINGS_MAX });
  }

  /**
   * `undefined` when the tenant has no such live conversation. Synchronous when cached. `userId` is somebody whose standing is asked for; without one,
   * a conversation whose members are a collection shows none.
   */
  get(
    tenant: TenantContext,
    conversationId: string,
    userId?: string,
  ): ConversationFacts | undefined | Promise<ConversationFacts | undefined> {
    const facts = this.#cache.forTenant(tenant.tenantId).wrap(conversationId, async () => {
      return (await this.#readMany(tenant, [conversationId])).get(conversationId);
    });
    if (userId === undefined) return facts;
    return isPromise(facts) ? facts.then((loaded) => this.#withUser(tenant, loaded, userId)) : this.#withUser(tenant, facts, userId);
  }

  /** The live ones among `conversationIds`, with one read for all that are not cached, and one for the users of large ones. */
  async getMany(
    tenant: TenantContext,
    conversationIds: readonly string[],
    users?: AskedUsers,
  ): Promise<ReadonlyMap<string, ConversationFacts>> {
    const batch = batchOf((ids) => this.#readMany(tenant, ids));
    const cached = this.#cache.forTenant(tenant.tenantId);
    const facts = await Promise.all(conversationIds.map(async (id) => cached.wrap(id, () => batch(id))));
    const found = new Map(facts.flatMap((one) => (one === undefined ? [] : [[one.conversationId, one] as const])));
    if (users !== undefined && facts.some((one) => one?.membership === 'collection')) await this.#addUsers(tenant, found, users);
    return found;
  }

  /** Call it when a conversation was created or changed, with the users of a large one whose standing changed. */
  async invalidate(tenant: Pick<TenantContext, 'tenantId'>, conversationId: string, userIds: readonly string[] = []): Promise<void> {
    const standings = this.#standings.forTenant(tenant.tenantId);
    await Promise.all([
      this.#cache.forTenant(tenant.tenantId).delete(conversationId),
      ...userIds.map((userId) => standings.delete(keyOf(conversationId, userId))),
    ]);
  }

  #withUser(
    tenant: TenantContext,
    facts: ConversationFacts | undefined,
    userId: string,
  ): ConversationFacts | undefined | Promise<ConversationFacts | undefined> {
    if (facts?.membership !== 'collection') return facts;
    const { conversationId } = facts;
    const standing = this.#standings.forTenant(tenant.tenantId).wrap(keyOf(conversationId, userId), async () => {
      const rows = this.#mongo.forTenant(tenant).repository(groupMembers);
      const row = await rows.findOne({ conversation_id: conversationId, user_id: userId }, { readFrom: 'primary' });
      return row === undefined ? {} : standingOf(row);
    });
    const show = (known: Standing = {}): ConversationFacts => withStandings(facts, new Map([[userId, known]]));
    return isPromise(standing) ? standing.then(show) : show(standing);
  }

  async #addUsers(tenant: TenantContext, found: Map<string, ConversationFacts>, users: AskedUsers): Promise<void> {
    const batch = batchOf((keys) => this.#readStandings(tenant, keys));
    const cached = this.#standings.forTenant(tenant.tenantId);
    const large = [...found.values()].filter(({ membership }) => membership === 'collection');
    await Promise.all(
      large.map(async (facts) => {
        const asked = [...(users.get(facts.conversationId) ?? [])];
        const standings = await Promise.all(
          asked.map(async (userId) => {
            const key = keyOf(facts.conversationId, userId);
            return [userId, (await cached.wrap(key, async () => (await batch(key)) ?? {})) ?? {}] as const;
          }),
        );
        found.set(facts.conversationId, withStandings(facts, new Map(standings)));
      }),
    );
  }

  async #readMany(tenant: TenantContext, ids: readonly string[]): Promise<ReadonlyMap<string, ConversationFacts>> {
    const documents = await this.#mongo
      .forTenant(tenant)
      .repository(conversations)
      .findMany({ conversation_id: op.in(ids) }, { limit: ids.length, readFrom: 'primary' });
    const direct = documents.flatMap(({ type, participants: [one, other] }) =>
      type === 'direct' && one !== undefined && other !== undefined ? [[one.user_id, other.user_id] as const] : [],
    );
    const [blocked, words] = await Promise.all([
      this.#relationships.blockedAmong(tenant, direct).then((pairs) => new Set([...pairs].map(directKeyOf))),
      this.#blockedWords(tenant, documents),
    ]);
    return new Map(
      documents.map((document) => {
        const { conversation_id: id, direct_key: pair } = document;
        const blockedWords = words.get(id);
        return [
          id,
          {
            ...factsOf(document),
            ...(blockedWords !== undefined && { blockedWords }),
            ...(pair !== null && blocked.has(pair) && { isBlocked: true as const }),
          },
        ];
      }),
    );
  }

  /** Of the groups among them that have any. */
  async #blockedWords(tenant: TenantContext, found: readonly Conversation[]): Promise<ReadonlyMap<string, readonly string[]>> {
    const ids = found.flatMap(({ type, conversation_id }) => (type === 'group' ? [conversation_id] : []));
    if (ids.length === 0) return new Map();
    const rows = await this.#mongo
      .forTenant(tenant)
      .repository(groups)
      .findMany({ conversation_id: op.in(ids) }, { select: ['conversation_id', 'moderation'], limit: ids.length, readFrom: 'primary' });
    return new Map(
      rows.flatMap(({ conversation_id, moderation }) =>
        moderation.blocked_words.length === 0 ? [] : [[conversation_id, moderation.blocked_words] as const],
      ),
    );
  }

  async #readStandings(tenant: TenantContext, keys: readonly string[]): Promise<ReadonlyMap<string, Standing>> {
    const pairs = keys.map((key) => {
      const [conversation_id = '', user_id = ''] = key.split(':');
      return { conversation_id, user_id };
    });
    const rows = await this.#mongo
      .forTenant(tenant)
      .repository(groupMembers)
      .findMany(op.or<GroupMember>(...pairs), { limit: keys.length, readFrom: 'primary' });
    return new Map(rows.map((row) => [keyOf(row.conversation_id, row.user_id), standingOf(row)]));
  }
}

const keyOf = (conversationId: string, userId: string): string => `${conversationId}:${userId}`;

/** Loads one by one what is read together: the read waits until every cache miss of this turn has said its key. */
function batchOf<Value>(
  read: (keys: readonly string[]) => Promise<ReadonlyMap<string, Value>>,
): (key: string) => Promise<Value | undefined> {
  const missing: string[] = [];
  let pending: Promise<ReadonlyMap<string, Value>> | undefined;
  return async (key) => {
    missing.push(key);
    pending ??= nextTurn().then(() => read(missing));
    return (await pending).get(key);
  };
}
