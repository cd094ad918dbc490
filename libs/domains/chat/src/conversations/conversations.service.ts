import { type Announcement, announcing, type Outbox } from '@caas/composition';
import { type Mongo } from '@caas/data-access-mongo';
import { type RelationshipsService, type User, type UserReader } from '@caas/identity';
import { type ActingUser, AuthorizationError, type Clock, ConflictError, type TenantContext, ValidationError } from '@caas/runtime';
import { freeForm, httpUrl, idOf, newId, text, z } from '@caas/schema';
import { type SettingsService } from '@caas/tenancy';
import { groupMembers } from '../groups/group-members.collection.js';
import { E2E_PROTOCOLS } from '../messages/encrypted-content.js';
import { GROUP_MEMBERS_MAX, memberLimitOf, requireRoom } from '../members/member-limit.js';
import { type Member, toRow } from '../members/member.js';
import { type ConversationDirectory } from './conversation-directory.js';
import { createdFact } from './conversation-facts.js';
import { conversationSettings } from './conversation-info.service.js';
import { type Conversation, CONVERSATION_TYPES, conversations } from './conversations.collection.js';
import { conversationCreated } from './conversations.events.js';
import { directConversationId, directKeyOf } from './direct-pair.js';
import { newConversationRow } from './new-conversation-row.js';

/** What a caller says about a new conversation. */
export const newConversation = z.strictObject({
  type: z.enum(CONVERSATION_TYPES),
  member_ids: z.array(idOf('usr')).max(GROUP_MEMBERS_MAX).default([]),
  name: text({ min: 1, max: 100 }).optional(),
  description: text({ max: 1_000 }).optional(),
  avatar_url: httpUrl({ httpsOnly: true }).optional(),
  settings: z.strictObject(conversationSettings).partial().optional(),
  metadata: freeForm().optional(),
  /** The conversation takes end-to-end encrypted messages only, from the beginning and for good. */
  encryption: z.strictObject({ protocol: z.enum(E2E_PROTOCOLS) }).optional(),
  /** Of a channel: whether users of the tenant may join by themselves. */
  is_public: z.boolean().optional(),
});
export type NewConversation = Omit<z.output<typeof newConversation>, 'settings'> & {
  readonly settings?: { readonly [Name in keyof typeof conversationSettings]?: z.output<(typeof conversationSettings)[Name]> } | undefined;
};

/** Who creates: a user, or a server key for the whole tenant. */
export interface Creator {
  readonly actingUser: ActingUser | undefined;
  /** What `created_by` says when there is no acting user. */
  readonly keyId: string;
  /** The application whose credential was used. */
  readonly applicationId?: string | undefined;
}

/** What is committed together with a new conversation. */
export type Beside = (made: {
  readonly conversationId: string;
  readonly createdBy: string;
  /** Epoch milliseconds. */
  readonly at: number;
  readonly memberships: readonly Member[];
}) => { readonly events: readonly Announcement[]; readonly write: () => Promise<unknown> };

export interface ConversationsParts {
  readonly mongo: Mongo;
  readonly users: Pick<UserReader, 'findMany'>;
  readonly relationships: Pick<RelationshipsService, 'isBlocked'>;
  readonly settings: Pick<SettingsService, 'get'>;
  readonly directory: ConversationDirectory;
  readonly outbox: Outbox;
  readonly clock: Clock;
}

/** Conversations of a tenant. */
export class ConversationsService {
  readonly #parts: ConversationsParts;

  constructor(parts: ConversationsParts) {
    this.#parts = parts;
  }

  /**
   * Creates a conversation and tells of it. A direct pair has one conversation: creating it again returns the existing one (`created: false`), decided by
   * an id derived from the pair, so also between two creations at once. The acting user is the owner of a group or channel; without one, the first
   * member is. Throws `VAL_REFERENCE` naming each member that is no user of the tenant, `USER_BLOCKED` for a pair of whom one has blocked the other,
   * `CONV_MEMBER_LIMIT`, `RES_STATE` for a pair whose conversation was deleted.
   */
  async create(
    tenant: TenantContext,
    input: NewConversation,
    creator: Creator,
    beside?: Beside,
  ): Promise<{ conversation: Conversation; created: boolean }> {
    const memberIds = memberIdsOf(input, creator);
    await this.#refuseSize(tenant, input, memberIds);
    const members = await this.#membersOf(tenant, memberIds, input);
    const directKey = input.type === 'direct' ? directKeyOf(memberIds) : null;
    const conversationId = directKey === null ? newId('conv') : directConversationId(tenant, memberIds);
    const known = directKey === null ? undefined : await this.#repository(tenant).find(conversationId);
    if (known !== undefined) return { conversation: known, created: false };
    if (directKey !== null) await this.#refuseBlocked(tenant, memberIds);
    try {
      const conversation = await this.#insert(tenant, input, { conversationId, directKey, members, creator, beside });
      await this.#parts.directory.invalidate(tenant, conversationId, memberIds);
      return { conversation, created: true };
    } catch (error) {
      if (!(error instanceof ConflictError) || directKey === null) throw error;
      const existing = await this.#repository(tenant).find(conversationId, { readFrom: 'primary' });
      if (existing !== undefined) return { conversation: existing, created: false };
      throw new ConflictError('The conversation of these two was deleted.', { code: 'RES_STATE', cause: error });
    }
  }

