import { announcing, type Outbox } from '@caas/composition';
import { type Mongo, op, type Page } from '@caas/data-access-mongo';
import { type UserReader } from '@caas/identity';
import { type ActingUser, type Clock, ConflictError, type TenantContext, ValidationError } from '@caas/runtime';
import { deriveId, freeForm, idOf, newId, text, z } from '@caas/schema';
import { type ConversationDirectory } from './conversation-directory.js';
import { createdFact } from './conversation-facts.js';
import { ACTIVE_PARTICIPANTS_MAX, type Conversation, conversations } from './conversations.collection.js';
import { conversationCreated } from './conversations.events.js';
import { newConversationRow } from './new-conversation-row.js';

/** What a caller says about a new conversation. Channels come with their own membership store. */
export const newConversation = z.strictObject({
  type: z.enum(['direct', 'group']),
  member_ids: z.array(idOf('usr')).min(1).max(1_000),
  name: text({ min: 1, max: 100 }).optional(),
  description: text({ max: 1_000 }).optional(),
  metadata: freeForm().optional(),
});
export type NewConversation = z.output<typeof newConversation>;

/** Who creates: a user, or a server key for the whole tenant. */
export interface Creator {
  readonly actingUser: ActingUser | undefined;
  /** What `created_by` says when there is no acting user. */
  readonly keyId: string;
  /** The application whose credential was used. */
  readonly applicationId?: string | undefined;
}

/** Conversations of a tenant. */
export class ConversationsService {
  readonly #mongo: Mongo;
  readonly #users: UserReader;
  readonly #directory: ConversationDirectory;
  readonly #outbox: Outbox;
  readonly #clock: Clock;

  constructor(options: { mongo: Mongo; users: UserReader; directory: ConversationDirectory; outbox: Outbox; clock: Clock }) {
    this.#directory = options.directory;
    this.#mongo = options.mongo;
    this.#users = options.users;
    this.#outbox = options.outbox;
    this.#clock = options.clock;
  }

  /**
   * Creates a conversation and tells of it. A direct pair has one conversation: creating it again returns the existing one (`created: false`), decided by
   * an id derived from the pair, so also between two creations at once. The acting user is the owner of a group; without one, the first
   * member is. Throws `VAL_REFERENCE` naming each member that is no user of the tenant, `RES_STATE` for a pair whose conversation was deleted.
   */
  async create(tenant: TenantContext, input: NewConversation, creator: Creator): Promise<{ conversation: Conversation; created: boolean }> {
    const memberIds = memberIdsOf(input, creator);
    refuseSize(tenant, input, memberIds);
    const members = await this.#membersOf(tenant, memberIds, input);
    const now = this.#clock.now();
    const directKey = input.type === 'direct' ? [...memberIds].sort().join(':') : null;
    const conversationId = directKey === null ? newId('conv') : deriveId('conv', tenant.tenantId, directKey);
    const repository = this.#mongo.forTenant(tenant).repository(conversations);
    const known = directKey === null ? undefined : await repository.find(conversationId);
    if (known !== undefined) return { conversation: known, created: false };
    const origin = creator.applicationId === undefined ? {} : { applicationId: creator.applicationId };
    const row = newConversationRow(input, {
      conversationId,
      directKey,
      members,
      inviterId: creator.actingUser?.userId,
      createdBy: creator.actingUser?.userId ?? creator.keyId,
      now: new Date(now),
    });
    try {
      const conversation = await this.#outbox.commit({
        events: [announcing({ tenant, timestamp: now, ...origin, event: conversationCreated, payload: createdFact(row, now) })],
        proof: { collection: conversations.name, tenantId: tenant.tenantId, id: conversationId, version: 0 },
        write: () => repository.insert(row),
      });
      await this.#directory.invalidate(tenant, conversationId);
      return { conversation, created: true };
    } catch (error) {
      if (!(error instanceof ConflictError) || directKey === null) throw error;
      const existing = await repository.find(conversationId, { readFrom: 'primary' });
      if (existing !== undefined) return { conversation: existing, created: false };
      throw new ConflictError('The conversation of these two was deleted.', { code: 'RES_STATE', cause: error });
    }
  }

  /** Throws `NotFoundError` when the tenant has no such live conversation. */
  get(tenant: TenantContext, conversationId: string): Promise<Conversation> {
    return this.#mongo.forTenant(tenant).repository(conversations).get(conversationId);
  }

  /** Latest activity first: of one user, or of the whole tenant. */
  list(
    tenant: TenantContext,
    { userId, limit, cursor }: { userId?: string | undefined; limit: number; cursor?: string | undefined },
  ): Promise<Page<Conversation>> {
    const ofUser = userId === undefined ? {} : { participants: op.elemMatch({ user_id: userId, status: 'active' }) };
    return this.#mongo
      .forTenant(tenant)
      .repository(conversations)
      .page({ status: 'active', ...ofUser }, { sort: { last_activity_at: -1 }, limit, cursor });
  }

  async #membersOf(tenant: TenantContext, memberIds: readonly string[], input: NewConversation) {
    const found = new Map((await this.#users.findMany(tenant, memberIds)).map((user) => [user.user_id, user]));
    const missing = input.member_ids.flatMap((id, index) =>
      found.has(id) ? [] : [{ field: `/body/member_ids/${index}`, code: 'reference', message: 'there is no such user' }],
    );
    // An acting user is resolved from a cache, and may be gone by now.
    const creatorGone = memberIds.some((id) => !found.has(id) && !input.member_ids.includes(id));
    if (creatorGone) missing.unshift({ field: '/headers/x-act-as-user', code: 'reference', message: 'there is no such user' });
    if (missing.length > 0) throw new ValidationError(missing.slice(0, 50), { code: 'VAL_REFERENCE' });
    return memberIds.flatMap((id) => found.get(id) ?? []);
  }
}

/** The acting user first, then the others in the given order, each once. */
function memberIdsOf(input: NewConversation, { actingUser }: Creator): string[] {
  return [...new Set([...(actingUser === undefined ? [] : [actingUser.userId]), ...input.member_ids])];
}

function refuseSize(tenant: TenantContext, input: NewConversation, memberIds: readonly string[]): void {
  const problem = (message: string): ValidationError => new ValidationError([{ field: '/body/member_ids', code: 'members', message }]);
  if (input.type === 'direct') {
    if (memberIds.length !== 2) throw problem('a direct conversation has exactly two different members');
    return;
  }
  if (input.name === undefined) throw new ValidationError([{ field: '/body/name', code: 'required', message: 'a group needs a name' }]);
  if (memberIds.length < 2) throw problem('a group has at least two members');
  const limit = Math.min(tenant.limits.maxGroupSize, ACTIVE_PARTICIPANTS_MAX);
  if (memberIds.length > limit) {
    throw new ConflictError(`A group of this plan has at most ${limit} members.`, { code: 'CONV_MEMBER_LIMIT', details: { limit } });
  }
}