  /** Throws `NotFoundError` when the tenant has no such live conversation. */
  get(tenant: TenantContext, conversationId: string): Promise<Conversation> {
    return this.#repository(tenant).get(conversationId);
  }

  #insert(
    tenant: TenantContext,
    input: NewConversation,
    facts: { conversationId: string; directKey: string | null; members: readonly User[]; creator: Creator; beside: Beside | undefined },
  ): Promise<Conversation> {
    const { mongo, outbox, clock } = this.#parts;
    const { conversationId, creator } = facts;
    const now = clock.now();
    const createdBy = creator.actingUser?.userId ?? creator.keyId;
    const { row, members } = newConversationRow(input, { ...facts, inviterId: creator.actingUser?.userId, createdBy, now: new Date(now) });
    const origin = creator.applicationId === undefined ? {} : { applicationId: creator.applicationId };
    const extra = facts.beside?.({ conversationId, createdBy, at: now, memberships: members });
    return outbox.commit({
      events: [
        announcing({ tenant, timestamp: now, ...origin, event: conversationCreated, payload: createdFact(row, members, now) }),
        ...(extra?.events ?? []),
      ],
      proof: { collection: conversations.name, tenantId: tenant.tenantId, id: conversationId, version: 0 },
      write: async () => {
        const stored = await this.#repository(tenant).insert(row);
        if (row.membership === 'collection') {
          const rows = members.map((member) => toRow(conversationId, member));
          await mongo.forTenant(tenant).repository(groupMembers).insertMany(rows);
        }
        await extra?.write();
        return stored;
      },
    });
  }

  async #membersOf(tenant: TenantContext, memberIds: readonly string[], input: NewConversation) {
    if (memberIds.length === 0) return [];
    const found = new Map((await this.#parts.users.findMany(tenant, memberIds)).map((user) => [user.user_id, user]));
    const missing = input.member_ids.flatMap((id, index) =>
      found.has(id) ? [] : [{ field: `/body/member_ids/${index}`, code: 'reference', message: 'there is no such user' }],
    );
    // An acting user is resolved from a cache, and may be gone by now.
    const creatorGone = memberIds.some((id) => !found.has(id) && !input.member_ids.includes(id));
    if (creatorGone) missing.unshift({ field: '/headers/x-act-as-user', code: 'reference', message: 'there is no such user' });
    if (missing.length > 0) throw new ValidationError(missing.slice(0, 50), { code: 'VAL_REFERENCE' });
    return memberIds.flatMap((id) => found.get(id) ?? []);
  }

  async #refuseBlocked(tenant: TenantContext, [userId = '', targetId = '']: readonly string[]): Promise<void> {
    if (!(await this.#parts.relationships.isBlocked(tenant, { userId, targetId }))) return;
    throw new AuthorizationError('USER_BLOCKED', 'One of the two has blocked the other.');
  }

  async #refuseSize(tenant: TenantContext, input: NewConversation, memberIds: readonly string[]): Promise<void> {
    const problem = (message: string): ValidationError => new ValidationError([{ field: '/body/member_ids', code: 'members', message }]);
    if (input.type === 'direct') {
      if (memberIds.length !== 2) throw problem('a direct conversation has exactly two different members');
      refuseOfDirect(input);
      return;
    }
    if (input.name === undefined) {
      throw new ValidationError([{ field: '/body/name', code: 'required', message: `a ${input.type} needs a name` }]);
    }
    if (input.type === 'group' && memberIds.length < 2) throw problem('a group has at least two members');
    const { settings } = await this.#parts.settings.get(tenant);
    requireRoom(memberIds.length, memberLimitOf(input.type, tenant, settings.chat));
  }

  #repository(tenant: TenantContext) {
    return this.#parts.mongo.forTenant(tenant).repository(conversations);
  }
}

/** The acting user first, then the others in the given order, each once. */
function memberIdsOf(input: NewConversation, { actingUser }: Creator): string[] {
  return [...new Set([...(actingUser === undefined ? [] : [actingUser.userId]), ...input.member_ids])];
}

/** What a direct conversation does not have. */
function refuseOfDirect({ name, description, avatar_url, settings }: NewConversation): void {
  const issues = Object.entries({ name, description, avatar_url, settings }).flatMap(([field, value]) =>
    value === undefined ? [] : [{ field: `/body/${field}`, code: 'direct', message: 'a direct conversation has none' }],
  );
  if (issues.length > 0) throw new ValidationError(issues);
}
